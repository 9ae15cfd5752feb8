"""WhatsApp Cloud API: the web hook of Meta's platform, and the media that its messages refer to.

Status callbacks are acknowledged and nothing else: whether an answer arrived is notify's concern.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from services.intake.channels.adapter import InboundMessage
from services.intake.channels.conversation import Conversation
from services.intake.channels.listening import listening
from services.intake.channels.message import queued
from services.intake.channels.places import described
from services.intake.channels.reading import each, whole
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.messaging.consumer import Subscription
from shared.security.signatures import InvalidSignature
from shared.service import Loop

SIGNATURE = "x-hub-signature-256"
MEDIA = ("image", "document", "video")
_SAYS_NOTHING = ("reaction", "system")
"""A thumb under an answer of ours, somebody's new number: nothing that wants an answer."""
_Id = Annotated[str, StringConstraints(min_length=1, max_length=512)]
_Text = Annotated[str, StringConstraints(max_length=65_536)]


class _Body(BaseModel):
    body: _Text = ""


class _Media(BaseModel):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,128}$")]
    caption: _Text = ""


class _Location(BaseModel):
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    name: _Text = ""
    address: _Text = ""


class _Button(BaseModel):
    payload: _Text = ""
    text: _Text = ""


class _Choice(BaseModel):
    id: _Text = ""
    title: _Text = ""


class _Interactive(BaseModel):
    button_reply: _Choice | None = None
    list_reply: _Choice | None = None


class HookedMessage(BaseModel):
    """One message; of its kinds, those that say something to us."""

    id: _Id
    sender: Annotated[str, StringConstraints(pattern=r"^[0-9]{6,20}$")] = Field(alias="from")
    type: _Id
    text: _Body | None = None
    image: _Media | None = None
    document: _Media | None = None
    video: _Media | None = None
    location: _Location | None = None
    button: _Button | None = None
    interactive: _Interactive | None = None

    @property
    def said(self) -> str:
        """A button says the command it stands for, else what is written on it."""
        reply = self.interactive and (self.interactive.button_reply or self.interactive.list_reply)
        if reply:
            return reply.id or reply.title
        if self.button:
            return self.button.payload or self.button.text
        return (self.text.body if self.text else "") or next((m.caption for m in self.media if m.caption), "")

    @property
    def media(self) -> list[_Media]:
        return [media for kind in MEDIA if (media := getattr(self, kind)) is not None]


class _Value(BaseModel):
    messages: tuple[dict[str, Any], ...] = ()


class _Change(BaseModel):
    field: str = ""
    value: dict[str, Any] = Field(default_factory=dict)


class _Entry(BaseModel):
    changes: tuple[_Change, ...] = ()


class WhatsAppHook(BaseModel):
    """What Meta delivers: several accounts' changes, each with several messages or statuses."""

    object: str
    entry: tuple[_Entry, ...]

    def messages(self) -> list[dict[str, Any]]:
        """Raises `ValidationError`. Other fields that an account may be subscribed to are none of ours."""
        values = [
            change.value for entry in self.entry for change in entry.changes if change.field == "messages"
        ]
        messages = [message for value in values for message in _Value.model_validate(value).messages]
        return [message for message in messages if message.get("type") not in _SAYS_NOTHING]


class WhatsAppChannel:
    """The adapter; see `ChannelAdapter`, `WebHook`, `Challenged`."""

    channel = Channel.WHATSAPP
    most_bytes = 1_048_576
    accepted = 200

    def __init__(self, keys: Keyring, verify_token: str | None, secret: bytes | None, prefetch: int) -> None:
        self._keys, self._secret, self._verify_token = keys, secret, verify_token
        self._conversation, self._prefetch = Conversation(keys), prefetch

    @property
    def configured(self) -> bool:
        return self._secret is not None

    def challenge(self, query: Mapping[str, str]) -> str:
        """Meta's question when the address is registered: the token is ours to choose."""
        given, expected = query.get("hub.verify_token", ""), self._verify_token
        right = expected is not None and hmac.compare_digest(given.encode(), expected.encode())
        if query.get("hub.mode") != "subscribe" or not right:
            raise InvalidSignature("hub.verify_token is not the one that was agreed")
        return query.get("hub.challenge", "")[:200]

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """HMAC-SHA256 over the body as it came, with the application's secret."""
        assert self._secret is not None
        expected = "sha256=" + hmac.new(self._secret, raw, sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode()):
            raise InvalidSignature(f"{SIGNATURE} does not match the body")

    def translate(self, raw: bytes, now: datetime) -> Sequence[InboundMessage]:
        given = WhatsAppHook.model_validate_json(whole(raw)).messages()
        messages, parked = each(HookedMessage, given, self._keys, self.channel)
        return [*(self._queued(one, now) for one in messages), *parked]

    def subscriptions(self) -> Sequence[Subscription]:
        return [listening(self.channel, self._conversation, self._prefetch)]

    def loops(self) -> Sequence[Loop]:
        return []

    def _queued(self, one: HookedMessage, now: datetime) -> InboundMessage:
        here = one.location
        place = described(here.latitude, here.longitude, here.name, here.address) if here else None
        return queued(
            self._keys,
            self.channel,
            one.id,
            one.sender,
            now,
            text=one.said,
            files=[media.id for media in one.media],
            place=place,
        )
