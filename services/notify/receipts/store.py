"""Applies receipts to deliveries. What is not known yet is kept, since a receipt may overtake its message's
record; what is said twice, or was outweighed before, changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify import metrics
from services.notify.domain.receipt import ReceiptStatus, heavier
from services.notify.saying import say_outcome
from shared.db.database import Transaction

MEMORY_DAYS = 7
"""How long a receipt of a message that nobody knows is kept."""

_APPLY = sa.text(
    """
    WITH heard AS (
      SELECT * FROM unnest(CAST(:providers AS text[]), CAST(:refs AS text[]), CAST(:ids AS uuid[]),
        CAST(:statuses AS text[]), CAST(:reasons AS text[])) AS heard (provider, ref, id, status, reason)
    ), found AS (
      SELECT heard.provider, ref, heard.status, heard.reason, d.id, d.state AS before
      FROM heard JOIN deliveries AS d ON d.provider = heard.provider AND d.provider_ref = heard.ref
      UNION
      SELECT heard.provider, ref, heard.status, heard.reason, d.id, d.state
      FROM heard JOIN deliveries AS d ON d.id = heard.id AND d.provider = heard.provider
      UNION
      SELECT heard.provider, ref, heard.status, heard.reason, d.id, d.state
      FROM heard JOIN attempts AS a ON a.provider = heard.provider AND a.provider_ref = heard.ref
      JOIN deliveries AS d ON d.id = a.delivery_id WHERE heard.status = 'delivered'
      UNION
      SELECT heard.provider, ref, heard.status, heard.reason, d.id, d.state
      FROM heard JOIN attempts AS a ON a.delivery_id = heard.id AND a.provider = heard.provider
      JOIN deliveries AS d ON d.id = a.delivery_id WHERE heard.status = 'delivered'
    ), told AS (
      UPDATE deliveries SET
        state = found.status, leased_until = NULL, finished_at = now(),
        reason = CASE found.status WHEN 'failed' THEN found.reason END,
        received_at = CASE found.status WHEN 'delivered' THEN now() END,
        sent_at = COALESCE(sent_at, now()),
        details = CASE found.status WHEN 'delivered' THEN '{}'::jsonb ELSE details END
      FROM (SELECT DISTINCT ON (id) * FROM found ORDER BY id, status = 'delivered' DESC, ref) AS found
      WHERE deliveries.id = found.id AND received_at IS NULL AND CASE found.status
        WHEN 'delivered' THEN state IN ('sent', 'delivered', 'sending', 'pending')
          OR (state = 'failed' AND sent_at IS NOT NULL)
        WHEN 'failed' THEN state IN ('sent', 'delivered') ELSE false END
      RETURNING deliveries.*
    )
    SELECT found.provider, found.ref, found.before, told.id, told.report_id, told.recipient, told.channel,
      told.template, told.state, told.reason, told.lane,
      EXTRACT(epoch FROM told.received_at - told.sent_at)::float8 AS seconds
    FROM found LEFT JOIN told ON told.id = found.id
    """
).bindparams(
    sa.bindparam("providers", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("refs", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))),
    sa.bindparam("statuses", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("reasons", type_=pg.ARRAY(sa.Text)),
)
"""Indexes deliveries_by_ref, attempts_by_ref and the primary keys. An attempt that was given up can still
have arrived; that it failed says nothing of a later one.
"""

_KEEP = sa.text(
    """
    INSERT INTO receipts (provider, ref, status, reason)
    SELECT * FROM unnest(CAST(:providers AS text[]), CAST(:refs AS text[]), CAST(:statuses AS text[]),
      CAST(:reasons AS text[])) AS heard (provider, ref, status, reason) ORDER BY 1, 2
    ON CONFLICT (provider, ref) DO UPDATE SET status = excluded.status, reason = excluded.reason
    WHERE excluded.status = 'delivered' AND receipts.status <> 'delivered'
    """
).bindparams(
    *(sa.bindparam(name, type_=pg.ARRAY(sa.Text)) for name in ("providers", "refs", "statuses", "reasons"))
)

_CAUGHT_UP = sa.text(
    """
    DELETE FROM receipts WHERE (provider, ref) IN (
      SELECT receipts.provider, receipts.ref FROM receipts JOIN deliveries AS d
        ON d.provider = receipts.provider AND d.provider_ref = receipts.ref
        WHERE d.state IN ('sent', 'delivered', 'failed')
      UNION ALL
      SELECT receipts.provider, receipts.ref FROM receipts JOIN deliveries AS d
        ON d.provider = receipts.provider
        AND d.id = CASE WHEN receipts.ref ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
          THEN CAST(receipts.ref AS uuid) END
        WHERE d.state IN ('sent', 'delivered', 'failed')
    )
    RETURNING provider, ref, status, reason
    """
)
"""A provider's id may look like a number of ours and be none: CASE, since AND has no order in SQL."""

