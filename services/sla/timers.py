"""The loops of the worker role: fire what is due, and prove that no open case is left without a timer."""

import asyncio

from services.sla import store
from services.sla.domain.clocks import DUTIES
from services.sla.domain.measure import END
from services.sla.metrics import FIRED, LATENESS, UNWATCHED
from shared.contracts import SlaBreached, SlaExpired, SlaFact, SlaWarning
from shared.db.database import Database, Transaction
from shared.service import Service
from shared.telemetry.logs import log


async def fire_due_timers(service: Service) -> None:
    """Fire batch after batch while anything is due, then look again after the poll interval."""
    settings = service.settings
    while True:
        if await fire_batch(service.database, settings.timer_batch) < settings.timer_batch:
            await asyncio.sleep(settings.timer_poll_seconds)


async def fire_batch(database: Database, batch: int) -> int:
    """Fire up to `batch` due timers: the mark and the fact commit together, or neither does.

    Mostly nothing is due: finding that out costs one statement and no transaction.
    """
    async with database.reading() as tx:
        if not await store.anything_due(tx, tx.now):
            return 0
    async with database.transaction() as tx:
        fired = await store.claim_due(tx, tx.now, batch)
        for timer in fired:
            tx.say(fact_of(timer, tx))
    for timer in fired:
        FIRED.labels(timer.clock.value, timer.mark).inc()
        LATENESS.observe((tx.now - timer.due_at).total_seconds())
    return len(fired)


def fact_of(timer: store.Fired, tx: Transaction) -> SlaFact:
    """What firing makes true: it became true when it was due, and was noticed now."""
    common = {
        "report_id": timer.report_id,
        "occurred_at": timer.due_at,
        "clock": timer.clock,
        "leg_id": timer.leg_id,
        "agency": timer.agency,
        "round": timer.round,
        "started_at": timer.started_at,
        "due_at": timer.due_at,
        "fired_at": tx.now,
    }
    if timer.mark < END:
        return SlaWarning(**common, percent=timer.mark)
    return SlaBreached(**common) if timer.clock in DUTIES else SlaExpired(**common)


async def check_every_case_is_watched(service: Service) -> None:
    """Count, again and again, the open cases that no timer watches. The count should stay zero."""
    while True:
        async with service.database.reading() as tx:
            unwatched = await store.unwatched(tx, tx.now)
        UNWATCHED.set(len(unwatched))
        if unwatched:
            log.error("cases_without_timer", count=len(unwatched), report_id=str(unwatched[0]))
        await asyncio.sleep(service.settings.timer_check_seconds)
