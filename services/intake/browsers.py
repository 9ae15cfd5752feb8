"""Which reports a browser hears of. The subscription itself goes to notify, sealed, and is not kept here."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake import store as reports
from services.intake.domain.view import Tracked
from services.intake.identity.policy import retention
from shared.contracts import PushSubscribed
from shared.db.database import Database, Transaction

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)
_KEEP = sa.text(
    """
    INSERT INTO browsers (report_id, check_at) VALUES (:report_id, :check_at)
    ON CONFLICT (report_id) DO UPDATE SET check_at = LEAST(browsers.check_at, excluded.check_at)
    """
).bindparams(sa.bindparam("report_id", type_=_UUID), sa.bindparam("check_at", type_=_TIME))
_DROP = sa.text("DELETE FROM browsers WHERE report_id = ANY(:report_ids) RETURNING report_id").bindparams(
    sa.bindparam("report_ids", type_=pg.ARRAY(_UUID))
)
_DUE = sa.text(
    """
    SELECT report_id FROM browsers WHERE check_at <= :now
    ORDER BY check_at LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
    """
).bindparams(sa.bindparam("now", type_=_TIME), sa.bindparam("limit", type_=sa.Integer))
"""Index browsers_due."""
_CHECK_AT = sa.text(
    """
    UPDATE browsers SET check_at = later.at
    FROM unnest(CAST(:report_ids AS uuid[]), CAST(:times AS timestamptz[])) AS later (report_id, at)
    WHERE browsers.report_id = later.report_id
    """
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)), sa.bindparam("times", type_=pg.ARRAY(_TIME)))


async def subscribe(tx: Transaction, tracked: Tracked, sealed: str) -> None:
    """Have notify tell one browser of a report; a second one takes the place of the first."""
    policy, report_id = retention(), tracked.report.report_id
    at = policy.forget_at(tracked.progress) or tx.now + policy.look_again
    await tx.execute(_KEEP, {"report_id": report_id, "check_at": at})
    tx.say(PushSubscribed(report_id=report_id, occurred_at=tx.now, sealed=sealed))


async def unsubscribe(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Have notify forget the browsers of these reports; where none was told, nothing is said."""
    for report_id in (await tx.execute(_DROP, {"report_ids": sorted(report_ids)})).scalars():
        tx.say(PushSubscribed(report_id=report_id, occurred_at=tx.now, withdrawn=True))


async def forget_due(database: Database, limit: int) -> int:
    """Forget browsers whose reports' time is over, by the same rule as identities; returns how many it
    looked at. A report without a contact has nothing else to be forgotten.
    """
    async with database.transaction() as tx:
        due = list((await tx.execute(_DUE, {"now": tx.now, "limit": limit})).scalars())
        if not due:
            return 0
        over, later = retention().parted(await reports.track_many(tx, due), tx.now)
        if over:
            await unsubscribe(tx, over)
        if later:
            await tx.execute(_CHECK_AT, {"report_ids": [*later], "times": [*later.values()]})
        return len(due)
