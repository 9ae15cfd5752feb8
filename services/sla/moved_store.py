"""Whom amendments moved, as recorded when it happened. Reads only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared.db.database import Transaction

_MOVED = sa.text(
    """
    WITH page AS (
      SELECT DISTINCT report_id FROM moved_deadlines
      WHERE amendment = :amendment AND report_id > :after ORDER BY report_id LIMIT :limit
    )
    SELECT report_id, clock, leg_id, agency, before, after, moved_at
    FROM moved_deadlines JOIN page USING (report_id)
    WHERE amendment = :amendment ORDER BY report_id, after, clock
    """
)
"""The primary key of moved_deadlines, in whose order the page is read."""


async def moved_by(
    tx: Transaction, amendment: str, after: UUID | None, limit: int
) -> tuple[Sequence[Any], UUID | None]:
    """The moves of at most `limit` cases, and where to go on (None: that was the last page)."""
    values = {"amendment": amendment, "after": after or UUID(int=0), "limit": limit}
    rows = (await tx.execute(_MOVED, values)).all()
    more = len({row.report_id for row in rows}) == limit
    return rows, rows[-1].report_id if more else None
