"""Follows in PostgreSQL: what is followed and until when, and what was told of each case. Never a contact."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_UUIDS = pg.ARRAY(_UUID)
_TIME = sa.DateTime(timezone=True)
_LIVE = "confirmed_at IS NOT NULL AND ended_at IS NULL"

_KEEP = (
    sa.text(
        """
    INSERT INTO follows (follow_id, report_id, area, label, token, code_hash, hook_id, hour, zone,
      asked_at, confirmed_at)
    VALUES (:follow_id, :report_id, :area, :label, :token, :code_hash, :hook_id, :hour, :zone,
      :now, :confirmed_at)
    ON CONFLICT (COALESCE(report_id::text, area), token) WHERE token IS NOT NULL AND ended_at IS NULL
      DO UPDATE SET hour = excluded.hour, zone = excluded.zone
    RETURNING follow_id
    """
    )
    .bindparams(
        sa.bindparam("follow_id", type_=_UUID), sa.bindparam("report_id", type_=_UUID),
        sa.bindparam("hook_id", type_=_UUID), sa.bindparam("area", type_=sa.Text),
        sa.bindparam("label", type_=sa.Text),
        sa.bindparam("token", type_=sa.Text), sa.bindparam("hour", type_=sa.Integer),
        sa.bindparam("now", type_=_TIME), sa.bindparam("confirmed_at", type_=_TIME),
    )
    .columns(follow_id=_UUID)
)  # fmt: skip
"""Who asks for the same again keeps the follow there is, and is asked again."""
_STANDING = sa.text("SELECT count(*) FROM follows WHERE token = :token AND ended_at IS NULL")
"""Index follows_by_token."""
_CONFIRM = (
    sa.text(
        """
    UPDATE follows SET confirmed_at = :now WHERE follow_id = :follow_id AND ended_at IS NULL
    RETURNING follow_id, report_id, area, label, token, hook_id, hour, zone
    """
    )
    .bindparams(sa.bindparam("follow_id", type_=_UUID), sa.bindparam("now", type_=_TIME))
    .columns(follow_id=_UUID, report_id=_UUID, hook_id=_UUID)
)
_CODE = (
    sa.text("SELECT code_hash FROM follows WHERE follow_id = :follow_id AND ended_at IS NULL FOR UPDATE")
    .bindparams(sa.bindparam("follow_id", type_=_UUID))
)  # fmt: skip
_END = (
    sa.text(
        """
    UPDATE follows SET ended_at = :now, token = NULL WHERE follow_id = ANY(:follow_ids) AND ended_at IS NULL
    RETURNING follow_id, report_id, area
    """
    )
    .bindparams(sa.bindparam("follow_ids", type_=_UUIDS), sa.bindparam("now", type_=_TIME))
    .columns(follow_id=_UUID, report_id=_UUID)
)
_LAPSE = sa.text(
    "DELETE FROM follows WHERE follow_id = ANY(:follow_ids) AND confirmed_at IS NULL"
).bindparams(sa.bindparam("follow_ids", type_=_UUIDS))
_FOLLOWED = (
    sa.text(
        f"""
    SELECT DISTINCT report_id FROM follows WHERE {_LIVE} AND report_id > :after
    ORDER BY report_id LIMIT :limit
    """  # noqa: S608
    )
    .bindparams(sa.bindparam("after", type_=_UUID), sa.bindparam("limit", type_=sa.Integer))
    .columns(report_id=_UUID)
)
"""Index follows_by_report."""
_OF_CASES = (
    sa.text(f"SELECT follow_id FROM follows WHERE {_LIVE} AND report_id = ANY(:report_ids) LIMIT :limit")  # noqa: S608
    .bindparams(sa.bindparam("report_ids", type_=_UUIDS), sa.bindparam("limit", type_=sa.Integer))
    .columns(follow_id=_UUID)
)
_OLD_AREAS = (
    sa.text(
        f"""
    SELECT follow_id FROM follows
    WHERE {_LIVE} AND area IS NOT NULL AND hook_id IS NULL AND confirmed_at <= :before
    LIMIT :limit
    """  # noqa: S608
    )
    .bindparams(sa.bindparam("before", type_=_TIME), sa.bindparam("limit", type_=sa.Integer))
    .columns(follow_id=_UUID)
)
_FORGET_ENDED = sa.text(
    """
    DELETE FROM follows WHERE follow_id IN (
      SELECT follow_id FROM follows WHERE ended_at <= :before LIMIT :limit FOR UPDATE SKIP LOCKED)
    """
).bindparams(sa.bindparam("before", type_=_TIME), sa.bindparam("limit", type_=sa.Integer))
"""Index follows_ended."""
_OF_HOOK = (
    sa.text("SELECT follow_id FROM follows WHERE hook_id = :hook_id AND ended_at IS NULL")
    .bindparams(sa.bindparam("hook_id", type_=_UUID))
    .columns(follow_id=_UUID)
)
_BEGIN = sa.text(
    """
    WITH begun AS (
      INSERT INTO public_news (report_id, told) VALUES (:report_id, :told)
      ON CONFLICT (report_id) DO UPDATE SET told = COALESCE(public_news.told, excluded.told)
    )
    INSERT INTO listing_due (report_id) VALUES (:report_id)
    """
).bindparams(sa.bindparam("report_id", type_=_UUID))
"""Looked at once more after this: what changed at the same moment is not missed."""
_WANTED = (
    sa.text(
        f"""
    SELECT new.report_id, COALESCE(known.version, 0) AS version, known.told,
      COALESCE(known.hidden, false) AS hidden,
      NOT COALESCE(known.announced, false)
        AND EXISTS (SELECT FROM follows WHERE {_LIVE} AND area = ANY(new.areas)) AS to_announce
    FROM jsonb_to_recordset(:rows) AS new (report_id uuid, areas text[])
    LEFT JOIN public_news AS known USING (report_id)
    """  # noqa: S608
    )
    .bindparams(sa.bindparam("rows", type_=pg.JSONB))
    .columns(report_id=_UUID)
)
"""Indexes follows_by_area and public_news_pkey."""
_TOLD = sa.text(
    """
    INSERT INTO public_news (report_id, version, told, announced, hidden)
    SELECT report_id, version, told, announced, hidden FROM jsonb_to_recordset(:rows)
      AS r (report_id uuid, version int, told text, announced boolean, hidden boolean)
    ON CONFLICT (report_id) DO UPDATE SET version = excluded.version,
      told = COALESCE(excluded.told, public_news.told),
      announced = public_news.announced OR excluded.announced, hidden = public_news.hidden OR excluded.hidden
    """
).bindparams(sa.bindparam("rows", type_=pg.JSONB))


@dataclass(frozen=True)
class Row:
    """A follow as it is kept. `token` is the contact's, keyed; None for a browser or a system."""

    follow_id: UUID
    report_id: UUID | None
    area: str | None
    code_hash: str
    hour: int
    zone: str
    label: str | None = None
    token: str | None = None
    hook_id: UUID | None = None


