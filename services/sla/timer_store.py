"""Timers in PostgreSQL: what is due is claimed by any number of workers, and fires once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared.contracts import ClockKind
from shared.db.database import Transaction

_DUE = sa.text("SELECT next_at < :now FROM timers WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1")
"""Index timers_due: its first entry, whatever the planner believes about how much is due."""

_CLAIM = sa.text(
    """
    WITH due AS MATERIALIZED (
      SELECT report_id, clock, started_by, next_at, marks, due FROM timers
      WHERE next_at < :now ORDER BY next_at LIMIT :batch FOR UPDATE SKIP LOCKED
    ), horizon AS (
      SELECT CASE WHEN count(*) < :batch THEN :now - interval '1 microsecond' ELSE max(next_at) END AS at
      FROM due
    ), counted AS MATERIALIZED (
      SELECT d.*, width_bucket(h.at, d.due) AS n FROM due d, horizon h
    ), fired AS (
      UPDATE timers t SET fired = t.fired || c.marks[1:c.n], marks = c.marks[c.n + 1:], due = c.due[c.n + 1:]
      FROM counted c
      WHERE t.report_id = c.report_id AND t.clock = c.clock AND t.started_by = c.started_by
      RETURNING t.report_id, t.clock, t.started_at, t.round, t.leg_id, t.agency, t.zone, t.region, t.deadline,
        c.marks[1:c.n] AS marks, c.due[1:c.n] AS due
    )
    SELECT report_id, clock, one.mark, one.due_at, started_at, round, leg_id, agency, zone, region, deadline
    FROM fired, unnest(fired.marks, fired.due) AS one (mark, due_at)
    ORDER BY one.due_at, report_id, clock, one.mark
    """
)
"""Index timers_due. Rows that another worker is firing are skipped, so any number of workers never wait.

A row says all that it has to say up to the last row's due time: nothing that was due earlier is left behind,
so what fires batch by batch comes in order of due time.
"""


@dataclass(frozen=True, slots=True)
class Fired:
    """A mark that this transaction fires. `deadline` is the clock's, `due_at` the mark's."""

    report_id: UUID
    clock: ClockKind
    mark: int
    due_at: datetime
    started_at: datetime
    round: int
    leg_id: UUID | None
    agency: str | None
    zone: str
    region: str | None
    deadline: datetime | None


async def anything_due(tx: Transaction, now: datetime) -> bool:
    """Whether any timer was due before `now`, be it that another worker is firing it."""
    return bool((await tx.execute(_DUE, {"now": now})).scalar_one_or_none())


async def claim_due(tx: Transaction, now: datetime, batch: int) -> list[Fired]:
    """Fire what was due before `now` of at most `batch` clocks, in order of due time."""
    rows = await tx.execute(_CLAIM, {"now": now, "batch": batch})
    return [_fired(row) for row in rows]


def _fired(row: Any) -> Fired:
    report_id, clock, *rest = row
    return Fired(report_id, ClockKind(clock), *rest)
