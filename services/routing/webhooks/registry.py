"""Web hooks as their agencies manage them: registered, listed, changed, and the log of what was delivered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction

MOST_HOOKS = 5
"""Of one agency."""

_COUNT = sa.text("SELECT count(*) FROM webhooks WHERE agency = :agency AND state <> 'removed'")
_PUT = sa.text(
    """
    INSERT INTO webhooks (webhook_id, agency, url, secret, created_by)
    VALUES (:webhook_id, :agency, :url, :secret, :created_by)
    """
)
_GET = sa.text(
    """
    SELECT webhook_id, agency, url, state, failures, failing_since, held_until, last_error, last_success_at,
      old_secret_until, created_by, created_at
    FROM webhooks
    WHERE agency = :agency AND state <> 'removed' AND (:webhook_id IS NULL OR webhook_id = :webhook_id)
    ORDER BY created_at, webhook_id
    """
).bindparams(sa.bindparam("webhook_id", type_=pg.UUID(as_uuid=True)))
_SECRET = sa.text(
    """
    SELECT url, secret, CASE WHEN old_secret_until > now() THEN old_secret END AS old_secret
    FROM webhooks WHERE webhook_id = :webhook_id AND agency = :agency AND state <> 'removed'
    """
)
_REMOVE = sa.text("UPDATE webhooks SET state = 'removed' WHERE webhook_id = :webhook_id")
_DROP_WAITING = sa.text(
    """
    UPDATE webhook_deliveries SET state = 'abandoned', finished_at = now()
    WHERE webhook_id = :webhook_id AND state = 'waiting'
    """
)
_ROTATE = sa.text(
    """
    UPDATE webhooks SET secret = :secret,
      old_secret = CASE WHEN :overlap > 0 THEN secret END,
      old_secret_until = CASE WHEN :overlap > 0 THEN now() + make_interval(secs => :overlap) END
    WHERE webhook_id = :webhook_id RETURNING old_secret_until
    """
).bindparams(sa.bindparam("overlap", type_=sa.Float))
_RESUME = sa.text(
    """
    UPDATE webhooks SET state = 'active', failures = 0, failing_since = NULL, held_until = NULL
    WHERE webhook_id = :webhook_id
    """
)
_AT_ONCE = sa.text(
    """
    UPDATE webhook_deliveries SET due_at = now(), queued_at = now(), attempts = 0
    WHERE webhook_id = :webhook_id AND state = 'waiting'
    """
)
_REPLAY = sa.text(
    """
    UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, due_at = now(), queued_at = now(),
      finished_at = NULL
    WHERE webhook_id = :webhook_id AND created_at >= :first AND created_at < :last
      AND state = ANY(:states) AND type <> 'webhook.test'
    """
).bindparams(sa.bindparam("states", type_=pg.ARRAY(sa.Text)))
"""Index deliveries_by_age. They keep their ids, so an agency that has one recognises it."""

_LOG = sa.text(
    """
    SELECT id, delivery_id, event_id, type, state, attempts, status, error, seconds, created_at, finished_at,
      CASE WHEN state = 'waiting' THEN due_at END AS next_at
    FROM webhook_deliveries
    WHERE webhook_id = :webhook_id AND (:state IS NULL OR state = :state)
      AND (:before IS NULL OR id < :before)
    ORDER BY id DESC LIMIT :limit
    """
).bindparams(sa.bindparam("state", type_=sa.Text), sa.bindparam("before", type_=sa.BigInteger))
"""Index deliveries_log."""

_NOTE = sa.text(
    """
    INSERT INTO webhook_deliveries (delivery_id, webhook_id, event_id, report_id, type, body, state, attempts,
      finished_at, status, error, seconds)
    VALUES (:delivery_id, :webhook_id, :event_id, :report_id, :type, :body, :state, 1, now(), :status,
      :error, :seconds)
    """
)


async def register(
    tx: Transaction, webhook_id: UUID, *, agency: str, url: str, secret: bytes, officer: str
) -> bool:
    """False if the agency has as many as it may have."""
    if (await tx.execute(_COUNT, {"agency": agency})).scalar_one() >= MOST_HOOKS:
        return False
    values = {"webhook_id": webhook_id, "agency": agency, "url": url, "secret": secret}
    await tx.execute(_PUT, values | {"created_by": officer})
    return True


async def hooks(tx: Transaction, agency: str, webhook_id: UUID | None = None) -> Sequence[Any]:
    """An agency's hooks, or the one that is named."""
    return (await tx.execute(_GET, {"agency": agency, "webhook_id": webhook_id})).all()


async def secrets_of(tx: Transaction, agency: str, webhook_id: UUID) -> Any | None:
    """Where it is, and its closed secrets."""
    return (await tx.execute(_SECRET, {"agency": agency, "webhook_id": webhook_id})).one_or_none()


async def remove(tx: Transaction, webhook_id: UUID) -> None:
    """It hears nothing any more; its log stays as long as any."""
    await tx.execute(_REMOVE, {"webhook_id": webhook_id})
    await tx.execute(_DROP_WAITING, {"webhook_id": webhook_id})


async def rotate(tx: Transaction, webhook_id: UUID, secret: bytes, overlap_seconds: float) -> datetime | None:
    """Until when the old secret signs too."""
    values = {"webhook_id": webhook_id, "secret": secret, "overlap": overlap_seconds}
    until: datetime | None = (await tx.execute(_ROTATE, values)).scalar_one()
    return until


async def resume(tx: Transaction, webhook_id: UUID) -> None:
    """Go on at once with everything that waits."""
    await tx.execute(_RESUME, {"webhook_id": webhook_id})
    await tx.execute(_AT_ONCE, {"webhook_id": webhook_id})


async def replay(
    tx: Transaction, webhook_id: UUID, first: datetime, last: datetime, states: Sequence[str]
) -> int:
    """Queue again what was first queued in [first, last); returns how many."""
    values = {"webhook_id": webhook_id, "first": first, "last": last, "states": list(states)}
    return (await tx.execute(_REPLAY, values)).rowcount


async def deliveries(
    tx: Transaction, webhook_id: UUID, *, state: str | None, before: int | None, limit: int
) -> Sequence[Any]:
    """Newest first."""
    values = {"webhook_id": webhook_id, "state": state, "before": before, "limit": limit}
    return (await tx.execute(_LOG, values)).all()


async def note_test(tx: Transaction, **row: Any) -> None:
    """A try that somebody asked for stands in the log like any other."""
    await tx.execute(_NOTE, row)
