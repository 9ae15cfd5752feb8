"""Files that came with messages, on their way to being evidence: written down at once, fetched later.

A file that came before its report waits for it. While a file is fetched no transaction is open.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.channels.senders import Sender
from shared.contracts import Channel
from shared.db.database import Transaction

WAITS = timedelta(hours=1)
"""How long a file that came by itself waits for the words that make it part of a report."""
ATTEMPTS = 12
"""Tries over about three hours: providers keep a file for days."""
LEASE_SECONDS = 300
_KEPT = timedelta(days=30)
_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)

_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
"""Held to the end of the transaction: a file and the report it belongs to never overlook each other."""
_ADD = sa.text(
    """
    INSERT INTO attachments (message_id, number, report_id, channel, source, sender_token, sealed_sender,
      received_at)
    SELECT :message_id, number, :report_id, :channel, source, :sender_token, :sealed_sender, :at
    FROM unnest(CAST(:sources AS text[])) WITH ORDINALITY AS file (source, number)
    ON CONFLICT DO NOTHING
    """
).bindparams(
    sa.bindparam("message_id", type_=_UUID),
    sa.bindparam("report_id", type_=_UUID),
    sa.bindparam("channel", type_=sa.Text()),
    sa.bindparam("sender_token", type_=sa.Text()),
    sa.bindparam("sealed_sender", type_=sa.Text()),
    sa.bindparam("at", type_=_TIME),
    sa.bindparam("sources", type_=pg.ARRAY(sa.Text)),
)
_ANY_WAITING = sa.text(
    """
    SELECT EXISTS (SELECT FROM attachments WHERE sender_token = :sender_token AND report_id IS NULL
      AND state = 'waiting' AND received_at > :since)
    """
).bindparams(sa.bindparam("since", type_=_TIME))
_ADOPT = sa.text(
    """
    UPDATE attachments SET report_id = :report_id, due_at = now()
    WHERE sender_token = :sender_token AND report_id IS NULL AND state = 'waiting' AND received_at > :since
    """
).bindparams(sa.bindparam("since", type_=_TIME), sa.bindparam("report_id", type_=_UUID))
"""Index attachments_without_report."""
_CLAIM = (
    sa.text(
        """
    UPDATE attachments SET attempts = attempts + 1, due_at = now() + make_interval(secs => :lease)
    WHERE (message_id, number) IN (
      SELECT message_id, number FROM attachments
      WHERE state = 'waiting' AND report_id IS NOT NULL AND due_at <= now() AND channel = ANY(:channels)
      ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *
    """
    )
    .bindparams(sa.bindparam("channels", type_=pg.ARRAY(sa.Text)), sa.bindparam("lease", type_=sa.Float))
    .columns(message_id=_UUID, report_id=_UUID)
)
"""Index attachments_due."""
_KEEP = sa.text(
    "DELETE FROM attachments WHERE message_id = :message_id AND number = :number AND state = 'waiting'"
).bindparams(sa.bindparam("message_id", type_=_UUID))
_GIVE_UP = sa.text(
    """
    UPDATE attachments SET state = 'refused', reason = :reason, sealed_sender = ''
    WHERE message_id = :message_id AND number = :number AND state = 'waiting' RETURNING number
    """
).bindparams(sa.bindparam("message_id", type_=_UUID))
_LATER = sa.text(
    """
    UPDATE attachments SET due_at = now() + make_interval(secs => :delay), reason = :reason
    WHERE message_id = :message_id AND number = :number AND state = 'waiting'
    """
).bindparams(sa.bindparam("message_id", type_=_UUID), sa.bindparam("delay", type_=sa.Float))
_FORGET = sa.text(
    """
    DELETE FROM attachments WHERE due_at < now() - CAST(:kept AS interval)
      AND (report_id IS NULL OR state = 'refused')
    """
).bindparams(sa.bindparam("kept", type_=sa.Interval))


@dataclass(frozen=True)
class Attachment:
    """One file in a fetcher's hands."""

    message_id: UUID
    number: int
    report_id: UUID
    source: str
    sender: Sender
    attempts: int


async def alone(tx: Transaction, sender: Sender) -> None:
    """Have this sender's messages to oneself until the transaction ends."""
    await tx.execute(_LOCK, {"key": f"{sender.channel}:{sender.token}"})


async def add(
    tx: Transaction, message_id: UUID, files: Sequence[str], sender: Sender, report_id: UUID | None
) -> None:
    """Write down files of a message; without a report they wait for one."""
    if not files:
        return
    await tx.execute(
        _ADD,
        {
            "message_id": message_id,
            "report_id": report_id,
            "channel": sender.channel.value,
            "sources": list(files),
            "sender_token": sender.token,
            "sealed_sender": sender.sealed,
            "at": tx.now,
        },
    )


async def any_waiting(tx: Transaction, sender: Sender) -> bool:
    """Whether files of this sender wait for a report already."""
    row = {"sender_token": sender.token, "since": tx.now - WAITS}
    return bool((await tx.execute(_ANY_WAITING, row)).scalar_one())


async def adopt(tx: Transaction, report_id: UUID, sender: Sender) -> None:
    """The files that waited belong to this report."""
    row = {"sender_token": sender.token, "since": tx.now - WAITS, "report_id": report_id}
    await tx.execute(_ADOPT, row)


async def claim(tx: Transaction, channels: Collection[Channel]) -> Attachment | None:
    """The file that has been due longest, for this process until its lease ends."""
    served = sorted(channel.value for channel in channels)
    row: Any = (await tx.execute(_CLAIM, {"channels": served, "lease": LEASE_SECONDS})).first()
    if row is None:
        return None
    sender = Sender(Channel(row.channel), row.sender_token, row.sealed_sender, row.message_id)
    return Attachment(row.message_id, row.number, row.report_id, row.source, sender, row.attempts)


async def kept(tx: Transaction, one: Attachment) -> None:
    """It is evidence now."""
    await tx.execute(_KEEP, {"message_id": one.message_id, "number": one.number})


async def give_up(tx: Transaction, one: Attachment, reason: str) -> bool:
    """It will never be evidence; False if somebody else has settled it."""
    row = {"message_id": one.message_id, "number": one.number, "reason": reason}
    return (await tx.execute(_GIVE_UP, row)).first() is not None


async def later(tx: Transaction, one: Attachment, reason: str) -> None:
    """Try again: after seconds at first, at last after half an hour."""
    delay = min(2.0**one.attempts, 1_800.0)
    row = {"message_id": one.message_id, "number": one.number, "reason": reason, "delay": delay}
    await tx.execute(_LATER, row)


async def forget_old(tx: Transaction) -> None:
    """Files that nobody said anything about, and those that could not be had."""
    await tx.execute(_FORGET, {"kept": _KEPT})


def since(now: datetime) -> datetime:
    """Messages from then on count as one train of thought: what comes by itself belongs to a report of it."""
    return now - timedelta(days=1)
