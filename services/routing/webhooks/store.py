"""Web hooks' deliveries in PostgreSQL. Times are the database's own; a claim counts as an attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.routing.domain.agencies import levels_above
from shared.contracts import DispositionFact
from shared.contracts.codec import encode
from shared.db.database import Transaction

_ID = pg.UUID(as_uuid=True)
_IDS = pg.ARRAY(_ID)

_LISTENING = sa.text(
    "SELECT webhook_id, agency FROM webhooks WHERE agency = ANY(:agencies) AND state <> 'removed'"
).bindparams(sa.bindparam("agencies", type_=pg.ARRAY(sa.Text)))
"""Index webhooks_by_agency."""

_ENQUEUE = sa.text(
    """
    INSERT INTO webhook_deliveries (delivery_id, webhook_id, event_id, report_id, type, body)
    SELECT * FROM unnest(:delivery_id, :webhook_id, :event_id, :report_id, :type, :body)
    ON CONFLICT (webhook_id, event_id) DO NOTHING
    """
).bindparams(
    *(sa.bindparam(name, type_=_IDS) for name in ("delivery_id", "webhook_id", "event_id", "report_id")),
    sa.bindparam("type", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("body", type_=pg.ARRAY(sa.LargeBinary)),
)
"""In the order in which they happened: the ids that a hook's line is ordered by are given in it."""

_CLAIM = sa.text(
    """
    WITH hooks AS (
      SELECT webhook_id, url, secret, old_secret, old_secret_until, agency,
        CASE WHEN failures > 0 THEN 1 ELSE :concurrency END - coalesce(busy.number, 0) AS room
      FROM webhooks LEFT JOIN unnest(:busy_ids, :busy_numbers) AS busy (id, number) ON busy.id = webhook_id
      WHERE state = 'active' AND (held_until IS NULL OR held_until <= now())
    ), due AS (
      SELECT due.id, hooks.* FROM hooks CROSS JOIN LATERAL (
        SELECT d.id FROM webhook_deliveries d
        WHERE d.webhook_id = hooks.webhook_id AND d.state = 'waiting' AND d.due_at <= now()
          AND NOT EXISTS (
            SELECT FROM webhook_deliveries earlier
            WHERE earlier.webhook_id = hooks.webhook_id AND earlier.state = 'waiting'
              AND earlier.report_id = d.report_id AND earlier.id < d.id)
        ORDER BY d.due_at, d.id LIMIT greatest(hooks.room, 0) FOR UPDATE OF d SKIP LOCKED
      ) AS due
    )
    UPDATE webhook_deliveries d SET attempts = attempts + 1, due_at = now() + make_interval(secs => :lease)
    FROM due WHERE d.id = due.id
    RETURNING d.id, d.delivery_id, d.webhook_id, d.event_id, d.type, d.body, d.attempts,
      extract(epoch FROM now() - d.queued_at) AS age, due.agency, due.url, due.secret,
      CASE WHEN due.old_secret_until > now() THEN due.old_secret END AS old_secret
    """
).bindparams(
    sa.bindparam("busy_ids", type_=_IDS),
    sa.bindparam("busy_numbers", type_=pg.ARRAY(sa.Integer)),
    sa.bindparam("lease", type_=sa.Float),
    sa.bindparam("concurrency", type_=sa.Integer),
)
"""Indexes deliveries_due, deliveries_by_case. A claimed delivery stays the head of its case's line: nothing
of the same case overtakes it. One that fails is asked one delivery at a time."""

_FINISH = sa.text(
    """
    UPDATE webhook_deliveries SET state = :state, status = :status, error = :error, seconds = :seconds,
      due_at = now() + make_interval(secs => :pause),
      finished_at = CASE WHEN :state <> 'waiting' THEN now() END
    WHERE id = :id AND attempts = :attempts AND state = 'waiting'
    """
).bindparams(sa.bindparam("pause", type_=sa.Float), sa.bindparam("state", type_=sa.Text))
"""An outcome of an attempt that was taken for lost changes nothing."""

