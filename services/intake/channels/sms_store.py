"""SMS in parts, until they are whole. Numbers are kept sealed only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.intake.channels.senders import Sender
from services.intake.domain.sms import Series
from shared.contracts import Channel
from shared.db.database import Transaction

_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
"""Held to the end of the transaction: two parts of one message never overlook each other."""
_LATEST = sa.text(
    """
    SELECT * FROM sms_series WHERE sender_token = :sender_token AND ref = :ref
    ORDER BY first_at DESC, series_id DESC LIMIT 1 FOR UPDATE
    """
)
"""Index sms_series_latest."""
_OVERDUE = sa.text(
    """
    SELECT * FROM sms_series
    WHERE NOT settled AND first_at <= :before AND created_at <= now() - CAST(:floor AS interval)
    ORDER BY first_at LIMIT 50 FOR UPDATE SKIP LOCKED
    """
).bindparams(sa.bindparam("floor", type_=sa.Interval))
"""Partial index sms_series_waiting."""
_PARTS = sa.text("SELECT number, text FROM sms_parts WHERE series_id = :series_id")
_BEGIN = sa.text(
    """
    INSERT INTO sms_series (series_id, sender_token, ref, total, sealed_sender, sealed_for, first_at, last_at)
    VALUES (:series_id, :sender_token, :ref, :total, :sealed_sender, :sealed_for, :at, :at)
    """
).bindparams(sa.bindparam("at", type_=sa.DateTime(timezone=True)))
_ADD = sa.text(
    """
    WITH added AS (
      INSERT INTO sms_parts (series_id, number, text) VALUES (:series_id, :number, :text)
      ON CONFLICT DO NOTHING
    )
    UPDATE sms_series SET last_at = GREATEST(last_at, :at) WHERE series_id = :series_id
    """
).bindparams(
    sa.bindparam("series_id", type_=pg.UUID(as_uuid=True)),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
)
_SETTLE = sa.text(
    """
    UPDATE sms_series SET settled = true, report_id = :report_id, sealed_sender = ''
    WHERE series_id = :series_id
    """
)
_REVIVE = sa.text(
    """
    UPDATE sms_series SET settled = false, sealed_sender = :sealed_sender, sealed_for = :sealed_for
    WHERE series_id = :series_id
    """
)
_FORGET = sa.text("DELETE FROM sms_series WHERE settled AND created_at < now() - interval '7 days'")


@dataclass(frozen=True)
class Collected:
    """A message in parts and its sender."""

    series: Series
    sender: Sender


async def lock(tx: Transaction, token: str, ref: str) -> None:
    """Have the messages of this sender and reference number to oneself."""
    await tx.execute(_LOCK, {"key": f"sms:{token}:{ref}"})


async def latest(tx: Transaction, token: str, ref: str) -> Collected | None:
    """The last message with this reference number, if there ever was one."""
    row = (await tx.execute(_LATEST, {"sender_token": token, "ref": ref})).first()
    return await _collected(tx, row) if row else None


async def overdue(tx: Transaction, before: datetime, floor: timedelta) -> list[Collected]:
    """Messages begun before `before`, and at least `floor` of real time ago, that nobody else has in hand."""
    rows = (await tx.execute(_OVERDUE, {"before": before, "floor": floor})).all()
    return [await _collected(tx, row) for row in rows]


async def begin(tx: Transaction, sender: Sender, ref: str, total: int, at: datetime) -> Collected:
    """Open a message; the one before it with this reference number must be settled."""
    series = Series(uuid7(), total, {}, at)
    await tx.execute(
        _BEGIN,
        {
            "series_id": series.series_id,
            "sender_token": sender.token,
            "ref": ref,
            "total": total,
            "sealed_sender": sender.sealed,
            "sealed_for": sender.sealed_for,
            "at": at,
        },
    )
    return Collected(series, sender)


async def add(tx: Transaction, collected: Collected, number: int, text: str, at: datetime) -> None:
    row = {"series_id": collected.series.series_id, "number": number, "text": text, "at": at}
    await tx.execute(_ADD, row)


async def settle(tx: Transaction, series_id: UUID, report_id: UUID | None) -> None:
    """Nothing more is waited for. Kept for a week, so that what comes late is recognised; who sent it is told
    by the keyed token alone.
    """
    await tx.execute(_SETTLE, {"series_id": series_id, "report_id": report_id})


async def revive(tx: Transaction, collected: Collected, sender: Sender) -> Collected:
    """Wait for parts once more. Who sent it had been forgotten, and is told anew by a part that came late."""
    row = {"sealed_sender": sender.sealed, "sealed_for": sender.sealed_for}
    await tx.execute(_REVIVE, {**row, "series_id": collected.series.series_id})
    return Collected(replace(collected.series, settled=False), sender)


async def forget_settled(tx: Transaction) -> None:
    """Parts of messages that were filed long ago."""
    await tx.execute(_FORGET)


async def _collected(tx: Transaction, row: Any) -> Collected:
    rows = await tx.execute(_PARTS, {"series_id": row.series_id})
    parts: Mapping[int, str] = {part.number: part.text for part in rows}
    series = Series(row.series_id, row.total, parts, row.last_at, row.settled, row.report_id)
    return Collected(series, Sender(Channel.SMS, row.sender_token, row.sealed_sender, row.sealed_for))
