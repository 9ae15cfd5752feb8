"""Mends what crashes and crossing facts left, ends what waits in vain, and counts what is open."""

import asyncio
import itertools

from services.notify import digests, metrics, queueing, store
from services.notify.domain.delivery import DeliveryState
from services.notify.providers.weights import give_back
from services.notify.receipts import store as receipts
from services.notify.saying import say_outcome
from services.notify.settings import Settings
from shared.db.database import Database
from shared.service import Loop, Service
from shared.telemetry.logs import log

SWEEP_SECONDS = 1.0
THOROUGH_EVERY = 5
COUNT_SECONDS = 10.0
"""Counting what is open reads an index from end to end."""
COUNTED = (
    DeliveryState.WAITING_CONTACT,
    DeliveryState.WAITING_HOURS,
    DeliveryState.WAITING_DIGEST,
    DeliveryState.PENDING,
    DeliveryState.SENDING,
    DeliveryState.SENT,
)


def sweeping(settings: Settings) -> list[Loop]:
    """Every worker does both; what one has in hand, the others leave alone."""

    async def sweep_deliveries(service: Service) -> None:
        for second in itertools.count():
            await sweep(
                service.database,
                settings.send_attempts,
                national_desk=settings.national_desk_email is not None,
                patience=settings.receipt_patience_seconds,
                say_delivered=settings.say_delivered,
                thorough=second % THOROUGH_EVERY == 0,
            )
            await asyncio.sleep(SWEEP_SECONDS)

    async def count_deliveries(service: Service) -> None:
        while True:
            await count(service.database)
            await asyncio.sleep(COUNT_SECONDS)

    return [sweep_deliveries, count_deliveries]


async def sweep(
    database: Database,
    attempts: int,
    *,
    national_desk: bool = False,
    patience: float = 3 * 86_400,
    say_delivered: bool = False,
    thorough: bool = True,
) -> int:
    """Release what two crossing facts left waiting, and what waited for an office that opens; take back what
    a lost sender held. A thorough sweep also makes digests, applies receipts that crossed their messages'
    records, ends what waits for receipts in vain and gives weights back. Returns how much became due.
    """
    async with database.transaction() as tx:
        released = await store.release_any(tx, national_desk=national_desk) + await queueing.wake(tx)
        lost = await queueing.sweep(tx, attempts)
        ended = list(lost)
        if thorough:
            await receipts.catch_up(tx, say_delivered=say_delivered)
            ended += await queueing.give_up_waiting(tx, patience)
            await give_back(tx)
            released += await digests.tell_together(tx, national_desk=national_desk)
        for delivery in ended:
            say_outcome(tx, delivery, delivery.state, delivery.reason, say_delivered=say_delivered)
    if lost:
        log.warning("senders_lost", count=len(lost))
    return released + len(lost)


async def count(database: Database) -> None:
    """Tell how much is in each state that is not final; and forget receipts that nobody can be told of."""
    async with database.transaction() as tx:
        counts = await queueing.open_counts(tx)
        await receipts.forget(tx)
    for state in COUNTED:
        metrics.OPEN.labels(state).set(counts.get(state, 0))
