"""Replays the recorded facts of cases and compares with what is on record, bit for bit. Changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla import store
from services.sla.outcome import compute, said_of
from services.sla.rulebook import Rulebook, as_of
from services.sla.store import SAID, Said, said_of_row
from shared.db.database import Transaction

_PAGE = sa.text(
    f"SELECT {SAID} FROM cases WHERE report_id > :after ORDER BY report_id LIMIT :limit FOR SHARE"  # noqa: S608
)
"""The primary key of cases. Held still, so that cases, facts and timers are of one moment."""

_TIMERS = sa.text(
    """
    SELECT report_id, clock, started_by, running, deadline, provisional, computed, marks, due, fired
    FROM timers WHERE report_id = ANY(:report_ids) AND computed IS NOT NULL FOR SHARE
    """
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))))


@dataclass(frozen=True)
class Difference:
    """Something on record that the facts do not lead to; both sides as text."""

    report_id: UUID
    what: str
    on_record: str
    recomputed: str


async def verify_batch(
    tx: Transaction, after: UUID | None, limit: int
) -> tuple[int, list[Difference], UUID | None]:
    """Replay the next cases by the rules they were last computed with.

    Returns how many there were, what differs, and where to go on (None: that was the last one).
    """
    rows = (await tx.execute(_PAGE, {"after": after or UUID(int=0), "limit": limit})).all()
    cases = {row.report_id: said_of_row(row) for row in rows}
    logs = await store.logs(tx, cases)
    timers: dict[UUID, list[Any]] = {}
    for row in await tx.execute(_TIMERS, {"report_ids": list(cases)}):
        timers.setdefault(row.report_id, []).append(row)
    rules = {seq: await as_of(tx, seq) for seq in {said.seq for said in cases.values()}}
    differences = [
        difference
        for report_id, said in cases.items()
        for difference in _differences(
            report_id, said, logs[report_id], timers.get(report_id, []), rules[said.seq]
        )
    ]
    return len(cases), differences, rows[-1].report_id if len(rows) == limit else None


def _differences(
    report_id: UUID, said: Said, facts: Sequence[Any], timers: Sequence[Any], rules: Rulebook
) -> list[Difference]:
    clocks, measured = compute(facts, rules)
    now, _ = said_of(clocks, measured, rules, said.clocks_version)
    pairs: dict[str, tuple[Any, Any]] = {
        "flags": (said.flags, now.flags),
        "open": (said.open, now.open),
        "next_due_at": (said.next_due_at, now.next_due_at),
        "deadlines": (said.told, now.told),
    }
    stored = {(row.clock, str(row.started_by)): row for row in timers}
    wanted = {(row["clock"], str(row["started_by"])): row for row in now.timers}
    for key in stored.keys() | wanted.keys():
        pairs[" ".join(("timer", *key))] = _stored(stored.get(key)), _wanted(wanted.get(key), stored.get(key))
    return [
        Difference(report_id, what, str(one), str(other))
        for what, (one, other) in pairs.items()
        if one != other
    ]


def _stored(row: Any) -> tuple[Any, ...] | None:
    if row is None:
        return None
    deadline = row.deadline.isoformat() if row.deadline else None
    due = [at.isoformat() for at in row.due]
    return row.running, deadline, row.provisional, row.computed, list(zip(row.marks, due, strict=True))


def _wanted(row: Mapping[str, Any] | None, stored: Any) -> tuple[Any, ...] | None:
    """What has fired is behind it."""
    if row is None:
        return None
    fired = set(stored.fired) if stored is not None else set()
    marks = [(mark, at) for mark, at in zip(row["marks"], row["due"], strict=True) if mark not in fired]
    return row["running"], row["deadline"], row["provisional"], row["computed"], marks
