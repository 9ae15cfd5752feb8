"""Announcements, and the deliveries that follow from them in bounded, repeatable steps."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.store import TOLD_BY, as_rows
from shared.contracts import CaseMerged, CaseUnmerged
from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)

_CONCERNS = """
    (CAST(:category AS text) IS NULL OR cases.category = :category)
    AND (CAST(:region AS text) IS NULL OR cases.region = :region OR cases.region LIKE :region || '.%')
    AND (CAST(:cluster AS uuid) IS NULL OR cases.report_id = :cluster OR clusters.main = :cluster)
"""
_AUDIENCE = (
    sa.bindparam("category", type_=sa.Text),
    sa.bindparam("region", type_=sa.Text),
    sa.bindparam("cluster", type_=_UUID),
)

_COUNT = sa.text(
    f"""
    SELECT count(*) AS reports, count(*) FILTER (WHERE reachable) AS reachable,
      count(*) FILTER (WHERE reachable AND (anonymous OR secret)) AS sealed
    FROM cases LEFT JOIN clusters USING (report_id) LEFT JOIN contacts USING (report_id)
    LEFT JOIN wishes USING (report_id),
    LATERAL (SELECT contacts.channel IS NOT NULL AND NOT COALESCE(muted, false) AS reachable) AS reader
    WHERE {_CONCERNS}
    """  # noqa: S608
).bindparams(*_AUDIENCE)

_PAGE = sa.text(
    f"""
    SELECT cases.report_id, contacts.sealed, {TOLD_BY} AS channel, anonymous OR secret AS discreet,
      COALESCE(muted, false) AS muted, {_CONCERNS} AS concerned
    FROM (SELECT * FROM cases WHERE report_id > :after ORDER BY report_id LIMIT :limit) AS cases
    LEFT JOIN clusters USING (report_id) LEFT JOIN contacts USING (report_id)
    LEFT JOIN wishes USING (report_id)
    ORDER BY cases.report_id
    """  # noqa: S608
).bindparams(*_AUDIENCE, sa.bindparam("after", type_=_UUID), sa.bindparam("limit", type_=sa.Integer))
"""The primary key, page by page: a step costs the same however few are concerned."""

_ADD = sa.text(
    """
    INSERT INTO announcements (id, category, region, cluster, words, author, state, begins_at, ends_at)
    VALUES (:id, :category, :region, :cluster, CAST(:words AS jsonb), :author, 'scheduled', :begins_at,
      :ends_at)
    ON CONFLICT DO NOTHING
    """
).bindparams(
    *_AUDIENCE,
    sa.bindparam("id", type_=_UUID),
    sa.bindparam("begins_at", type_=_TIME),
    sa.bindparam("ends_at", type_=_TIME),
)

_NEXT = sa.text(
    """
    SELECT * FROM announcements WHERE state = 'running' OR (state = 'scheduled' AND begins_at <= :now)
    ORDER BY begins_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    """
).bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True)))

_ANYTHING = sa.text(
    """
    SELECT EXISTS (SELECT FROM announcements WHERE state = 'running'
      OR (state = 'scheduled' AND begins_at <= :now)
      OR (state = 'cancelled' AND finished_at > now() - interval '1 hour')
      OR (ends_at <= :now AND ends_at > :now - interval '1 day'))
    """
).bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True)))

_REACHED = sa.text(
    """
    UPDATE announcements SET state = :state, reached = :reached,
      finished_at = CASE WHEN :state = 'planned' THEN now() END WHERE id = :id
    """
).bindparams(
    sa.bindparam("id", type_=_UUID),
    sa.bindparam("reached", type_=_UUID),
    sa.bindparam("state", type_=sa.Text),
)

_FIRST_TIME = sa.text(
    """
    INSERT INTO announced (announcement_id, digest) SELECT :id, unnest(CAST(:digests AS bytea[]))
    ON CONFLICT DO NOTHING RETURNING digest
    """
).bindparams(sa.bindparam("id", type_=_UUID), sa.bindparam("digests", type_=pg.ARRAY(sa.LargeBinary)))

_PLAN = sa.text(
    """
    INSERT INTO deliveries (id, event_id, report_id, recipient, channel, template, details, state, reason,
      lane, announcement_id, finished_at)
    SELECT id, event_id, report_id, 'reporter', 'none', 'announcement', details, state, reason,
      'bulk', announcement_id, CASE WHEN state = 'skipped' THEN now() END
    FROM jsonb_populate_recordset(CAST(NULL AS deliveries), CAST(:rows AS jsonb))
    ON CONFLICT (event_id, recipient) DO NOTHING
    """
)

_CANCEL = sa.text(
    """
    UPDATE announcements SET state = 'cancelled', finished_at = now()
    WHERE id = :id AND state IN ('scheduled', 'running', 'planned') RETURNING id
    """
).bindparams(sa.bindparam("id", type_=_UUID))

_DROP = sa.text(
    """
    UPDATE deliveries SET state = 'skipped', reason = 'announcement cancelled', details = '{}',
      finished_at = now()
    WHERE id = ANY(ARRAY(
      SELECT deliveries.id FROM deliveries JOIN announcements ON announcements.id = announcement_id
      WHERE announcements.state = 'cancelled'
        AND deliveries.state = ANY(ARRAY['pending', 'waiting_hours', 'waiting_contact'])
      LIMIT 1000 FOR UPDATE OF deliveries SKIP LOCKED
    ))
    RETURNING id
    """
)
"""Index deliveries_by_announcement."""

_DROP_LATE = sa.text(
    """
    UPDATE deliveries SET state = 'skipped', details = '{}', finished_at = now(),
      reason = CASE state WHEN 'waiting_hours' THEN 'quiet hours expired' ELSE 'announcement over' END
    WHERE id = ANY(ARRAY(
      SELECT deliveries.id FROM deliveries JOIN announcements ON announcements.id = announcement_id
      WHERE ends_at IS NOT NULL
        AND deliveries.state = ANY(ARRAY['pending', 'waiting_hours', 'waiting_contact'])
        AND (ends_at <= :now OR deliveries.state = 'waiting_hours' AND opens_at >= ends_at)
      LIMIT 1000 FOR UPDATE OF deliveries SKIP LOCKED
    ))
    RETURNING id
    """
).bindparams(sa.bindparam("now", type_=_TIME))
"""Index deliveries_by_announcement. Whose quiet hours last longer than an announcement is not told of it."""

_FORGET = sa.text("DELETE FROM announced WHERE announcement_id = :id").bindparams(
    sa.bindparam("id", type_=_UUID)
)

_LIST = sa.text("SELECT * FROM announcements ORDER BY created_at DESC, id DESC LIMIT 100")
_ONE = sa.text("SELECT * FROM announcements WHERE id = :id").bindparams(sa.bindparam("id", type_=_UUID))
_PROGRESS = sa.text(
    "SELECT state, reason, count(*) AS number FROM deliveries WHERE announcement_id = :id GROUP BY 1, 2"
).bindparams(sa.bindparam("id", type_=_UUID))

_SAVE_CLUSTERS = sa.text(
    """
    INSERT INTO clusters (report_id, main, version)
    SELECT DISTINCT ON (report_id) report_id, main, version
    FROM jsonb_populate_recordset(CAST(NULL AS clusters), CAST(:rows AS jsonb))
    ORDER BY report_id, version DESC
    ON CONFLICT (report_id) DO UPDATE SET main = excluded.main, version = excluded.version
    WHERE excluded.version > clusters.version
    """
)


async def save_clusters(tx: Transaction, facts: Sequence[CaseMerged | CaseUnmerged]) -> None:
    """Keep which case each was merged into, or that it stands alone again."""
    rows = (
        {
            "report_id": fact.report_id,
            "main": fact.into if isinstance(fact, CaseMerged) else None,
            "version": fact.case_version,
        }
        for fact in facts
    )
    await tx.execute(_SAVE_CLUSTERS, as_rows(rows))


async def count(tx: Transaction, audience: Mapping[str, Any]) -> Any:
    """`reports` that are concerned, how many reporters are `reachable`, how many of them must be spared."""
    return (await tx.execute(_COUNT, audience)).one()


async def add(tx: Transaction, announcement: Mapping[str, Any]) -> None:
    """Schedule it; said twice with one id, it is scheduled once."""
    await tx.execute(_ADD, announcement)


async def anything_to_do(tx: Transaction) -> bool:
    """Whether any announcement is due, running, or was cancelled or over a short while ago."""
    return bool((await tx.execute(_ANYTHING, {"now": tx.now})).scalar_one())


async def next_due(tx: Transaction) -> Any | None:
    """The announcement to go on with, locked; None where others have them all."""
    return (await tx.execute(_NEXT, {"now": tx.now})).one_or_none()


async def page(tx: Transaction, audience: Mapping[str, Any], after: UUID, limit: int) -> Sequence[Any]:
    """Up to `limit` cases behind `after`, each with whether the announcement concerns it."""
    return (await tx.execute(_PAGE, {**audience, "after": after, "limit": limit})).all()


async def first_time(tx: Transaction, announcement: UUID, digests: Sequence[bytes]) -> set[bytes]:
    """Those of the addresses that this announcement has not come to yet."""
    return set((await tx.execute(_FIRST_TIME, {"id": announcement, "digests": list(digests)})).scalars())


async def plan(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Record deliveries of the bulk lane."""
    await tx.execute(_PLAN, as_rows(dict(row) for row in rows))


