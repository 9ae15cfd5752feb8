"""Moves clocks that never paused from their timer rows alone, without reading a case's facts.

It comes to the same as folding the facts again; whatever it cannot be sure of, it leaves to that.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla import moved_store, written
from services.sla.amended import Why
from services.sla.domain.measure import Stretch, straight
from services.sla.moved_store import Move
from services.sla.outcome import NOTHING, Laid, digest, fingerprint
from services.sla.rulebook import Rulebook
from services.sla.store import Said
from shared.calendar import DateOutsideCalendar, Zone
from shared.contracts import ClockKind, DeadlinesAmended, DeadlinesChanged
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

_ZONES = {zone.value: zone for zone in Zone}
_KINDS = {kind.value: kind for kind in ClockKind}


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where clocks of one kind, start, limit and zone lie: thousands of them alike."""

    number: int
    laid: Laid
    due_at: datetime
    written: str
    """The end of its `Deadline`."""


@dataclass
class _Batch:
    """What one transaction moves, column by column."""

    rules: Rulebook
    why: Why
    now: str
    because: str
    shapes: dict[Any, _Shape] = field(default_factory=dict)
    timers: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    cases: list[tuple[str, str, str, str]] = field(default_factory=list)
    done: set[UUID] = field(default_factory=set)
    moves: list[Move] = field(default_factory=list)

    def shape(self, clock: str, started_at: datetime, zone: str, region: str | None, days: int) -> _Shape:
        """Where a clock lies by the new rules. Raises `DateOutsideCalendar`."""
        start = _ZONES[zone].date_of(started_at)
        key = clock, start, zone, region, days
        if (known := self.shapes.get(key)) is None:
            calendar = self.rules.book.calendar(region)
            stretch = Stretch(_KINDS[clock], start, days, _ZONES[zone])
            run, marks = straight(stretch, calendar, self.rules.limits)
            assert run.deadline is not None  # nothing paused it
            due_at, provisional = run.deadline.due_at, run.deadline.provisional
            known = self.shapes[key] = _Shape(
                len(self.shapes),
                Laid.of(due_at, provisional, marks),
                due_at,
                written.laid(due_at, zone, provisional=provisional),
            )
        return known


async def move_straight(
    tx: Transaction, held: Mapping[UUID, Said], rules: Rulebook, why: Why
) -> tuple[set[UUID], int]:
    """Lay these held cases by the new calendar. Returns those it left alone, and how many deadlines moved."""
    rows = (await tx.execute(_RUNNING, {"report_ids": list(held)})).all()
    batch = _Batch(rules, why, written.moment(tx.now), written.because(**vars(why)))
    for report_id, group in groupby(rows, key=itemgetter(0)):
        _move(tx, batch, held[report_id], list(group))
    await _save(tx, batch)
    await moved_store.keep(tx, batch.moves)
    return set(held) - batch.done, sum(move.clocks for move in batch.moves)


def _move(tx: Transaction, batch: _Batch, said: Said, rows: Sequence[Any]) -> None:
    """One case; left alone where one of its clocks has paused, or cannot be laid at all."""
    report_id = rows[0][0]
    timers, running, moved, ends = [], [], [], []
    for row in rows:
        _, clock, started_by, _, started_at, number, leg_id, agency, zone, region, days, _, was, known = row
        if days is None:
            return
        try:
            shape = batch.shape(clock, started_at, zone, region, days)
        except DateOutsideCalendar:
            return
        begun = written.begun(clock, leg_id, agency, number)
        ends.append(shape.due_at)
        running.append(written.deadline(begun, started_at, shape.written))
        now = fingerprint(row[1:12], shape.laid)
        if known is not None and now.digest() == known.bytes:
            continue
        timers.append((str(report_id), clock, str(started_by), now.hexdigest(), str(shape.number)))
        if was is not None and was != shape.due_at:
            moved.append(written.moved(begun, zone, was, shape.due_at))
    deadlines = written.listed(running)
    now_told, version = digest(deadlines.encode()), said.clocks_version
    if now_told != (said.told or NOTHING):
        version += 1
        body = written.deadlines_changed(report_id, batch.now, version, deadlines)
        tx.say_written(DeadlinesChanged, report_id, body)
    if moved:
        parts = written.listed(moved)
        body = written.deadlines_amended(report_id, batch.now, batch.because, parts)
        tx.say_written(DeadlinesAmended, report_id, body)
        batch.moves.append(Move(report_id, batch.why.amendment, parts, len(moved)))
    batch.timers += timers
    batch.cases.append((str(report_id), str(version), now_told.hex, written.moment(min(ends))))
    batch.done.add(report_id)


async def _save(tx: Transaction, batch: _Batch) -> None:
    if batch.timers:
        shapes = [{"n": shape.number, **shape.laid.columns} for shape in batch.shapes.values()]
        given = _columns(("timer", "clock", "started_by", "computed", "shape"), batch.timers)
        await tx.execute(_MOVE, {**given, "shapes": json.dumps(shapes)})
    if batch.cases:
        given = _columns(("report_id", "clocks_version", "told", "next_due_at"), batch.cases)
        calendar, policy = batch.rules.versions
        also = {"seq": batch.rules.seq, "calendar_version": calendar, "policy_version": policy}
        await tx.execute(_SAVE, {**given, **also})


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Rows as array literals, one for each column: ids, numbers, moments and words that need no quotes."""
    columns = zip(*rows, strict=True)
    return {name: "{" + ",".join(column) + "}" for name, column in zip(names, columns, strict=True)}
