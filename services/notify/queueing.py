"""The queue of due deliveries in PostgreSQL: claimed with a lease, finished once, swept when a sender died.

Times are the database's own, save those at which offices open. A claim counts as an attempt; an outcome of
an older attempt changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.domain.delivery import DeliveryState, Lane
from shared.db.database import Transaction

_DUE = sa.text(
    "SELECT EXISTS "
    "(SELECT FROM deliveries "
    "WHERE state = 'pending' AND channel = :channel AND lane = :lane AND due_at <= now())"
)
"""Index deliveries_due."""

_CLAIM = (
    sa.text(
        """
    WITH due AS (
      SELECT id FROM deliveries
      WHERE state = 'pending' AND channel = :channel AND lane = :lane AND due_at <= now()
      ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE deliveries SET state = 'sending', attempts = attempts + 1,
        provider = CASE WHEN provider = ANY(:providers) THEN provider ELSE :provider END,
        leased_until = now() + make_interval(secs => :lease)
      FROM due WHERE deliveries.id = due.id
      RETURNING deliveries.*
    )
    SELECT claimed.id, claimed.report_id, claimed.leg_id, claimed.recipient, claimed.channel,
      claimed.template, claimed.details, claimed.attempts, claimed.traceparent, claimed.created_at,
      claimed.lane, claimed.provider, claimed.resends, claimed.opens_at IS NOT NULL AS waited,
      COALESCE(cases.tracking_id, '') AS tracking_id, COALESCE(cases.anonymous, false) AS anonymous,
      COALESCE(cases.secret, false) AS secret,
      CASE WHEN claimed.recipient = 'browser' THEN browsers.sealed ELSE contacts.sealed END AS sealed,
      COALESCE(wishes.language, contacts.language) AS language,
      legs.desk_email, legs.coordinator_email, legs.agency_name
    FROM claimed
    LEFT JOIN cases USING (report_id)
    LEFT JOIN wishes USING (report_id)
    LEFT JOIN contacts USING (report_id)
    LEFT JOIN browsers ON claimed.recipient = 'browser' AND browsers.report_id = claimed.report_id
    LEFT JOIN legs ON legs.leg_id = claimed.leg_id
    ORDER BY claimed.due_at, claimed.id
    """
    )
    .bindparams(sa.bindparam("lease", type_=sa.Float), sa.bindparam("providers", type_=pg.ARRAY(sa.Text)))
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
    WITH outcome AS (
      SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS int[]), CAST(:states AS text[]),
        CAST(:reasons AS text[]), CAST(:delays AS float8[]), CAST(:refs AS text[]), CAST(:stays AS bool[]),
        CAST(:providers AS text[]), CAST(:words AS text[]), CAST(:counts AS bool[]))
        AS outcome (id, attempt, state, reason, delay, ref, stays, provider, words, counts)
    ), recorded AS (
      UPDATE deliveries SET state = outcome.state, reason = outcome.reason, leased_until = NULL,
        attempts = deliveries.attempts - CASE WHEN outcome.counts THEN 0 ELSE 1 END,
        due_at = now() + make_interval(secs => outcome.delay),
        provider = CASE WHEN outcome.state <> 'pending' OR outcome.stays THEN outcome.provider END,
        provider_ref = outcome.ref, words = COALESCE(outcome.words, deliveries.words),
        sent_at = CASE WHEN outcome.state IN ('sent', 'delivered') THEN now() END,
        finished_at = CASE WHEN outcome.state NOT IN ('pending', 'sent') THEN now() END,
        details = CASE WHEN outcome.state IN ('delivered', 'skipped') THEN '{}'::jsonb ELSE details END
      FROM outcome
      WHERE deliveries.id = outcome.id AND deliveries.attempts = outcome.attempt
        AND deliveries.state IN ('sending', 'pending')
      RETURNING deliveries.id
    ), kept AS (
      INSERT INTO attempts (delivery_id, attempt, provider, outcome, reason)
      SELECT id, attempt, provider, state, reason FROM outcome JOIN recorded USING (id)
      WHERE state = 'pending' AND counts
      ON CONFLICT DO NOTHING
    )
    SELECT id FROM recorded
    """
).bindparams(
    sa.bindparam("ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))),
    sa.bindparam("attempts", type_=pg.ARRAY(sa.Integer)),
    sa.bindparam("states", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("reasons", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("delays", type_=pg.ARRAY(sa.Float)),
    sa.bindparam("refs", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("stays", type_=pg.ARRAY(sa.Boolean)),
    sa.bindparam("providers", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("words", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("counts", type_=pg.ARRAY(sa.Boolean)),
)
"""`pending` too: the lease may have run out while the provider was answering. An attempt that was not the
last goes into `attempts`. What does not count gives its attempt back.
"""

_SWEEP = sa.text(
    """
    WITH lost AS (
      UPDATE deliveries SET leased_until = NULL, due_at = now(),
        state = CASE WHEN attempts < :most THEN 'pending' ELSE 'failed' END,
        reason = CASE WHEN attempts < :most THEN 'sender lost' ELSE 'sender lost, given up' END,
        finished_at = CASE WHEN attempts < :most THEN NULL ELSE now() END
      WHERE id = ANY(ARRAY(
        SELECT id FROM deliveries WHERE state = 'sending' AND leased_until < now()
        LIMIT 500 FOR UPDATE SKIP LOCKED
      ))
      RETURNING id, report_id, recipient, channel, template, state, reason, attempts, provider
    ), kept AS (
      INSERT INTO attempts (delivery_id, attempt, provider, outcome, reason)
      SELECT id, attempts, provider, state, reason FROM lost WHERE state = 'pending'
      ON CONFLICT DO NOTHING
    )
    SELECT id, report_id, recipient, channel, template, state, reason FROM lost
    """
).bindparams(sa.bindparam("most", type_=sa.Integer))
"""Index deliveries_leased. The provider stays: it may have the message, and knows its key."""

_UNCONFIRMED = sa.text(
    """
    UPDATE deliveries SET state = 'delivered', reason = 'accepted, never confirmed', finished_at = now(),
      details = '{}'
    WHERE id = ANY(ARRAY(
      SELECT id FROM deliveries WHERE state = 'sent' AND sent_at < now() - make_interval(secs => :patience)
      ORDER BY sent_at LIMIT 500 FOR UPDATE SKIP LOCKED
    ))
    RETURNING id, report_id, recipient, channel, template, state, reason
    """
).bindparams(sa.bindparam("patience", type_=sa.Float))
"""Index deliveries_unconfirmed."""

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
    WHERE state IN ('waiting_contact', 'waiting_hours', 'waiting_digest', 'pending', 'sending', 'sent')
    GROUP BY state
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
    lane: str
    provider: str
    resends: int
    waited: bool
    """It was to be sent later than at once: until an office opened, or quiet hours ended."""
    tracking_id: str
    """Empty for an answer to somebody who asked of no report."""
    anonymous: bool
    secret: bool
    sealed: str | None
    language: str | None
    desk_email: str | None
    coordinator_email: str | None
    agency_name: str | None

    @property
    def age(self) -> float:
        """Seconds since it was planned."""
        return (datetime.now(UTC) - self.created_at).total_seconds()

    @property
    def key(self) -> UUID:
        """The provider's idempotency key: the same for every try, and a new one once it was sent anew."""
        return uuid5(self.id, f"resend-{self.resends}") if self.resends else self.id


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt. `delay` (seconds) and `stays` (with its provider) matter while pending."""

    delivery: Claimed
    state: DeliveryState
    reason: str | None = None
    delay: float = 0.0
    ref: str | None = None
    stays: bool = False
    words: str | None = None
    """Language and version of the words that were handed over."""
    counts: bool = True
    """Whether it was a try at all."""


@dataclass(frozen=True)
class Claim:
    """What a sender asks for: due deliveries of its lane, for one provider, leased for so many seconds.

    A delivery that must stay with another of the channel's `providers` comes along for that one.
    """

    channel: str
    lane: Lane
    provider: str
    providers: Sequence[str]
    limit: int
    lease_seconds: float


async def anything_due(tx: Transaction, channel: str, lane: Lane) -> bool:
    """Whether a claim would find something: the one cheap statement of a sender that has nothing to do."""
    return bool((await tx.execute(_DUE, {"channel": channel, "lane": lane.value})).scalar_one())


async def claim(tx: Transaction, wanted: Claim) -> list[Claimed]:
    """Longest due first, for this process until the lease ends."""
    rows = await tx.execute(
        _CLAIM,
        {
            "channel": wanted.channel,
            "lane": wanted.lane.value,
            "provider": wanted.provider,
            "providers": list(wanted.providers),
            "limit": wanted.limit,
            "lease": wanted.lease_seconds,
        },
    )
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
            "refs": [outcome.ref for outcome in outcomes],
            "stays": [outcome.stays for outcome in outcomes],
            "providers": [outcome.delivery.provider for outcome in outcomes],
            "words": [outcome.words for outcome in outcomes],
            "counts": [outcome.counts for outcome in outcomes],
        },
    )
    return set(rows.scalars())


async def sweep(tx: Transaction, most_attempts: int) -> Sequence[Any]:
    """Take back what a lost sender held: due again with the same key, or failed after too many attempts."""
    return (await tx.execute(_SWEEP, {"most": most_attempts})).all()


async def give_up_waiting(tx: Transaction, patience_seconds: float) -> Sequence[Any]:
    """End what was accepted so long ago that no receipt will come; returns it."""
    return (await tx.execute(_UNCONFIRMED, {"patience": patience_seconds})).all()


async def wake(tx: Transaction) -> int:
    """Make due what waited for an office that is open by now, in the injected time; returns how much."""
    return len((await tx.execute(_WAKE, {"now": tx.now})).all())


async def open_counts(tx: Transaction) -> dict[str, int]:
    """How many deliveries are in each state that is not final (the six partial indexes)."""
    return {row.state: row.number for row in await tx.execute(_OPEN)}
