"""Telegram: the web hook of a bot, and the files that its updates refer to.

Only what somebody says to the bot alone is heard: in a group everybody would read the answers.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.intake.channels.adapter import InboundMessage
from services.intake.channels.conversation import Conversation
from services.intake.channels.listening import listening
from services.intake.channels.message import queued
from services.intake.channels.places import described
from services.intake.channels.reading import whole
from services.intake.domain.commands import Verb
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.messaging.consumer import Subscription
from shared.security.signatures import InvalidSignature
from shared.service import Loop

SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
_Text = Annotated[str, StringConstraints(max_length=16_384)]
_FileId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,256}$")]
_COMMAND = re.compile(r"/(\w{1,32})(@\w{1,64})?(?=\s|$)")
_WORDLESS = frozenset({"voice", "audio", "video_note", "sticker", "contact", "poll", "dice", "story"})
_OPENING = frozenset({"START", "HELP", "MULAI"})


class _Chat(BaseModel):
    id: int
    type: str = "private"


class _File(BaseModel):
    file_id: _FileId
    file_size: int = 0


class _Location(BaseModel):
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


class _Venue(BaseModel):
    title: _Text = ""
    address: _Text = ""


class TelegramMessage(BaseModel):
    """What was said in a chat; of its parts, those that say something to us."""

    model_config = ConfigDict(extra="allow")

    chat: _Chat
    text: _Text = ""
    caption: _Text = ""
    photo: tuple[_File, ...] = ()
    document: _File | None = None
    video: _File | None = None
    location: _Location | None = None
    venue: _Venue | None = None

    @property
    def wordless(self) -> bool:
        """Whether somebody said something that only a person could make out."""
        return not _WORDLESS.isdisjoint(self.model_extra or {})

    @property
    def files(self) -> list[str]:
        """Of a photograph, which comes in several sizes, the largest."""
        photo = max(self.photo, key=lambda one: one.file_size, default=None)
        return [one.file_id for one in (photo, self.document, self.video) if one is not None]

    @property
    def place(self) -> str | None:
        if self.location is None:
            return None
        venue = self.venue or _Venue()
        return described(self.location.latitude, self.location.longitude, venue.title, venue.address)


class TelegramUpdate(BaseModel):
    """One update. An edited message was filed as it was first sent, and is not filed again."""

    update_id: int
    message: TelegramMessage | None = None


class TelegramChannel:
    """The adapter; see `ChannelAdapter`, `WebHook`."""

    channel = Channel.TELEGRAM
    most_bytes = 262_144
    accepted = 200

    def __init__(self, keys: Keyring, secret: bytes | None, prefetch: int) -> None:
        self._keys, self._secret = keys, secret
        self._conversation, self._prefetch = Conversation(keys), prefetch

    @property
    def configured(self) -> bool:
        return self._secret is not None

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:  # noqa: ARG002 - Telegram signs no body
        """The token that the web hook was registered with comes back in a header."""
        assert self._secret is not None
        if not hmac.compare_digest(self._secret, headers.get(SECRET, "").encode()):
            raise InvalidSignature(f"{SECRET} is not the one that was agreed")

    def translate(self, raw: bytes, now: datetime) -> Sequence[InboundMessage]:
        update = TelegramUpdate.model_validate_json(whole(raw))
        message = update.message
        if message is None or message.chat.type != "private":
            return []
        text, files, place = message.text or message.caption, message.files, message.place
        if not (text.strip() or files or place or message.wordless):
            return []  # a message was pinned, a picture changed
        return [
            queued(
                self._keys,
                self.channel,
                str(update.update_id),
                str(message.chat.id),
                now,
                text=command_of(text),
                files=files,
                place=place,
            )
        ]

    def subscriptions(self) -> Sequence[Subscription]:
        return [listening(self.channel, self._conversation, self._prefetch)]

    def loops(self) -> Sequence[Loop]:
        return []


def command_of(text: str) -> str:
    """Telegram's `/status@bot …` as the command it is; `/start` asks what there is to say."""
    found = _COMMAND.match(text)
    if found is None:
        return text
    word = found.group(1).upper()
    return Verb.HELP.value if word in _OPENING else f"{word}{text[found.end() :]}"
