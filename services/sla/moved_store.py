"""Whom amendments moved, as recorded when it happened: a row for each case and amendment."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction

_KEEP = sa.text(
    """
    INSERT INTO moved_deadlines (amendment, report_id, moved_at, moved)
    SELECT amendment, report_id, :moved_at, CAST(moved AS json)
    FROM unnest(CAST(:amendment AS text[]), :report_id, CAST(:moved AS text[]))
      AS given (amendment, report_id, moved)
    ON CONFLICT DO NOTHING
    """
).bindparams(sa.bindparam("report_id", type_=pg.ARRAY(pg.UUID(as_uuid=True))))

_MOVED = sa.text(
    """
    SELECT report_id, moved_at, CAST(moved AS text) AS moved FROM moved_deadlines
    WHERE amendment = :amendment AND report_id > :after ORDER BY report_id LIMIT :limit
    """
)
"""The primary key, in whose order the page is read."""


class Move(NamedTuple):
    """What an amendment has moved of one case; `moved` are its `MovedDeadline`s, listed in JSON."""

    report_id: UUID
    amendment: str
    moved: str
    clocks: int


async def keep(tx: Transaction, moves: Sequence[Move]) -> None:
    """Record who was affected by which amendment, and from when to when."""
    if not moves:
        return
    columns = {name: [getattr(move, name) for move in moves] for name in ("report_id", "amendment", "moved")}
    await tx.execute(_KEEP, {**columns, "moved_at": tx.now})


async def moved_by(
    tx: Transaction, amendment: str, after: UUID | None, limit: int
) -> tuple[list[dict[str, Any]], UUID | None]:
    """The moved clocks of at most `limit` cases, and where to go on (None: that was the last page)."""
    values = {"amendment": amendment, "after": after or UUID(int=0), "limit": limit}
    rows = (await tx.execute(_MOVED, values)).all()
    moved = [
        {"leg_id": None, "agency": None, **one, "report_id": row.report_id, "moved_at": row.moved_at}
        for row in rows
        for one in json.loads(row.moved)
    ]
    return moved, rows[-1].report_id if len(rows) == limit else None
