"""Cases in PostgreSQL: a row to lock, the append-only facts, and a timer row for each clock that runs."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla.domain.clocks import Flag
from services.sla.domain.facts import Recorded
from shared.contracts import CaseStatus, Classification
from shared.db.database import Transaction

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL as JSON writes it: after no backslash, or after an even number of them."""
_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))
SAID = "report_id, clocks_version, told, watched, flags, open, next_due_at, seq"
_HOLD = sa.text(
    f"SELECT {SAID} FROM cases WHERE report_id = ANY(:report_ids) ORDER BY report_id FOR NO KEY UPDATE"  # noqa: S608
).bindparams(_IDS)
"""Holds cases to the end of the transaction, always in the same order: each has one writer at a time."""

_OPEN = sa.text(
    f"""
    INSERT INTO cases (report_id) SELECT unnest(:report_ids)
    ON CONFLICT (report_id) DO UPDATE SET clocks_version = cases.clocks_version
    RETURNING {SAID}
    """
).bindparams(_IDS)
"""Makes the rows that were not there, or holds those that somebody else has just made."""

_COLUMNS = ", ".join(field.name for field in fields(Recorded))
_RECORD = sa.text(
    f"""
    WITH kept AS (
      INSERT INTO facts (report_id, {_COLUMNS})
      SELECT report_id, {_COLUMNS}
      FROM jsonb_populate_recordset(CAST(NULL AS facts), CAST(:facts AS jsonb))
      ON CONFLICT DO NOTHING
    )
    SELECT report_id, {_COLUMNS} FROM facts WHERE report_id = ANY(:report_ids)
    """  # noqa: S608
).bindparams(_IDS)
"""Returns the logs as they were; a fact that is already there stays as it is. Index facts_by_report."""

_FACTS = sa.text(f"SELECT report_id, {_COLUMNS} FROM facts WHERE report_id = ANY(:report_ids)").bindparams(  # noqa: S608
    _IDS
)
"""Index facts_by_report."""

_TIMER = (
    "clock, started_by, place, started_at, round, leg_id, agency, zone, region, days, running, deadline, "
    "provisional, computed, marks, due"
)
_SAVE = sa.text(
    f"""
    WITH given AS (
      SELECT * FROM jsonb_to_recordset(CAST(:cases AS jsonb)) AS g (
        report_id uuid, clocks_version int, told uuid, watched uuid, flags jsonb, open boolean,
        next_due_at timestamptz, seq bigint, timers jsonb)
    ), saved AS (
      UPDATE cases c SET clocks_version = g.clocks_version, told = g.told, watched = g.watched,
        flags = g.flags, open = g.open, next_due_at = g.next_due_at, seq = g.seq,
        calendar_version = :calendar_version, policy_version = :policy_version
      FROM given g WHERE c.report_id = g.report_id
    ), wanted AS (
      SELECT g.report_id, t.clock, t.started_by, t.place, t.started_at, t.round, t.leg_id, t.agency, t.zone,
             t.region, t.days, t.running, t.deadline, t.provisional, t.computed, t.marks, t.due
      FROM given g, jsonb_populate_recordset(CAST(NULL AS timers), g.timers) t
    ), gone AS MATERIALIZED (
      SELECT t.report_id, t.clock, t.started_by, t.fired = '{{}}' AS silent
      FROM timers t JOIN given g USING (report_id)
      WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.report_id = t.report_id
                        AND w.clock = t.clock AND w.started_by = t.started_by)
        AND t.computed IS NOT NULL
      FOR UPDATE OF t
    ), void AS (
      DELETE FROM timers t USING gone WHERE gone.silent
        AND t.report_id = gone.report_id AND t.clock = gone.clock AND t.started_by = gone.started_by
    ), spent AS (
      UPDATE timers t SET running = false, marks = '{{}}', due = '{{}}', computed = NULL
      FROM gone WHERE NOT gone.silent
        AND t.report_id = gone.report_id AND t.clock = gone.clock AND t.started_by = gone.started_by
    )
    INSERT INTO timers (report_id, {_TIMER}) SELECT report_id, {_TIMER} FROM wanted
    ON CONFLICT (report_id, clock, started_by) DO UPDATE
      SET place = excluded.place, round = excluded.round, days = excluded.days, zone = excluded.zone,
          region = excluded.region, running = excluded.running, deadline = excluded.deadline,
          provisional = excluded.provisional, computed = excluded.computed,
          (marks, due) = (SELECT coalesce(array_agg(mark ORDER BY n), '{{}}'),
                                 coalesce(array_agg(at ORDER BY n), '{{}}')
                          FROM unnest(excluded.marks, excluded.due) WITH ORDINALITY AS u (mark, at, n)
                          WHERE mark <> ALL (timers.fired))
      WHERE timers.computed IS DISTINCT FROM excluded.computed
    """  # noqa: S608
)
"""Saves cases and sets, moves and removes their timers in one statement.

A mark that has fired never comes back: it is taken out of the row as the row is at that very moment, and a
run of a clock that is gone is remembered for as long as it has fired.
"""


@dataclass(frozen=True)
class Said:
    """What is on record about a case's clocks. `told` and `watched` stand for the deadlines and timers."""

    clocks_version: int
    told: UUID | None
    watched: UUID | None
    flags: Any
    open: bool
    next_due_at: datetime | None
    seq: int
    """The last amendment that the case was computed with."""
    timers: Sequence[Mapping[str, Any]] = field(default=(), compare=False)
    """What to save; not read back."""


async def lock_cases(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, Said]:
    """What was last said about these cases; nobody else may change them until this transaction ends."""
    rows = list(await tx.execute(_HOLD, {"report_ids": sorted(report_ids)}))
    if missing := sorted(set(report_ids) - {row.report_id for row in rows}):
        rows += await tx.execute(_OPEN, {"report_ids": missing})
    return {row.report_id: said_of_row(row) for row in rows}


def said_of_row(row: Any) -> Said:
    """What was told of a case last."""
    return Said(
        row.clocks_version,
        row.told,
        row.watched,
        _json(row.flags),
        row.open,
        row.next_due_at,
        row.seq,
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
    return (await logs(tx, [report_id]))[report_id]


async def logs(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, list[Recorded]]:
    """The logs of cases, in no particular order."""
    found: dict[UUID, list[Recorded]] = {report_id: [] for report_id in report_ids}
    for row in await tx.execute(_FACTS, {"report_ids": list(found)}):
        found[row.report_id].append(_recorded(row))
    return found


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
        row.category,
        row.region,
        row.calendar,
        row.channel,
        row.score,
    )


async def save(tx: Transaction, cases: Mapping[UUID, Said], versions: tuple[str, str]) -> None:
    """Put locked cases on record; their `timers`, and only these, are still to fire from now on."""
    given = [{"report_id": report_id, **vars(said)} for report_id, said in cases.items()]
    calendar, policy = versions
    await tx.execute(_SAVE, {"cases": _text(given), "calendar_version": calendar, "policy_version": policy})


def flags_json(flags: Sequence[Flag]) -> list[dict[str, str]]:
    """Facts that are impossible where they stand, as they are recorded."""
    return [{"event_id": str(flag.event_id), "reason": flag.reason} for flag in flags]


def _text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as JSON for a statement that reads them as a table. PostgreSQL's text holds no NUL; somebody's
    words may well hold the six characters that JSON writes one with.
    """
    return _NUL.sub(r"\1", json.dumps(rows, default=str))


def _json(value: Any) -> Any:
    """JSONB as asyncpg hands it over: text, unless a codec has already read it."""
    return json.loads(value) if isinstance(value, str) else value
