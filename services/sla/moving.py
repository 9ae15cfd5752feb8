"""Moves clocks that never paused from their timer rows alone, without reading a case's facts.

It comes to the same as folding the facts again; whatever it cannot be sure of, it leaves to that.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla.amended import Why, say_amended
from services.sla.domain.measure import Stretch, straight
from services.sla.outcome import NOTHING, Laid, computed, next_due, told
from services.sla.rulebook import Rulebook
from services.sla.store import Said
from shared.calendar import DateOutsideCalendar, Zone
from shared.contracts import ClockKind, Deadline, DeadlinesChanged, MovedDeadline
from shared.db.database import Transaction

_RUNNING = sa.text(
    """
    SELECT report_id, clock, started_by, place, started_at, round, leg_id, agency, zone, region, days,
      running, deadline, computed
    FROM timers WHERE report_id = ANY(:report_ids) AND running ORDER BY report_id, place
    """
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))))
"""The primary key of timers."""

_MOVE = sa.text(
    """
    WITH shapes AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(CAST(:shapes AS jsonb))
        AS s (n int, deadline timestamptz, provisional boolean, marks smallint[], due timestamptz[])
    ), given AS MATERIALIZED (
      SELECT * FROM unnest(CAST(CAST(:timer AS text) AS uuid[]), CAST(CAST(:clock AS text) AS text[]),
        CAST(CAST(:started_by AS text) AS uuid[]), CAST(CAST(:computed AS text) AS uuid[]),
        CAST(CAST(:shape AS text) AS int[])) AS g (report_id, clock, started_by, computed, n)
    ), moved AS (
      INSERT INTO moved_deadlines
        (report_id, clock, started_by, amendment, leg_id, agency, before, after, moved_at)
      SELECT t.report_id, t.clock, t.started_by, :amendment, t.leg_id, t.agency, t.deadline, s.deadline, :now
      FROM given g JOIN shapes s USING (n)
        JOIN timers t ON t.report_id = g.report_id AND t.clock = g.clock AND t.started_by = g.started_by
      WHERE t.deadline <> s.deadline
      ON CONFLICT DO NOTHING
    )
    UPDATE timers t
    SET deadline = s.deadline, provisional = s.provisional, computed = g.computed,
        marks = CASE WHEN t.fired = '{}' THEN s.marks ELSE ARRAY(
          SELECT mark FROM unnest(s.marks) WITH ORDINALITY AS u (mark, n)
          WHERE mark <> ALL (t.fired) ORDER BY n) END,
        due = CASE WHEN t.fired = '{}' THEN s.due ELSE ARRAY(
          SELECT at FROM unnest(s.marks, s.due) WITH ORDINALITY AS u (mark, at, n)
          WHERE mark <> ALL (t.fired) ORDER BY n) END
    FROM given g JOIN shapes s USING (n)
    WHERE t.report_id = g.report_id AND t.clock = g.clock AND t.started_by = g.started_by
    """
)
"""As in `store.save`: what has fired does not come back. Thousands of clocks share a few shapes.

Arrays go as text: the driver's own encoding of them costs more than the rest of the statement.
"""

_SAVE = sa.text(
    """
    UPDATE cases c SET clocks_version = g.clocks_version, told = g.told, watched = NULL,
      next_due_at = g.next_due_at, seq = :seq,
      calendar_version = :calendar_version, policy_version = :policy_version
    FROM unnest(CAST(CAST(:report_id AS text) AS uuid[]), CAST(CAST(:clocks_version AS text) AS int[]),
      CAST(CAST(:told AS text) AS uuid[]), CAST(CAST(:next_due_at AS text) AS timestamptz[]))
      AS g (report_id, clocks_version, told, next_due_at)
    WHERE c.report_id = g.report_id
    """
)
"""Such a case's timers are compared anew when it is next touched."""

_KINDS = {kind.value: kind for kind in ClockKind}
_ZONES = {zone.value: zone for zone in Zone}
_run = itemgetter(*range(1, 12))
"""From `clock` to `running`: what tells a run of a clock from all others."""