_FORGET = sa.text("DELETE FROM receipts WHERE heard_at < now() - make_interval(days => :days)").bindparams(
    sa.bindparam("days", type_=sa.Integer)
)


@dataclass(frozen=True)
class Receipt:
    """`ref` is the provider's id of a message, or ours (the delivery's), whichever it says."""

    provider: str
    ref: str
    status: ReceiptStatus
    reason: str | None = None


async def hear(tx: Transaction, receipts: Iterable[Receipt], *, say_delivered: bool = False) -> Counter[str]:
    """Apply receipts; returns how many were applied, repeated (or outweighed), and of unknown messages."""
    counted: Counter[str] = Counter()
    weighed: dict[tuple[str, str], Receipt] = {}
    for receipt in receipts:
        if receipt.status is ReceiptStatus.ON_ITS_WAY:
            _count(counted, receipt.provider, "on_its_way")
            continue
        before = weighed.get((receipt.provider, receipt.ref))
        if before is None or heavier(before.status, receipt.status) is not before.status:
            weighed[receipt.provider, receipt.ref] = receipt
    if not weighed:
        return counted
    found = await _apply(tx, list(weighed.values()), say_delivered=say_delivered)
    early = []
    for key, receipt in weighed.items():
        outcome = found.get(key, "unknown")
        if outcome in {"unknown", "early"}:
            early.append(receipt)
        _count(counted, receipt.provider, outcome)
    if early:
        await tx.execute(_KEEP, _columns(early))
    return counted


async def catch_up(tx: Transaction, *, say_delivered: bool = False) -> int:
    """Apply what was heard before its message was recorded; returns how much that was."""
    rows = (await tx.execute(_CAUGHT_UP)).all()
    kept = [Receipt(row.provider, row.ref, ReceiptStatus(row.status), row.reason) for row in rows]
    if kept:
        await _apply(tx, kept, say_delivered=say_delivered)
    return len(kept)


async def forget(tx: Transaction) -> None:
    """Drop receipts whose messages nobody ever knew."""
    await tx.execute(_FORGET, {"days": MEMORY_DAYS})


async def _apply(
    tx: Transaction, receipts: Sequence[Receipt], *, say_delivered: bool
) -> dict[tuple[str, str], str]:
    outcomes: dict[tuple[str, str], str] = {}
    rows = (await tx.execute(_APPLY, {**_columns(receipts), "ids": [_id(r.ref) for r in receipts]})).all()
    for row in rows:
        key = (row.provider, row.ref)
        if row.id is None:
            in_flight = row.before in {"sending", "pending"}
            outcomes.setdefault(key, "early" if in_flight else "repeated")
            continue
        outcomes[key] = "applied"
        if row.state == "delivered" and row.seconds is not None:
            metrics.RECEIVED_AFTER.labels(row.lane, row.channel).observe(row.seconds)
        if row.before != row.state:
            say_outcome(tx, row, row.state, row.reason, say_delivered=say_delivered)
    return outcomes


def _columns(receipts: Sequence[Receipt]) -> dict[str, Any]:
    return {
        "providers": [receipt.provider for receipt in receipts],
        "refs": [receipt.ref for receipt in receipts],
        "statuses": [receipt.status.value for receipt in receipts],
        "reasons": [receipt.reason for receipt in receipts],
    }


def _id(ref: str) -> UUID | None:
    try:
        return UUID(ref)
    except ValueError:
        return None


def _count(counted: Counter[str], provider: str, outcome: str) -> None:
    counted[outcome] += 1
    metrics.RECEIPTS.labels(provider, outcome).inc()
