"""Records what became of attempts: outcome and fact in one transaction, many outcomes to a transaction."""

import asyncio
from collections.abc import Sequence

from services.notify import browsers, metrics, queueing
from services.notify.channels.port import SUBSCRIPTION_GONE
from services.notify.domain.delivery import DeliveryState
from services.notify.pace import linger_seconds
from services.notify.queueing import Outcome
from services.notify.receipts import store as receipts
from services.notify.saying import say_outcome
from shared.db.database import Database, Transaction
from shared.messaging.failures import is_outage, reason_of
from shared.telemetry.logs import log
from shared.telemetry.traces import span

MOST_AT_ONCE = 200


class Recorder:
    """Takes outcomes as they come. What a crash takes with it comes back by its lease, with the same key."""

    def __init__(self, database: Database, *, say_delivered: bool = False) -> None:
        self._database = database
        self._say_delivered = say_delivered
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
                log.error("outcomes_recorded_singly", count=len(batch), reason=reason_of(error))
                await self._record_singly(batch)
            await self._catch_up(batch)
            del self._waiting[: len(batch)]  # only now: who is cancelled before leaves them to the last drain
            count += len(batch)
        return count

    async def _record_singly(self, outcomes: Sequence[Outcome]) -> None:
        """One that cannot be recorded is sent again when its lease ends; the others must not be."""
        for outcome in outcomes:
            try:
                await self._outlast_outages([outcome])
            except Exception as error:
                log.error("outcomes_not_recorded", count=1, reason=reason_of(error))

    async def _catch_up(self, outcomes: Sequence[Outcome]) -> None:
        """Apply receipts that overtook these outcomes, apart from them; what fails here the sweeper does."""
        if not any(outcome.state is DeliveryState.SENT and outcome.ref for outcome in outcomes):
            return
        try:
            async with self._database.transaction() as tx:
                await receipts.catch_up(tx, say_delivered=self._say_delivered)
        except Exception as error:
            log.warning("receipts_wait", reason=reason_of(error))

    async def _outlast_outages(self, outcomes: Sequence[Outcome]) -> None:
        delay = 0.05
        while True:
            try:
                async with self._database.transaction() as tx:
                    await record_all(tx, outcomes, say_delivered=self._say_delivered)
                return
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("recorder_waits", reason=reason_of(error), delay=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)


async def record_all(tx: Transaction, outcomes: Sequence[Outcome], *, say_delivered: bool = False) -> None:
    """Save outcomes and say what is final. An outcome that came too late says nothing."""
    recorded = await queueing.finish(tx, outcomes)
    for outcome in outcomes:
        delivery = outcome.delivery
        if delivery.id not in recorded:
            log.warning("outcome_too_late", delivery_id=str(delivery.id), state=outcome.state)
            continue
        metrics.FINISHED.labels(delivery.channel, delivery.template, outcome.state).inc()
        with span("record_delivery", delivery.traceparent):
            say_outcome(tx, delivery, outcome.state, outcome.reason, say_delivered=say_delivered)
    if gone := [
        (outcome.delivery.report_id, outcome.delivery.sealed)
        for outcome in outcomes
        if outcome.reason == SUBSCRIPTION_GONE and outcome.delivery.sealed
    ]:
        await browsers.drop_gone(tx, gone)
