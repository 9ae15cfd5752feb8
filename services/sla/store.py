"""Clocks in PostgreSQL: a row to lock, the append-only facts, and the timers that fire once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla.domain.clocks import Flag
from services.sla.domain.facts import Recorded
from services.sla.domain.measure import Timer
from shared.contracts import CaseStatus, Classification, ClockKind, Deadline
from shared.db.database import Transaction

_HOLD = sa.text(
    """
    SELECT clocks_version, deadlines, timers, flags, open FROM cases
    WHERE report_id = :report_id FOR NO KEY UPDATE
    """
)
"""Holds the case to the end of the transaction: it has one writer at a time."""

_OPEN = sa.text(
    """
    INSERT INTO cases (report_id) VALUES (:report_id)
    ON CONFLICT (report_id) DO UPDATE SET clocks_version = cases.clocks_version
    RETURNING clocks_version, deadlines, timers, flags, open
    """
)
"""Makes the row that was not there, or holds the one that somebody else has just made."""

_RECORD = sa.text(
    """
    WITH kept AS (
      INSERT INTO facts (event_id, report_id, type, occurred_at, leg_id, agency, zone, classification, status)
      VALUES (:event_id, :report_id, :type, :occurred_at, :leg_id, :agency, :zone, :classification, :status)
      ON CONFLICT DO NOTHING
    )
    SELECT event_id, type, occurred_at, leg_id, agency, zone, classification, status
    FROM facts WHERE report_id = :report_id
    """
)
"""Returns the log as it was before; a fact that is already there stays as it is. Index facts_by_report."""

_FACTS = sa.text(
    """
    SELECT event_id, type, occurred_at, leg_id, agency, zone, classification, status
    FROM facts WHERE report_id = :report_id
    """
)
"""Index facts_by_report."""

_SAVE = sa.text(
    """
    WITH saved AS (
      UPDATE cases SET clocks_version = :clocks_version, deadlines = CAST(:deadlines AS jsonb),
        timers = CAST(:timers AS jsonb), flags = CAST(:flags AS jsonb), open = :open,
        next_due_at = :next_due_at, calendar_version = :calendar_version, policy_version = :policy_version
      WHERE report_id = :report_id
    ), wanted AS (
      SELECT * FROM jsonb_to_recordset(CAST(:timers AS jsonb)) AS t (clock text, started_by uuid,
        mark smallint, due_at timestamptz, started_at timestamptz, round int, leg_id uuid, agency text)
    ), void AS (
      DELETE FROM timers t WHERE t.report_id = :report_id AND t.fired_at IS NULL AND NOT EXISTS (
        SELECT FROM wanted w
        WHERE w.clock = t.clock AND w.started_by = t.started_by AND w.mark = t.mark)
    )
    INSERT INTO timers (report_id, clock, started_by, mark, due_at, started_at, round, leg_id, agency)
    SELECT :report_id, clock, started_by, mark, due_at, started_at, round, leg_id, agency FROM wanted
    ON CONFLICT (report_id, clock, started_by, mark) DO UPDATE
      SET due_at = excluded.due_at, round = excluded.round
      WHERE timers.fired_at IS NULL AND (timers.due_at, timers.round) <> (excluded.due_at, excluded.round)
    """
).bindparams(sa.bindparam("report_id", type_=pg.UUID(as_uuid=True)))
"""Saves a case and sets, moves and removes its timers in one statement; what has fired stays as it was."""

_CLAIM = sa.text(
    """
    WITH due AS (
      SELECT report_id, clock, started_by, mark FROM timers
      WHERE fired_at IS NULL AND due_at < :now ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    UPDATE timers t SET fired_at = :now FROM due d
    WHERE t.report_id = d.report_id AND t.clock = d.clock AND t.started_by = d.started_by AND t.mark = d.mark
    RETURNING t.report_id, t.clock, t.mark, t.due_at, t.started_at, t.round, t.leg_id, t.agency
    """
)
"""Index timers_due. Rows another worker is firing are skipped, so any number of workers never wait."""

_UNWATCHED = sa.text(
    """
    SELECT c.report_id FROM cases c
    WHERE c.open AND (c.next_due_at IS NULL OR c.next_due_at >= :now)
      AND NOT EXISTS (SELECT FROM timers t WHERE t.report_id = c.report_id AND t.fired_at IS NULL)
    """
)
"""Index cases_open. An overdue case has nothing left to say; any other open case must have a live timer."""

_SUMMARY = sa.text(
    """
    SELECT (SELECT count(*) FROM cases WHERE open) AS open_cases,
           (SELECT count(*) FROM cases WHERE flags <> '[]') AS flagged_cases,
           (SELECT count(*) FROM timers WHERE fired_at IS NULL) AS live_timers,
           (SELECT min(due_at) FROM timers WHERE fired_at IS NULL) AS next_due_at
    """
)


@dataclass(frozen=True)
class Said:
    """What is on record about a case's clocks."""

    clocks_version: int
    deadlines: Any
    timers: Any
    flags: Any
    open: bool


async def lock_case(tx: Transaction, report_id: UUID) -> Said:
    """What was last said about this case; nobody else may change it until this transaction ends."""
    which = {"report_id": report_id}
    row = (await tx.execute(_HOLD, which)).one_or_none() or (await tx.execute(_OPEN, which)).one()
    return Said(row.clocks_version, _json(row.deadlines), _json(row.timers), _json(row.flags), row.open)


async def record(tx: Transaction, report_id: UUID, fact: Recorded) -> list[Recorded]:
    """Append a fact to the log of a locked case; returns the log with it, perhaps twice."""
    rows = await tx.execute(
        _RECORD,
        {
            "event_id": fact.event_id,
            "report_id": report_id,
            "type": fact.type,
            "occurred_at": fact.occurred_at,
            "leg_id": fact.leg_id,
            "agency": fact.agency,
            "zone": fact.zone,
            "classification": fact.classification,
            "status": fact.status,
        },
    )
    return [*map(_recorded, rows), fact]


async def facts(tx: Transaction, report_id: UUID) -> list[Recorded]:
    """The log of a case, in no particular order."""
    return [*map(_recorded, await tx.execute(_FACTS, {"report_id": report_id}))]


def _recorded(row: Any) -> Recorded:
    return Recorded(
        row.event_id,
        row.type,
        row.occurred_at,
        row.leg_id,
        row.agency,
        row.zone,
        Classification(row.classification) if row.classification else None,
        CaseStatus(row.status) if row.status else None,
    )


async def save(
    tx: Transaction, report_id: UUID, said: Said, next_due_at: datetime | None, versions: tuple[str, str]
) -> None:
    """Put the case on record; `said.timers`, and only these, are still to fire from now on."""
    await tx.execute(
        _SAVE,
        {
            "report_id": report_id,
            "clocks_version": said.clocks_version,
            "deadlines": json.dumps(said.deadlines),
            "timers": json.dumps(said.timers),
            "flags": json.dumps(said.flags),
            "open": said.open,
            "next_due_at": next_due_at,
            "calendar_version": versions[0],
            "policy_version": versions[1],
        },
    )


@dataclass(frozen=True)
class Fired:
    """A timer that this transaction fires."""

    report_id: UUID
    clock: ClockKind
    mark: int
    due_at: datetime
    started_at: datetime
    round: int
    leg_id: UUID | None
    agency: str | None


async def claim_due(tx: Transaction, now: datetime, batch: int) -> list[Fired]:
    """Fire at most `batch` timers that were due before `now`, the longest overdue first."""
    rows = await tx.execute(_CLAIM, {"now": now, "batch": batch})
    fired = [Fired(**{**row._mapping, "clock": ClockKind(row.clock)}) for row in rows]
    return sorted(fired, key=lambda one: (one.due_at, one.mark))


async def unwatched(tx: Transaction, now: datetime) -> list[UUID]:
    """Open cases that no timer watches and that are not overdue: there should be none."""
    return list((await tx.execute(_UNWATCHED, {"now": now})).scalars())


async def summary(tx: Transaction) -> dict[str, Any]:
    return dict((await tx.execute(_SUMMARY)).one()._mapping)


def flags_json(flags: Sequence[Flag]) -> list[dict[str, str]]:
    return [{"event_id": str(flag.event_id), "reason": flag.reason} for flag in flags]


def deadlines_json(deadlines: Sequence[Deadline]) -> list[dict[str, Any]]:
    return [deadline.model_dump(mode="json", exclude_none=True) for deadline in deadlines]


def timers_json(timers: Sequence[Timer]) -> list[dict[str, Any]]:
    return [
        {
            "clock": timer.clock.value,
            "started_by": str(timer.started_by),
            "mark": timer.mark,
            "due_at": timer.due_at.isoformat(),
            "started_at": timer.started_at.isoformat(),
            "round": timer.round,
            "leg_id": str(timer.leg_id) if timer.leg_id else None,
            "agency": timer.agency,
        }
        for timer in timers
    ]


def _json(value: Any) -> Any:
    """JSONB as asyncpg hands it over: text, unless a codec has already read it."""
    return json.loads(value) if isinstance(value, str) else value
