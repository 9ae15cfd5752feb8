"""The queue of due deliveries in PostgreSQL: claimed with a lease, finished once, swept when a sender died.

Times are the database's own, save those at which offices open. A claim counts as an attempt; an outcome of
an older attempt changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.domain.delivery import DeliveryState
from shared.db.database import Transaction

_DUE = sa.text(
    "SELECT EXISTS "
    "(SELECT FROM deliveries WHERE state = 'pending' AND channel = :channel AND due_at <= now())"
)
"""Index deliveries_due."""

_CLAIM = (
    sa.text(
        """
    WITH due AS (
      SELECT id FROM deliveries WHERE state = 'pending' AND channel = :channel AND due_at <= now()
      ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE deliveries SET state = 'sending', attempts = attempts + 1,
        leased_until = now() + make_interval(secs => :lease)
      FROM due WHERE deliveries.id = due.id
      RETURNING deliveries.*
    )
    SELECT claimed.id, claimed.report_id, claimed.leg_id, claimed.recipient, claimed.channel,
      claimed.template, claimed.details, claimed.attempts, claimed.traceparent, claimed.created_at,
      COALESCE(cases.tracking_id, '') AS tracking_id, COALESCE(cases.anonymous, false) AS anonymous,
      COALESCE(cases.secret, false) AS secret, contacts.sealed,
      COALESCE(wishes.language, contacts.language) AS language,
      legs.desk_email, legs.coordinator_email, legs.agency_name
    FROM claimed
    LEFT JOIN cases USING (report_id)
    LEFT JOIN wishes USING (report_id)
    LEFT JOIN contacts USING (report_id)
    LEFT JOIN legs ON legs.leg_id = claimed.leg_id
    ORDER BY claimed.due_at, claimed.id
    """
    )
    .bindparams(sa.bindparam("lease", type_=sa.Float))
    .columns(
        id=pg.UUID(as_uuid=True),
        report_id=pg.UUID(as_uuid=True),
        leg_id=pg.UUID(as_uuid=True),
        details=pg.JSONB,
    )
)
"""Index deliveries_due."""

_FINISH = sa.text(
    """
    UPDATE deliveries SET state = outcome.state, reason = outcome.reason, leased_until = NULL,
      due_at = now() + make_interval(secs => outcome.delay),
      finished_at = CASE WHEN outcome.state <> 'pending' THEN now() END,
      details = CASE WHEN outcome.state IN ('delivered', 'skipped') THEN '{}'::jsonb ELSE details END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS int[]), CAST(:states AS text[]),
                CAST(:reasons AS text[]), CAST(:delays AS float8[]))
      AS outcome (id, attempt, state, reason, delay)
    WHERE deliveries.id = outcome.id AND deliveries.attempts = outcome.attempt
      AND deliveries.state IN ('sending', 'pending')
    RETURNING deliveries.id
    """
).bindparams(
    sa.bindparam("ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))),
    sa.bindparam("attempts", type_=pg.ARRAY(sa.Integer)),
    sa.bindparam("states", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("reasons", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("delays", type_=pg.ARRAY(sa.Float)),
)
"""`pending` too: the lease may have run out while the provider was answering."""

_SWEEP = sa.text(
    """
    UPDATE deliveries SET leased_until = NULL, due_at = now(),
      state = CASE WHEN attempts < :most THEN 'pending' ELSE 'failed' END,
      reason = CASE WHEN attempts < :most THEN 'sender lost' ELSE 'sender lost, given up' END,
      finished_at = CASE WHEN attempts < :most THEN NULL ELSE now() END
    WHERE id IN (
      SELECT id FROM deliveries WHERE state = 'sending' AND leased_until < now()
      LIMIT 500 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, report_id, recipient, channel, template, state, reason
    """
).bindparams(sa.bindparam("most", type_=sa.Integer))
"""Index deliveries_leased."""

_WAKE = sa.text(
    """
    UPDATE deliveries SET state = 'pending', due_at = now()
    WHERE id IN (
      SELECT id FROM deliveries WHERE state = 'waiting_hours' AND opens_at <= :now
      ORDER BY opens_at LIMIT 1000 FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
).bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True)))
"""Index deliveries_asleep."""

_OPEN = sa.text(
    """
    SELECT state, count(*) AS number FROM deliveries
    WHERE state IN ('waiting_contact', 'waiting_hours', 'pending', 'sending') GROUP BY state
    """
)


@dataclass(frozen=True, repr=False)
class Claimed:
    """A delivery in a sender's hands. Has the sealed contact, and shows nothing of itself."""

    id: UUID
    report_id: UUID
    leg_id: UUID | None
    recipient: str
    channel: str
    template: str
    details: dict[str, Any]
    attempts: int
    traceparent: str | None
    created_at: datetime
    tracking_id: str
    """Empty for an answer to somebody who asked of no report."""
    anonymous: bool
    secret: bool
    sealed: str | None
    language: str | None
    desk_email: str | None
    coordinator_email: str | None
    agency_name: str | None


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt. `delay` (seconds) matters only while it stays pending."""

    delivery: Claimed
    state: DeliveryState
    reason: str | None = None
    delay: float = 0.0


async def anything_due(tx: Transaction, channel: str) -> bool:
    """Whether a claim would find something: the one cheap statement of a sender that has nothing to do."""
    return bool((await tx.execute(_DUE, {"channel": channel})).scalar_one())


async def claim(tx: Transaction, channel: str, limit: int, lease_seconds: float) -> list[Claimed]:
    """Up to `limit` due deliveries of a channel, longest due first, for this process until the lease ends."""
    rows = await tx.execute(_CLAIM, {"channel": channel, "limit": limit, "lease": lease_seconds})
    return [Claimed(**row) for row in rows.mappings()]


async def finish(tx: Transaction, outcomes: Sequence[Outcome]) -> set[UUID]:
    """Record outcomes; returns those that were still this sender's to record."""
    rows = await tx.execute(
        _FINISH,
        {
            "ids": [outcome.delivery.id for outcome in outcomes],
            "attempts": [outcome.delivery.attempts for outcome in outcomes],
            "states": [outcome.state.value for outcome in outcomes],
            "reasons": [outcome.reason for outcome in outcomes],
            "delays": [outcome.delay for outcome in outcomes],
        },
    )
    return set(rows.scalars())


async def sweep(tx: Transaction, most_attempts: int) -> Sequence[Any]:
    """Take back what a lost sender held: due again with the same key, or failed after too many attempts."""
    return (await tx.execute(_SWEEP, {"most": most_attempts})).all()


async def wake(tx: Transaction) -> int:
    """Make due what waited for an office that is open by now, in the injected time; returns how much."""
    return len((await tx.execute(_WAKE, {"now": tx.now})).all())


async def open_counts(tx: Transaction) -> dict[str, int]:
    """How many deliveries are in each state that is not final (the four partial indexes)."""
    return {row.state: row.number for row in await tx.execute(_OPEN)}
