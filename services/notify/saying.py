"""Which fact follows from a delivery's end. It names a kind of recipient, never a person."""

from typing import Any, Protocol
from uuid import UUID

from services.notify.domain.delivery import DeliveryState
from shared.contracts import NotificationDelivered, NotificationFailed
from shared.contracts.notification import NotificationFact
from shared.db.database import Transaction


class Told(Protocol):
    """What a fact tells of a delivery."""

    @property
    def id(self) -> UUID: ...
    @property
    def report_id(self) -> UUID: ...
    @property
    def recipient(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def template(self) -> str: ...


def say_outcome(
    tx: Transaction, delivery: Told, state: str, reason: str | None, *, say_delivered: bool = False
) -> None:
    """None for a delivery that is skipped, on its way or tried again.

    That a message arrived is said only where somebody wants to hear it: by far the most facts would be these.
    """
    kind: type[NotificationFact]
    more: dict[str, Any] = {}
    if state == DeliveryState.FAILED:
        kind, more = NotificationFailed, {"reason": reason or "unknown"}
    elif state == DeliveryState.DELIVERED and say_delivered:
        kind = NotificationDelivered
    else:
        return
    tx.say(
        kind(
            report_id=delivery.report_id,
            occurred_at=tx.now,
            delivery_id=delivery.id,
            recipient=delivery.recipient,
            channel=delivery.channel,
            template=delivery.template,
            **more,
        )
    )
