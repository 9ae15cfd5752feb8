"""How many open clocks an amendment would move. Reads only: records nothing, says nothing, locks nobody out.

Clocks that never paused are counted by groups that share start, limit, zone and region: they move together.
Those that paused, and all clocks of a changed limit, are folded from their facts, in bounded batches.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.sla import store
from services.sla.domain.amending import moved
from services.sla.domain.facts import Recorded
from services.sla.outcome import compute
from services.sla.rulebook import Rulebook
from shared.calendar import Amendment, Calendar, DateOutsideCalendar, PolicyAmendment, Zone
from shared.db.database import Transaction

BATCH = 100
"""Cases read at once."""

_GROUPS = sa.text(
    """
    SELECT region, (started_at AT TIME ZONE z.name)::date AS started_on, days, count(*) AS clocks
    FROM timers JOIN (VALUES ('WIB', 'Asia/Jakarta'), ('WITA', 'Asia/Makassar'), ('WIT', 'Asia/Jayapura'))
      AS z (zone, name) USING (zone)
    WHERE running AND days IS NOT NULL AND started_at < :until AND deadline >= :since
    GROUP BY region, started_on, days
    """
)
_PAUSED = sa.text(
    """
    SELECT DISTINCT report_id FROM timers
    WHERE running AND days IS NULL AND started_at < :until AND deadline >= :since AND report_id > :after
    ORDER BY report_id LIMIT :batch
    """
)
_OF_LIMIT = sa.text(
    """
    SELECT DISTINCT report_id FROM timers
    WHERE running AND clock = :clock AND (CAST(:since AS timestamptz) IS NULL OR started_at >= :since)
      AND report_id > :after
    ORDER BY report_id LIMIT :batch
    """
)
"""The three read the rows of `timers` in the order of their key; an index would serve nothing else."""


async def count_moved(
    tx: Transaction, before: Rulebook, after: Rulebook, amendment: Amendment | PolicyAmendment
) -> int:
    """Clocks that run now and would have another deadline."""
    if isinstance(amendment, PolicyAmendment):
        since = None if amendment.applies_to_running else _opening(amendment.limit.effective_from)
        query = {"clock": amendment.limit.clock.value, "since": since}
        return await _folded(tx, _OF_LIMIT, query, before, after)
    days = [*amendment.removed, *(day.date for day in amendment.added)]
    if not days:
        return 0
    span = {
        "since": _opening(min(days)) - timedelta(days=1),
        "until": _opening(max(days)) + timedelta(days=1),
    }
    straight: int = sum(row.clocks for row in await tx.execute(_GROUPS, span) if _moves(row, before, after))
    return straight + await _folded(tx, _PAUSED, span, before, after, paused=True)


def _opening(day: date) -> datetime:
    return datetime.combine(day, time(), Zone.WIB.tz)


def _moves(group: Any, before: Rulebook, after: Rulebook) -> bool:
    def due(calendar: Calendar) -> date | None:
        try:
            return calendar.due_date(group.started_on, group.days)
        except DateOutsideCalendar:
            return None

    return due(before.book.calendar(group.region)) != due(after.book.calendar(group.region))


async def _folded(
    tx: Transaction,
    query: sa.TextClause,
    parameters: dict[str, Any],
    before: Rulebook,
    after: Rulebook,
    *,
    paused: bool = False,
) -> int:
    """Clocks that move in the cases that a query finds; with `paused`, of those that have paused."""
    count = 0
    async for facts in _logs(tx, query, parameters):
        found = moved(compute(facts, before)[1], compute(facts, after)[1])
        count += sum(not paused or bool(one.clock.pauses) for one, _ in found)
    return count


async def _logs(
    tx: Transaction, query: sa.TextClause, parameters: dict[str, Any]
) -> AsyncIterator[Sequence[Recorded]]:
    last = UUID(int=0)
    while batch := list((await tx.execute(query, {**parameters, "after": last, "batch": BATCH})).scalars()):
        last = batch[-1]
        for log in (await store.logs(tx, batch)).values():
            yield log
