"""Facts about messages to people. Said by notify alone; they name a kind of recipient, never a person."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Fact


class NotificationFact(Fact):
    """About one delivery: never an address, never words."""

    must_route: ClassVar[bool] = False

    delivery_id: UUID
    recipient: str
    channel: str
    template: str


class NotificationDelivered(NotificationFact):
    """A provider has taken the message, or confirmed its arrival. Said only where that is wanted."""

    type: ClassVar[str] = "notification.delivered"


class NotificationFailed(NotificationFact):
    """The message will not arrive; `reason` is in our words."""

    type: ClassVar[str] = "notification.failed"
    reason: str