async def keep(tx: Transaction, row: Row, *, confirmed: bool = False) -> UUID:
    """Write a follow down; returns the id of the one that this contact has already, if there is one."""
    values = {**vars(row), "now": tx.now, "confirmed_at": tx.now if confirmed else None}
    found: UUID = (await tx.execute(_KEEP, values)).scalar_one()
    return found


async def standing(tx: Transaction, token: str) -> int:
    """How many follows a contact has, confirmed or not."""
    return int((await tx.execute(_STANDING, {"token": token})).scalar_one())


async def confirm(tx: Transaction, follow_id: UUID) -> Any | None:
    """The follow, from now on confirmed; None if it is over."""
    return (await tx.execute(_CONFIRM, {"follow_id": follow_id, "now": tx.now})).first()


async def code_hash(tx: Transaction, follow_id: UUID) -> str | None:
    """What its code is compared with; None for one that is over or never was."""
    found: str | None = (await tx.execute(_CODE, {"follow_id": follow_id})).scalar_one_or_none()
    return found


async def end(tx: Transaction, follow_ids: Collection[UUID]) -> Sequence[Any]:
    """End follows, each once; returns those that were not over."""
    return (await tx.execute(_END, {"follow_ids": sorted(follow_ids), "now": tx.now})).all()


async def lapse(tx: Transaction, follow_ids: Sequence[UUID]) -> None:
    """Forget what nobody confirmed."""
    await tx.execute(_LAPSE, {"follow_ids": list(follow_ids)})


async def followed_cases(tx: Transaction, after: UUID, limit: int) -> list[UUID]:
    return list((await tx.execute(_FOLLOWED, {"after": after, "limit": limit})).scalars())


async def followers_of(tx: Transaction, report_ids: Collection[UUID], limit: int) -> list[UUID]:
    values = {"report_ids": sorted(report_ids), "limit": limit}
    return list((await tx.execute(_OF_CASES, values)).scalars())


async def old_areas(tx: Transaction, before: datetime, limit: int) -> list[UUID]:
    """People's follows of areas that were confirmed before a moment."""
    return list((await tx.execute(_OLD_AREAS, {"before": before, "limit": limit})).scalars())


async def forget_ended(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete those that ended before a moment; returns how many that were."""
    return (await tx.execute(_FORGET_ENDED, {"before": before, "limit": limit})).rowcount


async def follows_of_hook(tx: Transaction, hook_id: UUID) -> list[UUID]:
    return list((await tx.execute(_OF_HOOK, {"hook_id": hook_id})).scalars())


async def begin(tx: Transaction, report_id: UUID, told: str) -> None:
    """From now on a case's news is told; `told` is what its page shows already."""
    await tx.execute(_BEGIN, {"report_id": report_id, "told": told})


async def wanted(tx: Transaction, areas: dict[UUID, tuple[str, ...]]) -> dict[UUID, Any]:
    """What was told of each of these cases, and whether somebody follows an area of it."""
    rows = [{"report_id": str(report_id), "areas": list(names)} for report_id, names in areas.items()]
    return {row.report_id: row for row in await tx.execute(_WANTED, {"rows": rows})}


async def told(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Note what has been told now."""
    if rows:
        await tx.execute(_TOLD, {"rows": sorted(rows, key=lambda row: str(row["report_id"]))})
