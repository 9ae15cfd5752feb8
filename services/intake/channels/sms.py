"""SMS: reads the gateway's web hook and the queue behind it. Signatures are checked before it is asked.

A sender's number is in clear only while a web hook or a filing is at work: never in a queue or a table.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from services.intake.channels import metrics, senders
from services.intake.channels.adapter import InboundMessage
from services.intake.channels.message import identity_of, type_of
from services.intake.channels.reading import whole
from services.intake.channels.senders import Sender
from services.intake.channels.sms_collecting import SmsCollector, SmsPart
from services.intake.domain.sms import clean
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.contracts.codec import Undecodable, explain
from shared.messaging.consumer import Handler, Subscription
from shared.messaging.envelope import Envelope
from shared.messaging.topology import inbound_queue
from shared.security.phones import InvalidPhone, normalise_phone
from shared.security.signatures import HEADER, verify
from shared.service import Loop
from shared.web.problems import invalid

TYPE = type_of(Channel.SMS)
_Short = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class PartInput(BaseModel):
    """Which piece of a long message this is, as telephones number them."""

    model_config = ConfigDict(frozen=True)
    ref: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field(coerce_numbers_to_str=True)
    number: int = Field(ge=1)
    total: int = Field(ge=1, le=50)

    @model_validator(mode="after")
    def _in_range(self) -> "PartInput":
        if self.number > self.total:
            raise ValueError("nomor bagian melebihi jumlahnya|the number exceeds the total")
        return self


class SmsHook(BaseModel):
    """What the SMS gateway sends for each message it received."""

    id: _Short = Field(description="The gateway's own id: the same for a message it delivers again.")
    sender: _Short = Field(alias="from")
    to: _Short
    text: str = Field(max_length=4_000)
    part: PartInput | None = None
    received_at: AwareDatetime


class QueuedSms(BaseModel):
    """The message as it waits in `intake.inbound.sms`."""

    sealed_sender: str = Field(description="Opens for the message's id.")
    sender_token: str
    text: str
    part: PartInput | None = None
    accepted_at: AwareDatetime = Field(description="When its web hook was answered, in the injected time.")
    queued_at: AwareDatetime | None = Field(None, description="The same in the machine's own time.")


class SmsChannel:
    """The adapter; see `ChannelAdapter`, `WebHook`."""

    channel = Channel.SMS
    most_bytes = 16 * 1024
    accepted = 202

    def __init__(
        self, keys: Keyring, secret: bytes | None, *, patience_seconds: float, prefetch: int = 64
    ) -> None:
        self._keys, self._secret, self._prefetch = keys, secret, prefetch
        self._collector = SmsCollector(keys, patience_seconds)

    @property
    def configured(self) -> bool:
        return self._secret is not None

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        assert self._secret is not None
        verify(self._secret, raw, headers.get(HEADER.lower()))

    def translate(self, raw: bytes, now: datetime) -> Sequence[InboundMessage]:
        hook = SmsHook.model_validate_json(whole(raw))
        message_id = identity_of(self.channel, hook.id)
        try:
            number = normalise_phone(hook.sender)
        except InvalidPhone as error:
            raise invalid("from", error.message, error.message_en) from None
        sender = senders.seal(self._keys, self.channel, number, message_id)
        queued = QueuedSms(
            sealed_sender=sender.sealed,
            sender_token=sender.token,
            text=clean(hook.text),
            part=hook.part,
            accepted_at=now,
            queued_at=datetime.now(UTC),
        )
        return [InboundMessage(message_id, TYPE, queued.model_dump_json(exclude_none=True).encode())]

    def subscriptions(self) -> Sequence[Subscription]:
        handlers: Mapping[type, Handler] = {SmsPart: self._collector.collect_sms}
        return [
            Subscription(
                inbound_queue(self.channel), handlers, decode=decode, prefetch=self._prefetch, gives_way=True
            )
        ]

    def loops(self) -> Sequence[Loop]:
        return [self._collector.file_incomplete_sms]


def decode(envelope: Envelope) -> SmsPart:
    """What a message in the queue says. Raises `Undecodable`, without values."""
    if envelope.type != TYPE:
        raise Undecodable(f"unknown inbound type {str(envelope.type)[:80]!r}")
    try:
        queued = QueuedSms.model_validate_json(envelope.body)
    except ValidationError as error:
        raise Undecodable(f"{TYPE}: {explain(error)}") from None
    if queued.queued_at is not None:
        waited = (datetime.now(UTC) - queued.queued_at).total_seconds()
        metrics.OLDEST_WAITING.labels(Channel.SMS).set(max(0.0, waited))
    part = queued.part
    return SmsPart(
        message_id=envelope.message_id,
        sender=Sender(Channel.SMS, queued.sender_token, queued.sealed_sender, envelope.message_id),
        text=queued.text,
        accepted_at=queued.accepted_at,
        ref=part.ref if part else "",
        number=part.number if part else 1,
        total=part.total if part else 1,
    )
