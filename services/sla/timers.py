"""Fires what is due: the loop of the worker role, and the fact that each mark of a clock makes true."""

import asyncio

from services.sla import timer_store
from services.sla.domain.clocks import DUTIES
from services.sla.domain.measure import END, STEPS
from services.sla.metrics import FIRED, LATENESS
from services.sla.rulebook import Rulebook, peek
from services.sla.timer_store import Fired
from shared.calendar import Zone
from shared.contracts import SlaBreached, SlaExpired, SlaFact, SlaReminded, SlaWarning
from shared.db.database import Database, Transaction
from shared.service import Service


async def fire_due_timers(service: Service) -> None:
    """Fire batch after batch while anything is due, then look again after the poll interval."""
    settings = service.settings
    while True:
        if await fire_batch(service.database, settings.timer_batch) < settings.timer_batch:
            await asyncio.sleep(settings.timer_poll_seconds)


async def fire_batch(database: Database, batch: int) -> int:
    """Fire what is due of up to `batch` clocks: the mark and the fact commit together, or neither does.

    Mostly nothing is due: finding that out costs one statement and no transaction.
    """
    async with database.reading() as tx:
        if not await timer_store.anything_due(tx, tx.now):
            return 0
    async with database.transaction() as tx:
        rules = await peek(tx)
        fired = await timer_store.claim_due(tx, tx.now, batch)
        for timer in fired:
            tx.say(fact_of(timer, tx, rules))
    for timer in fired:
        FIRED.labels(timer.clock.value, timer.mark).inc()
        LATENESS.observe((tx.now - timer.due_at).total_seconds())
    return len(fired)


def fact_of(timer: Fired, tx: Transaction, rules: Rulebook) -> SlaFact:
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
        "deadline": timer.deadline,
        "fired_at": tx.now,
    }
    if timer.mark < END:
        return SlaWarning(**common, percent=timer.mark)
    if timer.mark > END:
        step = STEPS[timer.mark - END - 1]
        return SlaReminded(**common, step=step, overdue_days=_overdue_days(timer, rules))
    return SlaBreached(**common) if timer.clock in DUTIES else SlaExpired(**common)


def _overdue_days(timer: Fired, rules: Rulebook) -> int:
    """Working days from the deadline to the reminder, in the clock's zone and region."""
    if timer.deadline is None:  # paused since; what was overdue stays so
        return 0
    zone, calendar = Zone(timer.zone), rules.book.calendar(timer.region)
    return calendar.working_days_between(zone.date_of(timer.deadline), zone.date_of(timer.due_at))
