"""Puts what waited for its reader's hour into one message; each ends as skipped, with the digest's id."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.notify import store
from services.notify.domain.digest import digest
from services.notify.store import as_rows
from shared.db.database import Transaction

AT_ONCE = 200
"""Reports whose digests are made in one transaction."""
TOLD_TOGETHER = "told in a digest"

_UUID = pg.UUID(as_uuid=True)
_UUIDS = pg.ARRAY(_UUID)
_ONE_AT_A_TIME = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('lapor.notify.digests'))")
_ANYTHING = sa.text(
    "SELECT EXISTS (SELECT FROM deliveries WHERE state = 'waiting_digest' AND opens_at <= :now)"
).bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True)))
_DUE = (
    sa.text(
        """
    SELECT id, report_id, template, details, created_at::date AS day, traceparent FROM deliveries
    WHERE state = 'waiting_digest' AND opens_at <= :now AND report_id = ANY(ARRAY(
      SELECT DISTINCT report_id FROM deliveries WHERE state = 'waiting_digest' AND opens_at <= :now
      LIMIT :limit))
    ORDER BY report_id, created_at, id FOR NO KEY UPDATE
    """
    )
    .bindparams(
        sa.bindparam("now", type_=sa.DateTime(timezone=True)), sa.bindparam("limit", type_=sa.Integer)
    )
    .columns(id=_UUID, report_id=_UUID, details=pg.JSONB)
)
"""Index deliveries_to_digest."""
_ALONE = sa.text(
    "UPDATE deliveries SET state = 'waiting_contact', digest_until = NULL WHERE id = ANY(:ids)"
).bindparams(sa.bindparam("ids", type_=_UUIDS))
"""Released as if it came now: a browser hears of it, and quiet hours that were wished meanwhile hold."""
_ADD = sa.text(
    """
    INSERT INTO deliveries (id, event_id, report_id, recipient, channel, template, details, state)
    SELECT id, event_id, report_id, 'reporter', 'none', 'digest', details, 'waiting_contact'
    FROM jsonb_populate_recordset(CAST(NULL AS deliveries), CAST(:rows AS jsonb))
    """
)
_TOLD = sa.text(
    """
    UPDATE deliveries SET state = 'skipped', reason = :reason, digest_id = told.digest_id, details = '{}',
      finished_at = now()
    FROM unnest(:ids, :digests) AS told (id, digest_id) WHERE deliveries.id = told.id
    """
).bindparams(sa.bindparam("ids", type_=_UUIDS), sa.bindparam("digests", type_=_UUIDS))


async def tell_together(tx: Transaction, *, national_desk: bool) -> int:
    """Make the digests whose hour has come, one process at a time; returns how many messages went into them.

    What waited alone is told as itself.
    """
    if not (await tx.execute(_ANYTHING, {"now": tx.now})).scalar_one():
        return 0
    if not (await tx.execute(_ONE_AT_A_TIME)).scalar_one():
        return 0
    waiting: dict[UUID, list[Any]] = defaultdict(list)
    for row in await tx.execute(_DUE, {"now": tx.now, "limit": AT_ONCE}):
        waiting[row.report_id].append(row)
    if alone := [rows[0].id for rows in waiting.values() if len(rows) == 1]:
        await tx.execute(_ALONE, {"ids": alone})
    several = {report_id: rows for report_id, rows in waiting.items() if len(rows) > 1}
    if several:
        await _tell(tx, several)
    if waiting:
        await store.release(tx, waiting, national_desk=national_desk)
    return sum(map(len, waiting.values()))


async def _tell(tx: Transaction, several: dict[UUID, list[Any]]) -> None:
    made = {report_id: uuid7() for report_id in sorted(several)}
    rows = (
        {
            "id": made[report_id],
            "event_id": uuid7(),
            "report_id": report_id,
            "details": dict(digest(_members(several[report_id])).details),
        }
        for report_id in made
    )
    await tx.execute(_ADD, as_rows(rows))
    members = [(row.id, made[report_id]) for report_id, rows in several.items() for row in rows]
    ids, digests = zip(*members, strict=True)
    await tx.execute(_TOLD, {"ids": list(ids), "digests": list(digests), "reason": TOLD_TOGETHER})


def _members(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"template": row.template, "details": row.details, "day": row.day.isoformat()} for row in rows]