@dataclass
class _Batch:
    """What one transaction moves, column by column."""

    rules: Rulebook
    shapes: dict[Any, tuple[int, Laid]] = field(default_factory=dict)
    timers: list[tuple[UUID, str, UUID, UUID, int]] = field(default_factory=list)
    cases: list[tuple[UUID, int, UUID, Any]] = field(default_factory=list)
    moved: int = 0

    def shape(self, row: Any) -> tuple[int, Laid]:
        """Where a clock lies by the new rules. Raises `DateOutsideCalendar`."""
        zone = _ZONES[row.zone]
        key = row.clock, row.zone, row.region, row.days, zone.date_of(row.started_at)
        if (known := self.shapes.get(key)) is None:
            calendar = self.rules.book.calendar(row.region)
            run, marks = straight(
                Stretch(_KINDS[row.clock], key[-1], row.days, zone), calendar, self.rules.limits
            )
            assert run.deadline is not None  # nothing paused it
            laid = Laid.of(run.deadline.due_at, run.deadline.provisional, marks)
            known = self.shapes[key] = len(self.shapes), laid
        return known


async def move_straight(
    tx: Transaction, held: Mapping[UUID, Said], rules: Rulebook, why: Why
) -> tuple[set[UUID], int]:
    """Lay these held cases by the new calendar. Returns those it left alone, and how many deadlines moved."""
    rows = (await tx.execute(_RUNNING, {"report_ids": list(held)})).all()
    batch = _Batch(rules)
    for report_id, group in groupby(rows, key=itemgetter(0)):
        _move(tx, batch, held[report_id], list(group), why)
    await _save(tx, batch, why)
    return set(held) - {case[0] for case in batch.cases}, batch.moved


def _move(tx: Transaction, batch: _Batch, said: Said, rows: Sequence[Any], why: Why) -> None:
    """One case; left alone where one of its clocks has paused, or cannot be laid at all."""
    try:
        shapes = [batch.shape(row) for row in rows if row.days is not None]
    except DateOutsideCalendar:
        return
    if len(shapes) < len(rows):
        return
    report_id, moved = rows[0].report_id, []
    for row, (shape, laid) in zip(rows, shapes, strict=True):
        if (now := computed(_run(row), laid)) == row.computed:
            continue
        batch.timers.append((report_id, row.clock, row.started_by, now, shape))
        if row.deadline is not None and row.deadline != laid.due_at:
            moved.append(MovedDeadline(**_common(row), before=row.deadline, after=laid.due_at))
    running = tuple(_deadline(row, laid) for row, (_, laid) in zip(rows, shapes, strict=True))
    now_told, version = told(running), said.clocks_version
    if now_told != (said.told or NOTHING):
        version += 1
        fact = DeadlinesChanged(
            report_id=report_id, occurred_at=tx.now, clocks_version=version, deadlines=running
        )
        tx.say(fact)
    batch.moved += len(moved)
    if moved:
        say_amended(tx, report_id, why, moved)
    batch.cases.append((report_id, version, now_told, next_due(running)))


def _common(row: Any) -> dict[str, Any]:
    return {
        "clock": _KINDS[row.clock],
        "leg_id": row.leg_id,
        "agency": row.agency,
        "round": row.round,
        "zone": _ZONES[row.zone],
    }


def _deadline(row: Any, laid: Laid) -> Deadline:
    return Deadline(
        **_common(row), started_at=row.started_at, due_at=laid.due_at, provisional=laid.provisional
    )


async def _save(tx: Transaction, batch: _Batch, why: Why) -> None:
    if batch.timers:
        shapes = [{"n": n, **laid.columns} for n, laid in batch.shapes.values()]
        given = _columns(("timer", "clock", "started_by", "computed", "shape"), batch.timers)
        also = {"shapes": json.dumps(shapes), "amendment": why.amendment, "now": tx.now}
        await tx.execute(_MOVE, {**given, **also})
    if batch.cases:
        given = _columns(("report_id", "clocks_version", "told", "next_due_at"), batch.cases)
        calendar, policy = batch.rules.versions
        also = {"seq": batch.rules.seq, "calendar_version": calendar, "policy_version": policy}
        await tx.execute(_SAVE, {**given, **also})


def _columns(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Rows as array literals, one for each column: ids, numbers and words that hold no quote."""
    columns = zip(*rows, strict=True)
    return {
        name: "{" + ",".join("NULL" if value is None else f'"{value}"' for value in column) + "}"
        for name, column in zip(names, columns, strict=True)
    }
