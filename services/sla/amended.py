"""Carries cases over an amendment: their clocks are laid by the new rules, and those concerned are told.

It happens to a case once: by the recompute, or before a fact of it is handled, whichever comes first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter

from services.sla import amendments, moved_store
from services.sla.amendments import Row
from services.sla.domain.amending import cause, moved
from services.sla.domain.facts import Recorded
from services.sla.moved_store import Move
from services.sla.outcome import compute, say_what_changed
from services.sla.rulebook import Rulebook, as_of
from services.sla.store import Said
from shared.contracts import DeadlinesAmended, MovedDeadline
from shared.db.database import Transaction

_FIRST_PENDING = sa.text(
    "SELECT min(seq) FROM recomputes WHERE done_at IS NULL AND seq IS NOT NULL AND seq <= :seq"
)
"""Index recomputes_open."""

_settled: list[Rulebook] = []
"""The last rulebook seen whose recomputes are all done: every case on record agrees with it."""

MOST_PAST = 16
_past: dict[tuple[datetime, int], Rulebook] = {}


async def catch_up(
    tx: Transaction,
    rules: Rulebook,
    on_record: Mapping[UUID, Said],
    logs: Mapping[UUID, Sequence[Recorded]],
) -> tuple[dict[UUID, Said], int]:
    """Lay these locked cases by every amendment since they were last saved; says and records what moved.

    Returns what is to be on record about them now, and how many deadlines moved.
    """
    said = dict(on_record)
    behind = {report_id for report_id, one in said.items() if one.seq < rules.seq and logs[report_id]}
    if not behind or not (pending := await _pending(tx, rules)):
        return said, 0
    moves: list[Move] = []
    before = await _rules_at(tx, pending[0], pending[0].seq - 1)
    for row in pending:
        after = rules if row.seq == rules.seq else await _rules_at(tx, row, row.seq)
        for report_id in behind:
            if said[report_id].seq < row.seq:
                step = _Step(row, before, after)
                said[report_id], found = step.carry(tx, report_id, said[report_id], logs[report_id])
                moves += found
        before = after
    await moved_store.keep(tx, moves)
    return said, sum(move.clocks for move in moves)


async def _rules_at(tx: Transaction, row: Row, seq: int) -> Rulebook:
    """The rules as of `seq`, kept for the next batch; the time of an amendment tells databases apart."""
    key = row.recorded_at, seq
    if key not in _past:
        if len(_past) >= MOST_PAST:
            _past.clear()
        _past[key] = await as_of(tx, seq)
    return _past[key]


async def _pending(tx: Transaction, rules: Rulebook) -> list[Row]:
    """The amendments that the recompute has not carried to every case yet."""
    if any(rules is known for known in _settled):
        return []
    first = (await tx.execute(_FIRST_PENDING, {"seq": rules.seq})).scalar_one()
    if first is None:
        _settled[:] = [rules]
        return []
    return [row for row in await amendments.through(tx, rules.seq) if row.seq >= first]


@dataclass(frozen=True)
class _Step:
    """One amendment, and the rules on either side of it."""

    row: Row
    before: Rulebook
    after: Rulebook

    def carry(
        self, tx: Transaction, report_id: UUID, said: Said, facts: Sequence[Recorded]
    ) -> tuple[Said, list[Move]]:
        """One case over this amendment."""
        was = compute(facts, self.before)[1]
        now_said, now = say_what_changed(tx, report_id, said, facts, self.after)
        parts = [part for _, part in moved(was, now)]
        moves = [say_amended(tx, report_id, Why.of(self.row), parts)] if parts else []
        return replace(now_said, seq=self.row.seq), moves


@dataclass(frozen=True)
class Why:
    """Why deadlines moved, as those concerned are told."""

    amendment: str
    cause: str
    cause_en: str
    legal_source: str

    @classmethod
    def of(cls, row: Row) -> "Why":
        return cls(row.amendment.id, *cause(row.amendment), row.amendment.source)


_MOVED = TypeAdapter(tuple[MovedDeadline, ...])


def say_amended(tx: Transaction, report_id: UUID, why: Why, parts: Sequence[MovedDeadline]) -> Move:
    """Tell those concerned; what is then to be kept."""
    fact = DeadlinesAmended(report_id=report_id, occurred_at=tx.now, moved=tuple(parts), **vars(why))
    tx.say(fact)
    moved = _MOVED.dump_json(fact.moved, exclude_none=True).decode()
    return Move(report_id, why.amendment, moved, len(parts))
