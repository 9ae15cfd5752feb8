"""Forgets who supported a report when its time is over, as its reporter is forgotten. Their number stays."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.identity.overdue import go_through
from shared.contracts import ContactRegistered
from shared.db.database import Database, Transaction

_UUID = pg.UUID(as_uuid=True)
_SUPPORTED = (
    sa.text(
        """
    SELECT DISTINCT report_id FROM supports
    WHERE token IS NOT NULL AND withdrawn_at IS NULL AND report_id > :after
    ORDER BY report_id LIMIT :limit
    """
    )
    .bindparams(sa.bindparam("after", type_=_UUID), sa.bindparam("limit", type_=sa.Integer))
    .columns(report_id=_UUID)
)
"""Index supports_once: whoever is forgotten is no longer in it."""
_FORGET = (
    sa.text(
        """
    UPDATE supports SET token = NULL
    WHERE report_id = ANY(:report_ids) AND token IS NOT NULL AND withdrawn_at IS NULL RETURNING supporter_id
    """
    )
    .bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)))
    .columns(supporter_id=_UUID)
)


async def forget_supporters(database: Database, batch: int = 200, pause: float = 0) -> None:
    """Go once through the reports that somebody with a contact supports; `pause` seconds between batches."""
    await go_through(database, _SUPPORTED, _forget, batch, pause)


async def _forget(tx: Transaction, report_ids: list[UUID]) -> None:
    for supporter_id in (await tx.execute(_FORGET, {"report_ids": report_ids})).scalars():
        tx.say(ContactRegistered(report_id=supporter_id, occurred_at=tx.now, withdrawn=True))