async def reached(tx: Transaction, announcement: UUID, case: UUID | None, *, finished: bool) -> None:
    """Note the last case looked at, so that whoever goes on begins behind it."""
    state = "planned" if finished else "running"
    await tx.execute(_REACHED, {"id": announcement, "reached": case, "state": state})
    if finished:
        await tx.execute(_FORGET, {"id": announcement})


async def cancel(tx: Transaction, announcement: UUID) -> bool:
    """True if it was not over; what is not sent yet is dropped by `drop_cancelled`."""
    done = (await tx.execute(_CANCEL, {"id": announcement})).one_or_none()
    await tx.execute(_FORGET, {"id": announcement})
    return done is not None


async def drop_cancelled(tx: Transaction) -> int:
    """Skip up to a thousand deliveries of cancelled announcements; tells how many."""
    return len((await tx.execute(_DROP)).all())


async def drop_late(tx: Transaction) -> int:
    """Skip what cannot be told before its announcement is over."""
    return len((await tx.execute(_DROP_LATE, {"now": tx.now})).all())


async def listed(tx: Transaction) -> Sequence[Any]:
    """The newest hundred."""
    return (await tx.execute(_LIST)).all()


async def one(tx: Transaction, announcement: UUID) -> tuple[Any, Sequence[Any]] | None:
    """An announcement, and how many of its deliveries are in which state and why."""
    row = (await tx.execute(_ONE, {"id": announcement})).one_or_none()
    if row is None:
        return None
    return row, (await tx.execute(_PROGRESS, {"id": announcement})).all()
