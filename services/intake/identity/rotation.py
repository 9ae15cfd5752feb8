"""Wraps the data keys of identities anew when the key that opens them is replaced. Opens no identity.

In bounded batches, each its own transaction, in the order of report ids: whatever dies, run it again, and it
goes on where it was, since what is wrapped to the new key already is passed over.
"""

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Database
from shared.security.envelopes import Opener, Unsealable
from shared.security.sealing import IdentitySealer

BATCH = 500
_UUID = pg.UUID(as_uuid=True)
_NEXT = (
    sa.text(
        """
        SELECT report_id, sealed FROM identities WHERE report_id > :after AND sealed IS NOT NULL
        ORDER BY report_id LIMIT :limit FOR NO KEY UPDATE
        """
    )
    .bindparams(sa.bindparam("after", type_=_UUID), sa.bindparam("limit", type_=sa.Integer))
    .columns(report_id=_UUID)
)
"""Primary key of identities."""
_SAVE = sa.text(
    """
    UPDATE identities SET sealed = renewed.sealed
    FROM unnest(CAST(:report_ids AS uuid[]), CAST(:sealed AS text[])) AS renewed (report_id, sealed)
    WHERE identities.report_id = renewed.report_id
    """
).bindparams(
    sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)), sa.bindparam("sealed", type_=pg.ARRAY(sa.Text))
)


async def rewrap_identities(
    database: Database,
    old: Opener,
    new: IdentitySealer,
    *,
    batch: int = BATCH,
    told: Callable[[int, int], None] = lambda _renewed, _skipped: None,
) -> tuple[int, int]:
    """Wrap every identity to `new`; returns how many it renewed, and how many `old` could not open.

    `told` hears both numbers after each batch.
    """
    renewed, skipped, after = 0, 0, UUID(int=0)
    while True:
        async with database.transaction() as tx:
            rows = (await tx.execute(_NEXT, {"after": after, "limit": batch})).all()
            changed: dict[UUID, str] = {}
            for row in rows:
                try:
                    sealed = new.renewed(old, row.report_id, row.sealed)
                except Unsealable:
                    skipped += 1
                    continue
                if sealed is not None:
                    changed[row.report_id] = sealed
            if changed:
                await tx.execute(_SAVE, {"report_ids": [*changed], "sealed": [*changed.values()]})
        if not rows:
            return renewed, skipped
        renewed, after = renewed + len(changed), rows[-1].report_id
        told(renewed, skipped)
