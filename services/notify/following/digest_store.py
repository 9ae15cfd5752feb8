"""The digests of areas in PostgreSQL: whose hour has come, and what is new to them; many a statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.following.store import TELLING
from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_UUIDS = pg.ARRAY(_UUID)
_TIME = sa.DateTime(timezone=True)
NEWS_DAYS = 8
"""How long it is kept what came into an area, and that a fan-out was done: a digest comes every day."""

_DUE = (
    sa.text(
        """
    SELECT follow_id, area, about, hour, zone, told_until FROM follows WHERE NOT ended AND next_at <= :now
    ORDER BY next_at LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
    """
    )
    .bindparams(sa.bindparam("now", type_=_TIME), sa.bindparam("limit", type_=sa.Integer))
    .columns(follow_id=_UUID)
)
"""Index follows_due."""
_NEWS = (
    sa.text(
        """
    SELECT wanted.follow_id, tracking_id, title, filed_on, news.number
    FROM unnest(:follow_ids, :areas, :since) AS wanted (follow_id, area, since),
      LATERAL (SELECT report_id, listed_at, count(*) OVER () AS number FROM area_news
        WHERE area_news.area = wanted.area AND listed_at > wanted.since AND listed_at <= :until
        ORDER BY listed_at DESC, report_id LIMIT :most) AS news
      JOIN public_cases USING (report_id)
    WHERE NOT hidden ORDER BY wanted.follow_id, listed_at DESC, report_id
    """
    )
    .bindparams(
        sa.bindparam("follow_ids", type_=_UUIDS), sa.bindparam("areas", type_=pg.ARRAY(sa.Text)),
        sa.bindparam("since", type_=pg.ARRAY(_TIME)), sa.bindparam("until", type_=_TIME),
        sa.bindparam("most", type_=sa.Integer),
    )
    .columns(follow_id=_UUID)
)  # fmt: skip
"""Primary key of area_news."""
_TOLD = sa.text(
    """
    UPDATE follows SET told_until = :until, next_at = later.at
    FROM unnest(:follow_ids, :times) AS later (follow_id, at) WHERE follows.follow_id = later.follow_id
    """
).bindparams(
    sa.bindparam("follow_ids", type_=_UUIDS), sa.bindparam("times", type_=pg.ARRAY(_TIME)),
    sa.bindparam("until", type_=_TIME),
)  # fmt: skip
_FORGET = sa.text(
    """
    WITH old AS (DELETE FROM area_news WHERE listed_at < :before)
    DELETE FROM fan_outs WHERE done AND heard_at < now() - make_interval(days => :days)
    """
).bindparams(sa.bindparam("before", type_=_TIME), sa.bindparam("days", type_=sa.Integer))


async def due(tx: Transaction, limit: int) -> Sequence[Any]:
    """Follows of areas whose hour has come."""
    await tx.execute(TELLING)
    return (await tx.execute(_DUE, {"now": tx.now, "limit": limit})).all()


async def news_of(tx: Transaction, follows: Sequence[Any], until: datetime, most: int) -> Sequence[Any]:
    """The newest `most` cases of each, with the `number` of all there are since it was told last."""
    values = {
        "follow_ids": [row.follow_id for row in follows],
        "areas": [row.area for row in follows],
        "since": [row.told_until for row in follows],
        "until": until,
        "most": most,
    }
    return (await tx.execute(_NEWS, values)).all()


async def told(tx: Transaction, times: dict[UUID, datetime], until: datetime) -> None:
    """These have been told of everything `until` then; and when it is their turn again."""
    values = {"follow_ids": [*times], "times": [*times.values()], "until": until}
    await tx.execute(_TOLD, values)


async def forget(tx: Transaction, before: datetime) -> None:
    """Drop what no digest needs any more."""
    await tx.execute(_FORGET, {"before": before, "days": NEWS_DAYS})
