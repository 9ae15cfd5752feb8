"""Deliveries as operators list them; reads only what they may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.domain.delivery import DeliveryState
from shared.db.database import Transaction

_deliveries = sa.table(
    "deliveries",
    *(sa.column(name, pg.UUID(as_uuid=True)) for name in ("id", "event_id", "report_id", "digest_id")),
    *(sa.column(name, sa.Text) for name in ("recipient", "channel", "template", "state", "reason", "words")),
    *(sa.column(name, sa.Text) for name in ("lane", "provider")),
    *(sa.column(name, sa.Integer) for name in ("attempts", "resends")),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("created_at", "due_at", "finished_at")),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("sent_at", "received_at")),
)
SHOWN = (
    *("event_id", "report_id", "recipient", "lane", "channel", "provider", "template", "state", "reason"),
    *("attempts", "resends", "created_at", "sent_at", "received_at", "finished_at", "words", "digest_id"),
)
"""Nothing of the message, and nothing of who gets it: not even the provider's id, which leads to both."""

_ATTEMPTS = sa.text(
    "SELECT attempt, provider, outcome, reason, ended_at FROM attempts "
    "WHERE delivery_id = :id ORDER BY attempt"
).bindparams(sa.bindparam("id", type_=pg.UUID(as_uuid=True)))

_RESEND = sa.text(
    """
    WITH failed AS (
      SELECT * FROM deliveries WHERE id = :id AND state IN ('failed', 'sent') FOR UPDATE
    ), kept AS (
      INSERT INTO attempts (delivery_id, attempt, provider, provider_ref, outcome, reason, ended_at)
      SELECT id, attempts, provider, provider_ref, state, reason, COALESCE(finished_at, now()) FROM failed
      ON CONFLICT DO NOTHING
    )
    UPDATE deliveries SET state = 'pending', reason = 'to be sent again', due_at = now(),
      finished_at = NULL, sent_at = NULL, received_at = NULL, provider = NULL, provider_ref = NULL,
      resends = deliveries.resends + 1
    FROM failed WHERE deliveries.id = failed.id
    RETURNING deliveries.channel, deliveries.lane
    """
).bindparams(sa.bindparam("id", type_=pg.UUID(as_uuid=True)))
"""What was delivered or skipped cannot be sent again: its words are not kept."""

_PROVIDERS = sa.text(
    """
    SELECT provider AS name, channel,
      count(*) FILTER (WHERE state IN ('sent', 'delivered')) AS accepted,
      count(*) FILTER (WHERE state = 'failed') AS failed,
      count(*) FILTER (WHERE received_at IS NOT NULL) AS confirmed
    FROM deliveries WHERE created_at > now() - interval '1 hour' AND provider IS NOT NULL
    GROUP BY provider, channel
    """
)
"""Index deliveries_by_age."""
_WEIGHTS = sa.text("SELECT name, channel, weight, reason, changed_at FROM providers")


async def deliveries(
    tx: Transaction, filters: Mapping[str, Any], after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Any]:
    """Newest first (index deliveries_by_age, or deliveries_by_report for one report)."""
    d = _deliveries.c
    pending = d.state == DeliveryState.PENDING.value
    query = sa.select(
        d.id.label("delivery_id"),
        *(d[name] for name in SHOWN),
        sa.case((pending, d.due_at)).label("due_at"),
    )
    for name, value in filters.items():
        if value is not None:
            query = query.where(d[name] == value)
    if after is not None:
        query = query.where(sa.tuple_(d.created_at, d.id) < sa.tuple_(*after))
    query = query.order_by(d.created_at.desc(), d.id.desc()).limit(limit)
    return (await tx.execute(query)).all()


async def attempts(tx: Transaction, delivery_id: UUID) -> Sequence[Any]:
    """The attempts before the last, in order."""
    return (await tx.execute(_ATTEMPTS, {"id": delivery_id})).all()


async def resend(tx: Transaction, delivery_id: UUID) -> Any | None:
    """Have a delivery that failed, or was never confirmed, sent again; None if it is not in such a state."""
    return (await tx.execute(_RESEND, {"id": delivery_id})).one_or_none()


async def providers(tx: Transaction) -> tuple[Sequence[Any], Sequence[Any]]:
    """What each carried within the last hour, and the weights of those that were lowered once."""
    return (await tx.execute(_PROVIDERS)).all(), (await tx.execute(_WEIGHTS)).all()
