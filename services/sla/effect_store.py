"""What amendments have moved, added up once for each: the pages read the sums, never a million rows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla.domain.effect import Effect, Shift
from shared.contracts import ClockKind
from shared.db.database import Database, Transaction

SLICE = 20_000
"""Cases added up in one statement."""

_NEXT = sa.text(
    """
    SELECT r.id, coalesce(a.id, r.packaged) AS amendment
    FROM recomputes r LEFT JOIN amendments a ON a.seq = r.seq
    WHERE r.done_at IS NOT NULL AND r.summed_at IS NULL ORDER BY r.id LIMIT 1
    """
)
"""Index recomputes_unsummed."""
_ADD_UP = sa.text(
    """
    WITH page AS MATERIALIZED (
      SELECT report_id, moved_at, moved FROM moved_deadlines
      WHERE amendment = :amendment AND report_id > :after ORDER BY report_id LIMIT :slice
    ), parts AS (
      SELECT m ->> 'clock' AS clock, coalesce(split_part(m ->> 'agency', '.', 1), '') AS place,
        CAST(m ->> 'before' AS timestamptz) AS was, CAST(m ->> 'after' AS timestamptz) AS becomes, moved_at
      FROM page, json_array_elements(moved) AS m
    )
    SELECT clock, place, (was AT TIME ZONE 'Asia/Jakarta')::date AS before,
      (becomes AT TIME ZONE 'Asia/Jakarta')::date AS after,
      was >= moved_at AND becomes < moved_at AS late, count(*) AS clocks,
      (SELECT report_id FROM page ORDER BY report_id DESC LIMIT 1) AS last
    FROM parts GROUP BY 1, 2, 3, 4, 5
    """
)
"""The primary key of moved_deadlines. As `domain.effect.shift` has it."""
_DONE = sa.text("UPDATE recomputes SET summed_at = now() WHERE id = :id AND summed_at IS NULL")
_KEEP = sa.text(
    """
    INSERT INTO recompute_effects (recompute_id, clock, place, before, after, late, clocks)
    SELECT :id, * FROM unnest(CAST(:clock AS text[]), CAST(:place AS text[]), :before, :after,
      CAST(:late AS boolean[]), CAST(:clocks AS int[]))
    """
).bindparams(*(sa.bindparam(name, type_=pg.ARRAY(sa.Date)) for name in ("before", "after")))
_PROGRESS = sa.text(
    """
    SELECT r.id, r.found_at, r.done_at, r.summed_at, coalesce(sum(c.cases), 0) AS cases,
      coalesce(sum(c.cases) FILTER (WHERE c.done_at IS NOT NULL), 0) AS cases_done,
      coalesce(sum(c.moved), 0) AS moved
    FROM recomputes r JOIN amendments a ON a.seq = r.seq LEFT JOIN recompute_chunks c ON c.recompute_id = r.id
    WHERE a.id = :amendment GROUP BY r.id
    """
)
_EFFECT = sa.text(
    "SELECT clock, place, before, after, late, clocks FROM recompute_effects WHERE recompute_id = :id"
)
_TOTALS = sa.text(
    """
    SELECT a.id, sum(e.clocks) AS clocks, coalesce(sum(e.clocks) FILTER (WHERE e.late), 0) AS late
    FROM amendments a JOIN recomputes r ON r.seq = a.seq
    LEFT JOIN recompute_effects e ON e.recompute_id = r.id
    WHERE r.summed_at IS NOT NULL GROUP BY a.id
    """
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recompute has got. How many cases there are is certain once they are `found_at`."""

    id: int
    found_at: datetime | None
    done_at: datetime | None
    summed_at: datetime | None
    cases: int
    cases_done: int
    moved: int


@dataclass(frozen=True, slots=True)
class Total:
    """What a recompute that is done has moved."""

    clocks: int
    late: int


async def add_up_one(database: Database) -> bool:
    """Add up the oldest recompute that is done and was not; False: there is none. Anybody may, once."""
    async with database.reading() as tx:
        job = (await tx.execute(_NEXT)).one_or_none()
    if job is None:
        return False
    found = await _added_up(database, job.amendment)
    async with database.transaction() as tx:
        if (await tx.execute(_DONE, {"id": job.id})).rowcount and found:
            await tx.execute(_KEEP, {"id": job.id, **_columns(found)})
    return True


async def _added_up(database: Database, amendment: str) -> Counter[Shift]:
    found: Counter[Shift] = Counter()
    last: UUID | None = UUID(int=0)
    while last is not None:
        async with database.reading() as tx:
            values = {"amendment": amendment, "after": last, "slice": SLICE}
            rows = (await tx.execute(_ADD_UP, values)).all()
        for row in rows:
            found[Shift(ClockKind(row.clock), row.place, row.before, row.after, row.late)] += row.clocks
        last = rows[0].last if rows else None
    return found


def _columns(found: Counter[Shift]) -> dict[str, list[str | date | bool | int]]:
    return {
        "clock": [one.clock.value for one in found],
        "place": [one.place for one in found],
        "before": [one.before for one in found],
        "after": [one.after for one in found],
        "late": [one.late for one in found],
        "clocks": list(found.values()),
    }


async def progress(tx: Transaction, amendment: str) -> Progress | None:
    """None for an amendment that is not on record."""
    row = (await tx.execute(_PROGRESS, {"amendment": amendment})).one_or_none()
    return Progress(**row._mapping) if row else None


async def effect(tx: Transaction, recompute_id: int) -> Effect:
    """What a recompute has moved, once that was added up."""
    rows = await tx.execute(_EFFECT, {"id": recompute_id})
    return Effect.of(
        Counter(
            {
                Shift(ClockKind(row.clock), row.place, row.before, row.after, row.late): row.clocks
                for row in rows
            }
        )
    )


async def totals(tx: Transaction) -> dict[str, Total]:
    """Of every amendment whose recompute is done, by its id."""
    return {row.id: Total(row.clocks or 0, row.late) for row in await tx.execute(_TOTALS)}
