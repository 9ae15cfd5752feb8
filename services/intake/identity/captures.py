"""Forgets when and where photos were taken once a report's time is over, also where nobody left a contact."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.identity.overdue import go_through
from shared.db.database import Database, Transaction

_UUID = pg.UUID(as_uuid=True)
_CAPTURED = (
    sa.text(
        """
    SELECT DISTINCT report_id FROM evidence WHERE sealed_capture IS NOT NULL AND report_id > :after
    ORDER BY report_id LIMIT :limit
    """
    )
    .bindparams(sa.bindparam("after", type_=_UUID), sa.bindparam("limit", type_=sa.Integer))
    .columns(report_id=_UUID)
)
"""Index evidence_captured."""
_FORGET = sa.text(
    "UPDATE evidence SET sealed_capture = NULL "
    "WHERE report_id = ANY(:report_ids) AND sealed_capture IS NOT NULL"
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)))


async def forget_captures(database: Database, batch: int = 200, pause: float = 0) -> None:
    """Go once through the reports whose photos told of themselves; `pause` seconds between batches."""
    await go_through(database, _CAPTURED, forget, batch, pause)


async def forget(tx: Transaction, report_ids: list[UUID]) -> None:
    """Of these reports, now."""
    await tx.execute(_FORGET, {"report_ids": sorted(report_ids)})
