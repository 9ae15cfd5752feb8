"""Records what became of attempts: outcome and fact in one transaction, many outcomes to a transaction."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from services.notify import metrics, queueing
from services.notify.domain.delivery import DeliveryState
from services.notify.pace import linger_seconds
from services.notify.queueing import Outcome
from shared.contracts import NotificationDelivered, NotificationFailed
from shared.db.database import Database, Transaction
from shared.messaging.failures import is_outage, reason_of
from shared.telemetry.logs import log
from shared.telemetry.traces import span

MOST_AT_ONCE = 200


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


class Recorder:
    """Takes outcomes as they come. What a crash takes with it comes back by its lease, with the same key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[Outcome] = []
        self._arrived = asyncio.Event()

    def record(self, outcome: Outcome) -> None:
        """Have an outcome recorded soon, with those that arrive meanwhile."""
        self._waiting.append(outcome)
        self._arrived.set()

    async def run(self) -> None:
        """Commit what has arrived, batch by batch, until cancelled."""
        size = 1
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await asyncio.sleep(linger_seconds(size))
            size = await self.drain()

    async def drain(self) -> int:
        """Commit all that has arrived; returns how many outcomes that were."""
        count = 0
        while batch := self._waiting[:MOST_AT_ONCE]:
            try:
                await self._outlast_outages(batch)
            except Exception as error:
                log.error("outcomes_not_recorded", count=len(batch), reason=reason_of(error))
            del self._waiting[: len(batch)]  # only now: who is cancelled before leaves them to the last drain
            count += len(batch)
        return count

    async def _outlast_outages(self, outcomes: Sequence[Outcome]) -> None:
        delay = 0.05
        while True:
            try:
                async with self._database.transaction() as tx:
                    await record_all(tx, outcomes)
                return
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("recorder_waits", reason=reason_of(error), delay=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)


async def record_all(tx: Transaction, outcomes: Sequence[Outcome]) -> None:
    """Save outcomes and say what is final. An outcome that came too late says nothing."""
    recorded = await queueing.finish(tx, outcomes)
    for outcome in outcomes:
        delivery = outcome.delivery
        if delivery.id not in recorded:
            log.warning("outcome_too_late", delivery_id=str(delivery.id), state=outcome.state)
            continue
        metrics.FINISHED.labels(delivery.channel, delivery.template, outcome.state).inc()
        with span("record_delivery", delivery.traceparent):
            say_outcome(tx, delivery, outcome.state, outcome.reason)


def say_outcome(tx: Transaction, delivery: Told, state: str, reason: str | None) -> None:
    """The fact that follows from a final state; none for a delivery that is skipped or tried again."""
    about: dict[str, Any] = {
        "report_id": delivery.report_id,
        "occurred_at": tx.now,
        "delivery_id": delivery.id,
        "recipient": delivery.recipient,
        "channel": delivery.channel,
        "template": delivery.template,
    }
    if state == DeliveryState.DELIVERED:
        tx.say(NotificationDelivered(**about))
    elif state == DeliveryState.FAILED:
        tx.say(NotificationFailed(**about, reason=reason or "unknown"))
