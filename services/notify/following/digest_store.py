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

_ONE_AT_A_TIME = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('lapor.notify.area_digests'))")
"""Or two would tell one recipient of one case, by two areas."""
_DUE = (
    sa.text(
        """
    SELECT follow_id, area, about, hour, zone, told_until, recipient FROM follows
    WHERE NOT ended AND next_at <= :now ORDER BY next_at, follow_id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
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
    FROM unnest(:follow_ids, :areas, :since, :recipients) AS wanted (follow_id, area, since, recipient),
      LATERAL (SELECT array_agg(area) AS areas, array_agg(said_at) AS since,
          array_agg(CASE WHEN other.follow_id < wanted.follow_id AND other.follow_id = ANY(:follow_ids)
            THEN :until ELSE told_until END) AS until
        FROM follows AS other
        WHERE other.recipient = wanted.recipient AND NOT ended AND NOT system AND area IS NOT NULL
          AND other.follow_id <> wanted.follow_id) AS told,
      LATERAL (SELECT report_id, listed_at, count(*) OVER () AS number FROM area_news AS come
        WHERE come.area = wanted.area AND listed_at > wanted.since AND listed_at <= :until
          AND (told.areas IS NULL OR NOT EXISTS (
            SELECT FROM unnest(told.areas, told.since, told.until) AS other (area, since, until)
              JOIN area_news AS known USING (area)
            WHERE known.report_id = come.report_id AND known.listed_at = come.listed_at
              AND known.listed_at > other.since AND known.listed_at <= other.until))
        ORDER BY listed_at DESC, report_id LIMIT :most) AS news
      JOIN public_cases USING (report_id)
    WHERE NOT hidden ORDER BY wanted.follow_id, listed_at DESC, report_id
    """
    )
    .bindparams(
        sa.bindparam("follow_ids", type_=_UUIDS), sa.bindparam("areas", type_=pg.ARRAY(sa.Text)),
        sa.bindparam("since", type_=pg.ARRAY(_TIME)), sa.bindparam("until", type_=_TIME),
        sa.bindparam("recipients", type_=pg.ARRAY(sa.Text)), sa.bindparam("most", type_=sa.Integer),
    )
    .columns(follow_id=_UUID)
)  # fmt: skip
"""Primary key of area_news, and index follows_by_recipient: what another area of the same recipient told,
since it was followed, or tells now, is not new. Of those that are due together, the older follow tells.
"""
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
    """Follows of areas whose hour has come, for one process at a time."""
    if not (await tx.execute(_ONE_AT_A_TIME)).scalar_one():
        return []
    await tx.execute(TELLING)
    return (await tx.execute(_DUE, {"now": tx.now, "limit": limit})).all()


async def news_of(tx: Transaction, follows: Sequence[Any], until: datetime, most: int) -> Sequence[Any]:
    """The newest `most` cases of each, with the `number` of all there are since it was told last; none that
    its recipient hears of by another area.
    """
    values = {
        "follow_ids": [row.follow_id for row in follows],
        "areas": [row.area for row in follows],
        "since": [row.told_until for row in follows],
        "recipients": [row.recipient for row in follows],
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
