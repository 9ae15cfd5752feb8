"""What a channel with a gateway gives the rest of intake: a message to keep, and who reads it later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts import Channel
from shared.messaging.consumer import Subscription
from shared.service import Loop


@dataclass(frozen=True)
class InboundMessage:
    """A gateway's message as it waits in its queue. Its body names nobody: a sender is sealed.

    `message_id` is the same for the same message of the gateway, so that a delivery repeated is known.
    """

    message_id: UUID
    type: str
    body: bytes


class ChannelAdapter(Protocol):
    """One channel. `subscriptions` and `loops` are its worker's part."""

    channel: Channel

    def translate(self, raw: bytes, now: datetime) -> InboundMessage:
        """Read what the gateway sent. Raises `pydantic.ValidationError` or `shared.web.problems.Problem`."""
        ...

    def subscriptions(self) -> Sequence[Subscription]: ...

    def loops(self) -> Sequence[Loop]: ...
