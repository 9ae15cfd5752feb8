"""How many open clocks an amendment would move. Reads only: records nothing, says nothing, locks nobody out.

Clocks that never paused are counted by groups that share start, limit, zone and region: they move together.
Those that paused, and all clocks of a changed limit, are folded from their facts, in batches; where they are
many, of a random part of the cases only: then the number is an estimate, and says so.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from services.sla import store
from services.sla.domain.amending import moved
from services.sla.outcome import compute
from services.sla.rulebook import Rulebook
from shared.calendar import Amendment, Calendar, DateOutsideCalendar, PolicyAmendment, Zone
from shared.db.database import Transaction

BATCH = 100
"""Cases read at once."""

MOST_FOLDED = 3000
"""Cases folded for one preview, some seconds' work; of more, about so many are drawn."""

_GROUPS = sa.text(
    """
    SELECT region, (started_at AT TIME ZONE z.name)::date AS started_on, days, count(*) AS clocks
    FROM timers JOIN (VALUES ('WIB', 'Asia/Jakarta'), ('WITA', 'Asia/Makassar'), ('WIT', 'Asia/Jayapura'))
      AS z (zone, name) USING (zone)
    WHERE running AND days IS NOT NULL AND started_at < :until AND deadline >= :since
    GROUP BY region, started_on, days
    """
)
_PAUSED = "running AND days IS NULL AND started_at < :until AND deadline >= :since"
_OF_LIMIT = "running AND clock = :clock AND (CAST(:since AS timestamptz) IS NULL OR started_at >= :since)"


@dataclass(frozen=True)
class _Cases:
    """The cases with such a timer: how many, and which, all of them or some drawn at random."""

    count: sa.TextClause
    drawn: sa.TextClause

    @classmethod
    def of(cls, condition: str) -> "_Cases":
        return cls(
            sa.text(f"SELECT count(DISTINCT report_id) FROM timers WHERE {condition}"),  # noqa: S608
            sa.text(
                "SELECT DISTINCT report_id FROM timers TABLESAMPLE BERNOULLI (CAST(:percent AS real)) "  # noqa: S608
                f"WHERE {condition}"
            ),
        )


_THAT_PAUSED, _WITH_THE_LIMIT = _Cases.of(_PAUSED), _Cases.of(_OF_LIMIT)
"""Each reads the table once; an index would serve nothing else."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Open clocks that would have another deadline."""

    clocks: int
    estimated: bool = False


async def count_moved(
    tx: Transaction, before: Rulebook, after: Rulebook, amendment: Amendment | PolicyAmendment
) -> Moved:
    """Clocks that run now and would have another deadline."""
    if isinstance(amendment, PolicyAmendment):
        since = None if amendment.applies_to_running else _opening(amendment.limit.effective_from)
        query = {"clock": amendment.limit.clock.value, "since": since}
        return await _folded(tx, _WITH_THE_LIMIT, query, before, after)
    days = [*amendment.removed, *(day.date for day in amendment.added)]
    if not days:
        return Moved(0)
    span = {
        "since": _opening(min(days)) - timedelta(days=1),
        "until": _opening(max(days)) + timedelta(days=1),
    }
    straight: int = sum(row.clocks for row in await tx.execute(_GROUPS, span) if _moves(row, before, after))
    folded = await _folded(tx, _THAT_PAUSED, span, before, after, paused=True)
    return Moved(straight + folded.clocks, folded.estimated)


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
    cases: _Cases,
    parameters: dict[str, Any],
    before: Rulebook,
    after: Rulebook,
    *,
    paused: bool = False,
) -> Moved:
    """Clocks that move in these cases; with `paused`, of those that have paused."""
    total: int = (await tx.execute(cases.count, parameters)).scalar_one()
    if not total:
        return Moved(0)
    percent = min(100.0, 100.0 * MOST_FOLDED / total)
    drawn = list((await tx.execute(cases.drawn, {**parameters, "percent": percent})).scalars())
    count = 0
    for start in range(0, len(drawn), BATCH):
        for facts in (await store.logs(tx, drawn[start : start + BATCH])).values():
            found = moved(compute(facts, before)[1], compute(facts, after)[1])
            count += sum(not paused or bool(one.clock.pauses) for one, _ in found)
        await asyncio.sleep(0)  # others have their turn
    if total <= MOST_FOLDED:
        return Moved(count)
    return Moved(round(count * total / max(1, len(drawn))), estimated=True)
