"""Follows, public cases and fan-outs in PostgreSQL: many rows a statement, facts in any order."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.store import as_rows
from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_UUIDS = pg.ARRAY(_UUID)
_TIME = sa.DateTime(timezone=True)

_SAVE = sa.text(
    """
    INSERT INTO follows AS known
      (follow_id, followed, area, about, system, recipient, hour, zone, ended, said_at, told_until, next_at)
    SELECT DISTINCT ON (follow_id) follow_id, followed, area, about, system, recipient, hour, zone, ended,
      said_at, said_at, next_at
    FROM jsonb_populate_recordset(CAST(NULL AS follows), CAST(:rows AS jsonb))
    ORDER BY follow_id, said_at DESC, ended DESC
    ON CONFLICT (follow_id) DO UPDATE SET followed = excluded.followed, area = excluded.area,
      about = excluded.about, system = excluded.system, hour = excluded.hour, zone = excluded.zone,
      ended = excluded.ended, said_at = excluded.said_at, next_at = excluded.next_at,
      recipient = excluded.recipient,
      told_until = CASE WHEN known.ended THEN excluded.told_until ELSE known.told_until END
    WHERE (excluded.said_at, excluded.ended) > (known.said_at, known.ended)
    """
)
"""The latest word wins; at one instant, the end."""
_SAVE_CASES = sa.text(
    """
    INSERT INTO cases (report_id, tracking_id, anonymous, secret, version)
    SELECT report_id, tracking_id, false, false, 0
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (report_id uuid, tracking_id text) ORDER BY report_id
    ON CONFLICT DO NOTHING
    """
)
"""What messages to a follower name: the case that they follow; nothing of an area."""
_END = sa.text(
    """
    WITH ended AS (
      UPDATE follows SET ended = true, next_at = NULL, recipient = NULL, said_at = GREATEST(said_at, :now)
      WHERE follow_id = :follow_id AND NOT ended RETURNING follow_id
    ), forgotten AS (
      UPDATE contacts SET sealed = NULL, channel = NULL, channels = NULL, withdrawn = true,
        said_at = GREATEST(said_at, :now)
      FROM ended WHERE contacts.report_id = follow_id
    ), no_browser AS (
      UPDATE browsers SET sealed = NULL, withdrawn = true FROM ended WHERE browsers.report_id = follow_id
    )
    UPDATE deliveries SET state = 'skipped', reason = 'no longer followed', details = '{}',
      finished_at = now()
    FROM ended WHERE deliveries.report_id = follow_id
      AND state IN ('pending', 'waiting_hours', 'waiting_contact')
    """
).bindparams(sa.bindparam("follow_id", type_=_UUID), sa.bindparam("now", type_=_TIME))
_IS_FOLLOW = sa.text("SELECT EXISTS (SELECT FROM follows WHERE follow_id = :follow_id)").bindparams(
    sa.bindparam("follow_id", type_=_UUID)
)
_LIST = sa.text(
    """
    INSERT INTO public_cases AS known (report_id, tracking_id, title, filed_on, hidden)
    SELECT DISTINCT ON (report_id) report_id, tracking_id, title, filed_on, false
    FROM jsonb_populate_recordset(CAST(NULL AS public_cases), CAST(:rows AS jsonb)) ORDER BY report_id
    ON CONFLICT (report_id) DO UPDATE SET title = excluded.title, filed_on = excluded.filed_on
    WHERE NOT known.hidden
    """
)
_COME_INTO = sa.text(
    """
    INSERT INTO area_news (area, listed_at, report_id)
    SELECT area, listed_at, report_id
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (area text, listed_at timestamptz, report_id uuid)
    JOIN public_cases USING (report_id)
    WHERE NOT hidden AND NOT EXISTS (SELECT FROM area_news AS known WHERE known.report_id = r.report_id)
    ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING
    """
)
_FAN_OUT = sa.text(
    """
    INSERT INTO fan_outs (event_id, report_id, areas, template, details, occurred_at)
    SELECT event_id, report_id, areas, template, details, occurred_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (event_id uuid, report_id uuid, areas text[],
      template text, details jsonb, occurred_at timestamptz)
    WHERE NOT EXISTS (SELECT FROM public_cases AS p WHERE p.report_id = r.report_id AND hidden)
    ORDER BY event_id ON CONFLICT DO NOTHING
    """
)
_HIDE = sa.text(
    """
    WITH hidden AS (
      INSERT INTO public_cases (report_id, tracking_id, hidden)
      SELECT report_id, tracking_id, true
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (report_id uuid, tracking_id text) ORDER BY report_id
      ON CONFLICT (report_id) DO UPDATE SET hidden = true, title = NULL RETURNING report_id, tracking_id
    ), forgotten AS (
      DELETE FROM area_news USING hidden WHERE area_news.report_id = hidden.report_id
    ), stopped AS (
      UPDATE fan_outs SET done = true, details = '{}' FROM hidden
      WHERE fan_outs.report_id = hidden.report_id AND NOT done
    ), unsaid AS (
      UPDATE deliveries SET details = '{}',
        state = CASE WHEN state IN ('sending', 'sent') THEN state ELSE 'skipped' END,
        reason = CASE WHEN state IN ('sending', 'sent') THEN reason
                      ELSE 'sealed: the case is not public any longer' END,
        finished_at = CASE WHEN state NOT IN ('sending', 'sent') THEN now() END
      FROM hidden JOIN follows ON follows.followed = hidden.report_id
      WHERE deliveries.report_id = follows.follow_id
        AND deliveries.state IN ('pending', 'waiting_hours', 'waiting_contact', 'sending', 'sent', 'failed')
    )
    UPDATE deliveries SET details = jsonb_set(details, '{cases}', COALESCE((
      SELECT jsonb_agg(one) FROM jsonb_array_elements(details -> 'cases') AS one
      WHERE NOT EXISTS (SELECT FROM hidden WHERE one ->> 0 = hidden.tracking_id)), '[]'))
    WHERE template = 'area_digest'
      AND state IN ('pending', 'waiting_hours', 'waiting_contact', 'sending', 'sent', 'failed')
      AND EXISTS (SELECT FROM hidden
        WHERE details -> 'cases' @> jsonb_build_array(jsonb_build_array(hidden.tracking_id)))
    """
)
"""What is in a sender's hands already goes out, but is not tried again; everything else of the case is
dropped, also what an operator might have sent once more.
"""
_UNSAY_EMPTY = sa.text(
    """
    UPDATE deliveries SET state = 'skipped', reason = 'sealed: the case is not public any longer',
      details = '{}', finished_at = now()
    WHERE template = 'area_digest' AND state IN ('pending', 'waiting_hours', 'waiting_contact', 'failed')
      AND details -> 'cases' = '[]'
    """
)
_HIDING = sa.text("SELECT pg_advisory_xact_lock(hashtext('lapor.notify.following'))")
TELLING = sa.text("SELECT pg_advisory_xact_lock_shared(hashtext('lapor.notify.following'))")
"""Whoever hides a case sees all that was planned of it before; whoever plans afterwards sees it hidden."""
_NEXT = (
    sa.text(
        "SELECT * FROM fan_outs WHERE NOT done ORDER BY heard_at, event_id LIMIT 1 FOR UPDATE SKIP LOCKED"
    )
    .columns(event_id=_UUID, report_id=_UUID, reached=_UUID, details=pg.JSONB, areas=pg.ARRAY(sa.Text))
)  # fmt: skip
"""Index fan_outs_to_do."""
_OF_CASE = (
    sa.text(
        """
    SELECT follow_id, recipient FROM follows
    WHERE followed = :report_id AND NOT ended AND follow_id > :after AND said_at <= :occurred_at
      AND NOT EXISTS (SELECT FROM public_cases WHERE report_id = :report_id AND hidden)
    ORDER BY follow_id LIMIT :limit
    """
    )
    .bindparams(sa.bindparam("report_id", type_=_UUID), sa.bindparam("after", type_=_UUID),
                sa.bindparam("occurred_at", type_=_TIME), sa.bindparam("limit", type_=sa.Integer))
    .columns(follow_id=_UUID)
)  # fmt: skip
"""Index follows_by_case."""
_SYSTEMS = (
    sa.text(
        """
    SELECT follow_id, recipient FROM follows WHERE area = ANY(:areas) AND NOT ended AND system
      AND follow_id > :after AND said_at <= :occurred_at
      AND NOT EXISTS (SELECT FROM public_cases WHERE report_id = :report_id AND hidden)
    ORDER BY follow_id LIMIT :limit
    """
    )
    .bindparams(sa.bindparam("areas", type_=pg.ARRAY(sa.Text)), sa.bindparam("after", type_=_UUID),
                sa.bindparam("report_id", type_=_UUID),
                sa.bindparam("occurred_at", type_=_TIME), sa.bindparam("limit", type_=sa.Integer))
    .columns(follow_id=_UUID)
)  # fmt: skip
"""Index follows_by_area."""
_REACHED = sa.text(
    """
    UPDATE fan_outs SET reached = :reached, done = :done,
      details = CASE WHEN :done THEN '{}'::jsonb ELSE details END WHERE event_id = :event_id
    """
).bindparams(
    sa.bindparam("event_id", type_=_UUID), sa.bindparam("reached", type_=_UUID),
    sa.bindparam("done", type_=sa.Boolean),
)  # fmt: skip
_PLAN = sa.text(
    """
    WITH wanted AS (
      SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
        (id uuid, event_id uuid, own_event uuid, report_id uuid, template text, details jsonb)
    ), planned AS (
      INSERT INTO deliveries (id, event_id, report_id, recipient, channel, template, details, state, lane)
      SELECT id, event_id, report_id, 'reporter', 'none', template, details, 'waiting_contact', 'bulk'
      FROM wanted ORDER BY report_id
      ON CONFLICT (event_id, recipient) DO NOTHING RETURNING report_id
    )
    INSERT INTO deliveries (id, event_id, report_id, recipient, channel, template, details, state, lane,
      reason, finished_at)
    SELECT gen_random_uuid(), own_event, report_id, 'reporter', 'none', template, '{}', 'skipped', 'bulk',
      'duplicate: told by another follow', now()
    FROM wanted
    WHERE event_id <> own_event AND report_id NOT IN (SELECT report_id FROM planned)
      AND NOT EXISTS (SELECT FROM deliveries AS known WHERE known.event_id = wanted.event_id
        AND known.recipient = 'reporter' AND known.report_id = wanted.report_id)
    ON CONFLICT (event_id, recipient) DO NOTHING
    """
)
"""An event is one fact for one recipient: constraint told_once lets one of their follows tell it. The others
are recorded under an event of their `own`.
"""
_ANYTHING = sa.text(
    """
    SELECT EXISTS (SELECT FROM fan_outs WHERE NOT done) AS news,
      EXISTS (SELECT FROM follows WHERE NOT ended AND next_at <= :now) AS digests
    """
).bindparams(sa.bindparam("now", type_=_TIME))


async def save(tx: Transaction, rows: Iterable[dict[str, Any]]) -> None:
    """Keep follows; the newest word of each counts."""
    told = list(rows)
    await tx.execute(_SAVE, as_rows(told))
    begun = [
        {"report_id": row["follow_id"], "tracking_id": row["tracking_id"] or ""}
        for row in told
        if not row["ended"]
    ]
    if begun:
        await tx.execute(_SAVE_CASES, as_rows(begun))


async def is_follow(tx: Transaction, follow_id: UUID) -> bool:
    """Whether an id is of a follow, and not of a report."""
    return bool((await tx.execute(_IS_FOLLOW, {"follow_id": follow_id})).scalar_one())


async def end(tx: Transaction, follow_id: UUID) -> None:
    """End a follow, forget its contact and drop what is not sent yet."""
    await tx.execute(_END, {"follow_id": follow_id, "now": tx.now})


async def list_cases(
    tx: Transaction, cases: Iterable[dict[str, Any]], areas: Iterable[dict[str, Any]]
) -> None:
    """Keep which public cases came into which areas; none that is hidden."""
    await tx.execute(_LIST, as_rows(cases))
    await tx.execute(_COME_INTO, as_rows(areas))


async def fan_out(tx: Transaction, rows: Iterable[dict[str, Any]]) -> None:
    """Have followers told, page by page, after this transaction; each fact once."""
    await tx.execute(_FAN_OUT, as_rows(rows))


async def hide(tx: Transaction, rows: Iterable[dict[str, Any]]) -> None:
    """Tell nothing more of these cases, for good."""
    await tx.execute(_HIDING)
    await tx.execute(_HIDE, as_rows(rows))
    await tx.execute(_UNSAY_EMPTY)


async def anything_to_do(tx: Transaction) -> Any:
    """Whether there is `news` to hand on, and whether `digests` are due."""
    return (await tx.execute(_ANYTHING, {"now": tx.now})).one()


async def next_fan_out(tx: Transaction) -> Any | None:
    """The oldest fan-out that is not done, locked; None where others have them all."""
    await tx.execute(TELLING)
    return (await tx.execute(_NEXT)).one_or_none()


async def followers(tx: Transaction, job: Any, after: UUID, limit: int) -> Sequence[Any]:
    """Whom a fan-out concerns, who followed before it happened: of its case, or systems of its areas."""
    page = {
        "report_id": job.report_id, "after": after, "limit": limit, "occurred_at": job.occurred_at
    }  # fmt: skip
    if job.areas:
        return (await tx.execute(_SYSTEMS, {"areas": job.areas, **page})).all()
    return (await tx.execute(_OF_CASE, page)).all()


async def reached(tx: Transaction, event_id: UUID, follower: UUID, *, done: bool) -> None:
    """Note the last follower that was planned, so that whoever goes on begins behind it."""
    await tx.execute(_REACHED, {"event_id": event_id, "reached": follower, "done": done})


async def plan(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Record deliveries of the bulk lane, one for each event; one that is there stays as it is."""
    if rows:
        await tx.execute(_PLAN, as_rows(rows))
