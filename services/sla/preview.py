"""What an amendment would do to open clocks. Reads only: records nothing, says nothing, locks nobody out.

Clocks that never paused are counted by groups that share start, limit, zone and region: they move together.
Those that paused, and all clocks of a changed limit, are folded from their facts, in batches; where they are
many, of a random part of the cases only: then the numbers are an estimate, and say so.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from services.sla import store
from services.sla.domain.amending import moved
from services.sla.domain.effect import Effect, Shift, counted, shift
from services.sla.outcome import compute
from services.sla.rulebook import Rulebook
from shared.calendar import Amendment, Calendar, DateOutsideCalendar, PolicyAmendment, Zone
from shared.contracts import ClockKind
from shared.db.database import Transaction

BATCH = 100
"""Cases read at once."""

MOST_FOLDED = 3000
"""Cases folded for one preview, some seconds' work; of more, about so many are drawn."""

_GROUPS = sa.text(
    """
    SELECT clock, zone, region, nullif(split_part(agency, '.', 1), '') AS agency,
      (started_at AT TIME ZONE z.name)::date AS started_on, days, count(*) AS clocks
    FROM timers JOIN (VALUES ('WIB', 'Asia/Jakarta'), ('WITA', 'Asia/Makassar'), ('WIT', 'Asia/Jayapura'))
      AS z (zone, name) USING (zone)
    WHERE running AND days IS NOT NULL AND started_at < :until AND deadline >= :since
    GROUP BY 1, 2, 3, 4, 5, 6
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


async def foresee(
    tx: Transaction, before: Rulebook, after: Rulebook, amendment: Amendment | PolicyAmendment
) -> Effect:
    """The clocks that run now and would have another deadline."""
    if isinstance(amendment, PolicyAmendment):
        since = None if amendment.applies_to_running else _opening(amendment.limit.effective_from)
        query = {"clock": amendment.limit.clock.value, "since": since}
        found, estimated = await _folded(tx, _WITH_THE_LIMIT, query, before, after)
        return Effect.of(found, estimated=estimated)
    days = [*amendment.removed, *(day.date for day in amendment.added)]
    if not days:
        return Effect()
    span = {
        "since": _opening(min(days)) - timedelta(days=1),
        "until": _opening(max(days)) + timedelta(days=1),
    }
    straight: Counter[Shift] = Counter()
    for row in await tx.execute(_GROUPS, span):
        if (one := _shift_of(row, before, after, tx.now)) is not None:
            straight[one] += row.clocks
    found, estimated = await _folded(tx, _THAT_PAUSED, span, before, after, paused=True)
    return Effect.of(straight + found, estimated=estimated)


def _opening(day: date) -> datetime:
    return datetime.combine(day, time(), Zone.WIB.tz)


def _shift_of(group: Any, before: Rulebook, after: Rulebook, now: datetime) -> Shift | None:
    def due(calendar: Calendar) -> datetime | None:
        try:
            return calendar.due_at(group.started_on, group.days, Zone(group.zone))
        except DateOutsideCalendar:
            return None

    was, becomes = due(before.book.calendar(group.region)), due(after.book.calendar(group.region))
    if was is None or becomes is None:
        return None
    return shift(ClockKind(group.clock), group.agency, was, becomes, now)


async def _folded(
    tx: Transaction,
    cases: _Cases,
    parameters: dict[str, Any],
    before: Rulebook,
    after: Rulebook,
    *,
    paused: bool = False,
) -> tuple[Counter[Shift], bool]:
    """Clocks that move in these cases, and whether that is an estimate; with `paused`, of those that have."""
    total: int = (await tx.execute(cases.count, parameters)).scalar_one()
    if not total:
        return Counter(), False
    percent = min(100.0, 100.0 * MOST_FOLDED / total)
    drawn = list((await tx.execute(cases.drawn, {**parameters, "percent": percent})).scalars())
    found: Counter[Shift] = Counter()
    for start in range(0, len(drawn), BATCH):
        for facts in (await store.logs(tx, drawn[start : start + BATCH])).values():
            parts = moved(compute(facts, before)[1], compute(facts, after)[1])
            found += counted(
                shift(part.clock, part.agency, part.before, part.after, tx.now)
                for one, part in parts
                if not paused or one.clock.pauses
            )
        await asyncio.sleep(0)  # others have their turn
    if total <= MOST_FOLDED:
        return found, False
    return Counter({one: round(count * total / len(drawn)) for one, count in found.items()}), True
