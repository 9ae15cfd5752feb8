"""Facts about messages to people. Said by notify alone; they name a kind of recipient, never a person."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Fact


class NotificationFact(Fact):
    must_route: ClassVar[bool] = False

    delivery_id: UUID
    recipient: str
    channel: str
    template: str


class NotificationDelivered(NotificationFact):
    type: ClassVar[str] = "notification.delivered"


class NotificationFailed(NotificationFact):
    type: ClassVar[str] = "notification.failed"
    reason: str
