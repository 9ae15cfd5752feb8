"""Proves, round after round, that no open case is left without a live timer. Changes nothing."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla.metrics import FLAGGED, UNWATCHED
from shared.db.database import Database, Transaction
from shared.service import Service
from shared.telemetry.logs import log

EXAMPLES = 10
BATCH = 10_000

_LOOK = sa.text(
    """
    WITH page AS MATERIALIZED (
      SELECT report_id, next_due_at FROM cases
      WHERE open AND report_id > :after ORDER BY report_id LIMIT :batch
    ), live AS MATERIALIZED (
      SELECT report_id, count(*) AS timers FROM timers JOIN page USING (report_id)
      WHERE next_at IS NOT NULL GROUP BY report_id
    )
    SELECT count(*) AS cases, coalesce(sum(timers), 0) AS timers,
      array_agg(report_id ORDER BY report_id) FILTER (
        WHERE timers IS NULL AND (next_due_at IS NULL OR next_due_at >= :now)) AS unwatched,
      (SELECT report_id FROM page ORDER BY report_id DESC LIMIT 1) AS last
    FROM page LEFT JOIN live USING (report_id)
    """
)
"""Index cases_open. An overdue case may have said all it had to say; any other must have a live timer."""

_KEEP = sa.text(
    """
    INSERT INTO watches (began_at, finished_at, open_cases, live_timers, unwatched, examples)
    VALUES (:began_at, :finished_at, :open_cases, :live_timers, :unwatched, :examples)
    ON CONFLICT (one) DO UPDATE SET began_at = excluded.began_at, finished_at = excluded.finished_at,
      open_cases = excluded.open_cases, live_timers = excluded.live_timers, unwatched = excluded.unwatched,
      examples = excluded.examples
    """
).bindparams(sa.bindparam("examples", type_=pg.ARRAY(pg.UUID(as_uuid=True))))

_LAST = sa.text("SELECT began_at, finished_at, open_cases, live_timers, unwatched, examples FROM watches")
_FLAGGED = sa.text("SELECT count(*) FROM cases WHERE flags <> '[]'")
"""Index cases_flagged."""
_NEXT = sa.text("SELECT min(next_at) FROM timers WHERE next_at IS NOT NULL")
"""Index timers_due."""


@dataclass
class Round:
    """What a look at all open cases has found, in the injected time."""

    began_at: datetime
    finished_at: datetime
    open_cases: int = 0
    live_timers: int = 0
    unwatched: int = 0
    examples: list[UUID] = field(default_factory=list)


async def check_every_case_is_watched(service: Service) -> None:
    """Round after round; the count of unwatched cases should stay zero."""
    settings = service.settings
    while True:
        found = await look_at_all(service.database, settings.timer_check_batch)
        async with service.database.transaction() as tx:
            await tx.execute(_KEEP, vars(found))
            FLAGGED.set((await tx.execute(_FLAGGED)).scalar_one())
        UNWATCHED.set(found.unwatched)
        if found.unwatched:
            log.error("cases_without_timer", count=found.unwatched, report_id=str(found.examples[0]))
        await asyncio.sleep(settings.timer_check_seconds)


async def look_at_all(database: Database, batch: int = BATCH) -> Round:
    """One round in bounded statements: cases that come and go meanwhile may or may not be in it."""
    found = Round(database.clock.now(), database.clock.now())
    last: UUID | None = UUID(int=0)
    while last is not None:
        async with database.reading() as tx:
            last = await _look(tx, found, last, batch)
    found.finished_at = database.clock.now()
    return found


async def _look(tx: Transaction, found: Round, after: UUID, batch: int) -> UUID | None:
    row = (await tx.execute(_LOOK, {"after": after, "batch": batch, "now": tx.now})).one()
    found.open_cases += row.cases
    found.live_timers += row.timers
    found.unwatched += len(row.unwatched or ())
    found.examples = [*found.examples, *(row.unwatched or ())][:EXAMPLES]
    last: UUID | None = row.last if row.cases == batch else None
    return last


async def status(tx: Transaction) -> dict[str, Any]:
    """The last whole round, how many cases hold impossible facts, and how far the timers are behind.

    Before the first round has ended, one is made, over at most the first batch of cases.
    """
    row = (await tx.execute(_LAST)).one_or_none()
    found = Round(**row._mapping) if row else Round(tx.now, tx.now)
    if row is None:
        await _look(tx, found, UUID(int=0), BATCH)
    next_at: datetime | None = (await tx.execute(_NEXT)).scalar_one()
    return {
        "checked_at": found.finished_at,
        "open_cases": found.open_cases,
        "live_timers": found.live_timers,
        "cases_without_timer": found.unwatched,
        "examples": found.examples,
        "flagged_cases": (await tx.execute(_FLAGGED)).scalar_one(),
        "next_due_at": next_at,
        "overdue_seconds": max(0.0, (tx.now - next_at).total_seconds()) if next_at else 0.0,
    }
