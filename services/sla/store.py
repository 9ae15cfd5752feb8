"""Clocks in PostgreSQL: a row to lock, the append-only facts, and the timers that fire once."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
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

_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))
_HOLD = sa.text(
    """
    SELECT report_id, clocks_version, deadlines, timers, flags, open, next_due_at FROM cases
    WHERE report_id = ANY(:report_ids) ORDER BY report_id FOR NO KEY UPDATE
    """
).bindparams(_IDS)
"""Holds cases to the end of the transaction, always in the same order: each has one writer at a time."""

_OPEN = sa.text(
    """
    INSERT INTO cases (report_id) SELECT unnest(:report_ids)
    ON CONFLICT (report_id) DO UPDATE SET clocks_version = cases.clocks_version
    RETURNING report_id, clocks_version, deadlines, timers, flags, open, next_due_at
    """
).bindparams(_IDS)
"""Makes the rows that were not there, or holds those that somebody else has just made."""

_RECORD = sa.text(
    """
    WITH kept AS (
      INSERT INTO facts (event_id, report_id, type, occurred_at, leg_id, agency, zone, classification, status)
      SELECT event_id, report_id, type, occurred_at, leg_id, agency, zone, classification, status
      FROM jsonb_populate_recordset(CAST(NULL AS facts), CAST(:facts AS jsonb))
      ON CONFLICT DO NOTHING
    )
    SELECT report_id, event_id, type, occurred_at, leg_id, agency, zone, classification, status
    FROM facts WHERE report_id = ANY(:report_ids)
    """
).bindparams(_IDS)
"""Returns the logs as they were; a fact that is already there stays as it is. Index facts_by_report."""

_FACTS = sa.text(
    """
    SELECT event_id, type, occurred_at, leg_id, agency, zone, classification, status
    FROM facts WHERE report_id = :report_id
    """
)
"""Index facts_by_report."""

_SAVE = sa.text(
    """
    WITH given AS (
      SELECT * FROM jsonb_populate_recordset(CAST(NULL AS cases), CAST(:cases AS jsonb))
    ), saved AS (
      UPDATE cases c SET clocks_version = g.clocks_version, deadlines = g.deadlines, timers = g.timers,
        flags = g.flags, open = g.open, next_due_at = g.next_due_at,
        calendar_version = g.calendar_version, policy_version = g.policy_version
      FROM given g WHERE c.report_id = g.report_id
    ), wanted AS (
      SELECT g.report_id, t.clock, t.started_by, t.mark, t.due_at, t.started_at, t.round, t.leg_id, t.agency
      FROM given g, jsonb_populate_recordset(CAST(NULL AS timers), g.timers) t
    ), void AS (
      DELETE FROM timers t USING given g
      WHERE t.report_id = g.report_id AND t.fired_at IS NULL AND NOT EXISTS (
        SELECT FROM wanted w WHERE w.report_id = t.report_id
          AND w.clock = t.clock AND w.started_by = t.started_by AND w.mark = t.mark)
    )
    INSERT INTO timers (report_id, clock, started_by, mark, due_at, started_at, round, leg_id, agency)
    SELECT * FROM wanted
    ON CONFLICT (report_id, clock, started_by, mark) DO UPDATE
      SET due_at = excluded.due_at, round = excluded.round
      WHERE timers.fired_at IS NULL AND (timers.due_at, timers.round) <> (excluded.due_at, excluded.round)
    """
)
"""Saves cases and sets, moves and removes their timers in one statement; what has fired stays as it was."""

_DUE = sa.text("SELECT EXISTS (SELECT FROM timers WHERE fired_at IS NULL AND due_at < :now)")
"""Index timers_due."""

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
    next_due_at: datetime | None


async def lock_cases(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, Said]:
    """What was last said about these cases; nobody else may change them until this transaction ends."""
    rows = list(await tx.execute(_HOLD, {"report_ids": sorted(report_ids)}))
    if missing := sorted(set(report_ids) - {row.report_id for row in rows}):
        rows += await tx.execute(_OPEN, {"report_ids": missing})
    return {row.report_id: _said(row) for row in rows}


def _said(row: Any) -> Said:
    return Said(
        clocks_version=row.clocks_version,
        deadlines=_json(row.deadlines),
        timers=_json(row.timers),
        flags=_json(row.flags),
        open=row.open,
        next_due_at=row.next_due_at,
    )


async def record(tx: Transaction, news: Sequence[tuple[UUID, Recorded]]) -> dict[UUID, list[Recorded]]:
    """Append facts to the logs of their locked cases; returns each log as it was before, in no order."""
    logs: dict[UUID, list[Recorded]] = {report_id: [] for report_id, _ in news}
    given = [{"report_id": report_id, **asdict(fact)} for report_id, fact in news]
    for row in await tx.execute(_RECORD, {"facts": _text(given), "report_ids": list(logs)}):
        logs[row.report_id].append(_recorded(row))
    return logs


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


async def save(tx: Transaction, cases: Mapping[UUID, Said], versions: tuple[str, str]) -> None:
    """Put locked cases on record; `timers`, and only these, are still to fire from now on."""
    calendar, policy = versions
    given = [
        {"report_id": report_id, "calendar_version": calendar, "policy_version": policy, **vars(said)}
        for report_id, said in cases.items()
    ]
    await tx.execute(_SAVE, {"cases": _text(given)})


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


async def anything_due(tx: Transaction, now: datetime) -> bool:
    """Whether any timer was due before `now`, be it that another worker is firing it."""
    return bool((await tx.execute(_DUE, {"now": now})).scalar_one())


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


def _text(rows: list[dict[str, Any]]) -> str:
    """Rows for `jsonb_populate_recordset`, which takes the columns' types from the table."""
    return json.dumps(rows, default=str)


def _json(value: Any) -> Any:
    """JSONB as asyncpg hands it over: text, unless a codec has already read it."""
    return json.loads(value) if isinstance(value, str) else value