_WELL = sa.text(
    """
    UPDATE webhooks SET failures = 0, failing_since = NULL, held_until = NULL, last_error = NULL,
      last_success_at = now()
    WHERE webhook_id = :webhook_id AND (failures > 0 OR last_success_at IS NULL
      OR last_success_at < now() - interval '1 minute')
    """
)
_ILL = sa.text(
    """
    UPDATE webhooks SET failures = failures + 1, failing_since = coalesce(failing_since, now()),
      last_error = :error
    WHERE webhook_id = :webhook_id AND state = 'active'
    RETURNING failures, extract(epoch FROM now() - failing_since) AS failing_for
    """
)
_HOLD = sa.text(
    "UPDATE webhooks SET held_until = now() + make_interval(secs => :hold) WHERE webhook_id = :webhook_id"
).bindparams(sa.bindparam("hold", type_=sa.Float))
_SUSPEND = sa.text(
    "UPDATE webhooks SET state = 'suspended' WHERE webhook_id = :webhook_id AND state = 'active' "
    "RETURNING webhook_id"
)
_ABANDON = sa.text(
    """
    UPDATE webhook_deliveries SET state = 'abandoned', finished_at = now()
    WHERE state = 'waiting' AND queued_at < now() - make_interval(secs => :patience)
    """
).bindparams(sa.bindparam("patience", type_=sa.Float))
_FORGET = sa.text(
    """
    DELETE FROM webhook_deliveries
    WHERE created_at < now() - make_interval(days => :days) AND state <> 'waiting'
    """
)
"""Index deliveries_by_age."""
_STATES = sa.text("SELECT state, count(*) AS number FROM webhooks WHERE state <> 'removed' GROUP BY state")


@dataclass(frozen=True, repr=False)
class Claimed:
    """A delivery in this process's hands until its lease ends. Holds closed secrets and shows nothing."""

    id: int
    delivery_id: UUID
    webhook_id: UUID
    event_id: UUID
    type: str
    body: bytes
    attempts: int
    age: float
    """Seconds since it was queued, first or again."""
    agency: str
    url: str
    secret: bytes
    old_secret: bytes | None


@dataclass(frozen=True)
class Failing:
    """A hook after one more failure: how many in a row, and since how many seconds."""

    failures: int
    failing_for: float


async def enqueue(tx: Transaction, facts: Sequence[tuple[UUID, DispositionFact]]) -> None:
    """Have the hooks of each fact's agency, and of those above it, told if this transaction commits."""
    above = {fact.agency: (fact.agency, *levels_above(fact.agency)) for _, fact in facts}
    if not above:
        return
    levels = sorted({level for path in above.values() for level in path})
    listening: dict[str, list[UUID]] = {}
    for row in await tx.execute(_LISTENING, {"agencies": levels}):
        listening.setdefault(row.agency, []).append(row.webhook_id)
    rows = [
        _row(webhook_id, event_id, fact)
        for event_id, fact in facts
        for level in above[fact.agency]
        for webhook_id in listening.get(level, ())
    ]
    if rows:
        await tx.execute(_ENQUEUE, {name: [row[name] for row in rows] for name in rows[0]})


async def claim(
    tx: Transaction, busy: Mapping[UUID, int], *, concurrency: int, lease: float
) -> list[Claimed]:
    """What is due now, for each hook as much as it has room for beside what is in hand (`busy`)."""
    values = {
        "busy_ids": list(busy),
        "busy_numbers": list(busy.values()),
        "concurrency": concurrency,
        "lease": lease,
    }
    rows = (await tx.execute(_CLAIM, values)).mappings()
    return [Claimed(**{**row, "age": float(row["age"])}) for row in rows]


async def finish(tx: Transaction, claimed: Claimed, **outcome: Any) -> None:
    """Record one attempt: `state`, `status`, `error`, `seconds`, `pause` (seconds until the next)."""
    await tx.execute(_FINISH, {"id": claimed.id, "attempts": claimed.attempts, **outcome})


async def well(tx: Transaction, webhook_id: UUID) -> None:
    """A delivery arrived: failures count from nought again. Written at most once a minute."""
    await tx.execute(_WELL, {"webhook_id": webhook_id})


async def ill(tx: Transaction, webhook_id: UUID, error: str) -> Failing | None:
    """Count a failure; None if the hook is no longer active."""
    row = (await tx.execute(_ILL, {"webhook_id": webhook_id, "error": error})).one_or_none()
    return Failing(row.failures, float(row.failing_for)) if row else None


async def hold(tx: Transaction, webhook_id: UUID, seconds: float) -> None:
    """Leave the hook alone for some seconds."""
    await tx.execute(_HOLD, {"webhook_id": webhook_id, "hold": seconds})


async def suspend(tx: Transaction, webhook_id: UUID) -> bool:
    """True if it was this call that did it."""
    return (await tx.execute(_SUSPEND, {"webhook_id": webhook_id})).one_or_none() is not None


async def sweep(tx: Transaction, *, patience_seconds: float, days: int) -> None:
    """Abandon what waited too long behind a suspension; forget what is old."""
    await tx.execute(_ABANDON, {"patience": patience_seconds})
    await tx.execute(_FORGET, {"days": days})


async def states(tx: Transaction) -> dict[str, int]:
    """How many hooks are in which state."""
    return {row.state: row.number for row in await tx.execute(_STATES)}


def _row(webhook_id: UUID, event_id: UUID, fact: DispositionFact) -> dict[str, Any]:
    return {
        "delivery_id": uuid7(),
        "webhook_id": webhook_id,
        "event_id": event_id,
        "report_id": fact.report_id,
        "type": fact.schema_name(),
        "body": encode(fact),
    }
