"""A message as it waits in its channel's queue, the same for every channel that people write by.

Its sender is sealed, its files are references: neither a person nor evidence travels on the broker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from services.intake.channels import senders
from services.intake.channels.adapter import InboundMessage
from services.intake.channels.senders import Sender
from services.intake.domain.text import printable
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.contracts.codec import Undecodable, explain
from shared.messaging.consumer import Decoder
from shared.messaging.envelope import Envelope

MOST_FILES = 20
"""Of one message. What is above is counted as refused."""


class QueuedMessage(BaseModel):
    """The body of ``inbound.<channel>.v1``."""

    sealed_sender: str = Field(description="Opens for the message's id.")
    sender_token: str
    text: str = ""
    title: str | None = None
    files: tuple[str, ...] = Field((), description="The provider's ids, or objects in the store.")
    files_refused: int = Field(0, description="Files of a kind that is not kept.")
    place: str | None = Field(None, description="A position that was sent by itself, in words.")
    about: UUID | None = Field(None, description="The report that the address it was sent to speaks for.")
    automatic: str | None = Field(None, description="Why it is taken for a machine's: it is not answered.")
    accepted_at: AwareDatetime = Field(description="In the injected time.")
    queued_at: AwareDatetime = Field(description="In the machine's own time.")


class Unreadable(BaseModel):
    """The body of a message that only goes to the dead letters; `sealed` is what its provider sent."""

    reason: str
    sealed: str


@dataclass(frozen=True)
class Message:
    """What somebody said by a channel."""

    message_id: UUID
    sender: Sender
    text: str
    accepted_at: datetime
    title: str | None = None
    files: tuple[str, ...] = ()
    files_refused: int = 0
    place: str | None = None
    about: UUID | None = None
    automatic: str | None = None
    queued_at: datetime | None = None


def identity_of(channel: Channel, provider_id: str) -> UUID:
    """The same for a message that its provider delivers again; nothing of the provider's id shows in it."""
    return uuid5(NAMESPACE_URL, f"lapor:inbound:{channel}:{provider_id}")


def type_of(channel: Channel) -> str:
    return f"inbound.{channel}.v1"


def unreadable_of(channel: Channel) -> str:
    return f"inbound.{channel}-unreadable.v1"


def queued(
    keys: Keyring,
    channel: Channel,
    provider_id: str,
    sender: str,
    now: datetime,
    *,
    text: str = "",
    title: str | None = None,
    files: Sequence[str] = (),
    files_refused: int = 0,
    place: str | None = None,
    about: UUID | None = None,
    automatic: str | None = None,
) -> InboundMessage:
    """A message ready for its queue. `sender` is in clear here and nowhere after."""
    message_id = identity_of(channel, provider_id)
    sealed = senders.seal(keys, channel, sender, message_id)
    body = QueuedMessage(
        sealed_sender=sealed.sealed,
        sender_token=sealed.token,
        text=printable(text).strip(),
        title=printable(title).strip() or None if title else None,
        files=tuple(files[:MOST_FILES]),
        files_refused=files_refused + max(0, len(files) - MOST_FILES),
        place=printable(place) if place else None,
        about=about,
        automatic=automatic,
        accepted_at=now,
        queued_at=datetime.now(UTC),
    )
    return InboundMessage(message_id, type_of(channel), body.model_dump_json(exclude_none=True).encode())


def decoder(channel: Channel) -> Decoder:
    """Reads what `queued` wrote. Raises `Undecodable`, without values."""

    def decode(envelope: Envelope) -> Message:
        if envelope.type == unreadable_of(channel):
            raise Undecodable(_why(envelope))
        if envelope.type != type_of(channel):
            raise Undecodable(f"unknown inbound type {str(envelope.type)[:80]!r}")
        try:
            body = QueuedMessage.model_validate_json(envelope.body)
        except ValidationError as error:
            raise Undecodable(f"{envelope.type}: {explain(error)}") from None
        sender = Sender(channel, body.sender_token, body.sealed_sender, envelope.message_id)
        rest = body.model_dump(exclude={"sealed_sender", "sender_token"})
        return Message(envelope.message_id, sender, **rest)

    return decode


def _why(envelope: Envelope) -> str:
    try:
        return Unreadable.model_validate_json(envelope.body).reason
    except ValidationError as error:
        return explain(error)
