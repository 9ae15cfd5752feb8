"""Endpoints and the legs sent to them in PostgreSQL. Times are the database's own; a claim is a lease."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.contracts import DispositionCreated, DispositionFact
from shared.contracts.codec import encode
from shared.db.database import Transaction

_TAKING = sa.text("SELECT agency FROM open311_endpoints WHERE agency = ANY(:agencies)").bindparams(
    sa.bindparam("agencies", type_=pg.ARRAY(sa.Text))
)
_ENQUEUE = sa.text(
    """
    INSERT INTO open311_requests (leg_id, agency, body) SELECT * FROM unnest(:leg_id, :agency, :body)
    ON CONFLICT (leg_id) DO NOTHING
    """
).bindparams(
    sa.bindparam("leg_id", type_=pg.ARRAY(pg.UUID(as_uuid=True))),
    sa.bindparam("agency", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("body", type_=pg.ARRAY(sa.LargeBinary)),
)
_CLAIM = sa.text(
    """
    WITH due AS (
      SELECT due.leg_id, e.url, e.jurisdiction_id, e.service_code, e.api_key, e.endpoint_id
      FROM open311_endpoints e
      LEFT JOIN unnest(:busy, :numbers) AS busy (agency, number) ON busy.agency = e.agency
      CROSS JOIN LATERAL (
        SELECT r.leg_id FROM open311_requests r
        WHERE r.agency = e.agency AND r.state IN ('unsent', 'open') AND r.due_at <= now()
        ORDER BY r.due_at LIMIT greatest(:concurrency - coalesce(busy.number, 0), 0)
        FOR UPDATE OF r SKIP LOCKED
      ) AS due
    )
    UPDATE open311_requests r SET attempts = attempts + 1, due_at = now() + make_interval(secs => :lease)
    FROM due WHERE r.leg_id = due.leg_id
    RETURNING r.leg_id, r.agency, r.body, r.state, r.token, r.service_request_id, r.notes, r.attempts,
      coalesce(extract(epoch FROM now() - r.failing_since), 0) AS failing_for,
      due.url, due.jurisdiction_id, due.service_code, due.api_key, due.endpoint_id
    """
).bindparams(
    sa.bindparam("busy", type_=pg.ARRAY(sa.Text)),
    sa.bindparam("numbers", type_=pg.ARRAY(sa.Integer)),
    sa.bindparam("lease", type_=sa.Float),
    sa.bindparam("concurrency", type_=sa.Integer),
)
"""Index open311_due."""

_WENT = sa.text(
    """
    UPDATE open311_requests SET state = :state, token = :token, service_request_id = :service_request_id,
      notes = :notes, attempts = 0, failing_since = NULL, error = :error,
      due_at = now() + make_interval(secs => :pause)
    WHERE leg_id = :leg_id
    """
).bindparams(sa.bindparam("pause", type_=sa.Float))
_FAILED = sa.text(
    """
    UPDATE open311_requests SET error = :error, failing_since = coalesce(failing_since, now()),
      due_at = now() + make_interval(secs => :pause),
      state = CASE WHEN :gives_up THEN 'failed' ELSE state END
    WHERE leg_id = :leg_id
    """
).bindparams(sa.bindparam("pause", type_=sa.Float), sa.bindparam("gives_up", type_=sa.Boolean))
_PUT = sa.text(
    """
    INSERT INTO open311_endpoints (agency, endpoint_id, url, jurisdiction_id, service_code, api_key,
      created_by)
    VALUES (:agency, :endpoint_id, :url, :jurisdiction_id, :service_code, :api_key, :created_by)
    ON CONFLICT (agency) DO UPDATE SET endpoint_id = :endpoint_id, url = :url,
      jurisdiction_id = :jurisdiction_id, service_code = :service_code, api_key = :api_key,
      created_by = :created_by, created_at = now()
    """
)
_REVIVE = sa.text(
    """
    UPDATE open311_requests SET attempts = 0, failing_since = NULL, due_at = now(),
      state = CASE WHEN service_request_id IS NULL THEN 'unsent' ELSE 'open' END
    WHERE agency = :agency AND state = 'failed'
    """
)
_GET = sa.text(
    """
    SELECT agency, url, jurisdiction_id, service_code, api_key IS NOT NULL AS has_key, created_by, created_at
    FROM open311_endpoints WHERE agency = :agency
    """
)
_REMOVE = sa.text("DELETE FROM open311_endpoints WHERE agency = :agency")
_LIST = sa.text(
    """
    SELECT leg_id, state, service_request_id, error, attempts, created_at FROM open311_requests
    WHERE agency = :agency ORDER BY created_at DESC LIMIT :limit
    """
)


@dataclass(frozen=True, repr=False)
class Claimed:
    """A request in this process's hands until its lease ends. Holds a closed key and shows nothing."""

    leg_id: UUID
    agency: str
    body: bytes
    state: str
    token: str | None
    service_request_id: str | None
    notes: str | None
    attempts: int
    failing_for: float
    """Seconds; 0 while all is well."""
    url: str
    jurisdiction_id: str | None
    service_code: str
    api_key: bytes | None
    endpoint_id: UUID


async def enqueue(tx: Transaction, facts: Sequence[tuple[UUID, DispositionFact]]) -> None:
    """Have new legs sent to their agency's endpoint, if it has one and this transaction commits."""
    created = [fact for _, fact in facts if isinstance(fact, DispositionCreated)]
    if not created:
        return
    agencies = sorted({fact.agency for fact in created})
    taking = set((await tx.execute(_TAKING, {"agencies": agencies})).scalars())
    rows = [
        {"leg_id": fact.leg_id, "agency": fact.agency, "body": encode(fact)}
        for fact in created
        if fact.agency in taking
    ]
    if rows:
        await tx.execute(_ENQUEUE, {name: [row[name] for row in rows] for name in rows[0]})


async def claim(tx: Transaction, busy: Mapping[str, int], *, concurrency: int, lease: float) -> list[Claimed]:
    """What is due to be sent or asked about, a few for each endpoint."""
    values = {
        "busy": list(busy),
        "numbers": list(busy.values()),
        "concurrency": concurrency,
        "lease": lease,
    }
    rows = (await tx.execute(_CLAIM, values)).mappings()
    return [Claimed(**{**row, "failing_for": float(row["failing_for"])}) for row in rows]


async def went(tx: Transaction, claimed: Claimed, **now: Any) -> None:
    """A call went well: `state`, `pause` (seconds until the next), and what has changed."""
    kept = {
        "token": claimed.token,
        "service_request_id": claimed.service_request_id,
        "notes": claimed.notes,
        "error": None,
    }
    await tx.execute(_WENT, {"leg_id": claimed.leg_id, **kept, **now})


async def failed(tx: Transaction, claimed: Claimed, error: str, pause: float, *, gives_up: bool) -> None:
    """`pause` is in seconds until the next try; `gives_up` leaves it until the endpoint is set anew."""
    values = {"leg_id": claimed.leg_id, "error": error, "pause": pause, "gives_up": gives_up}
    await tx.execute(_FAILED, values)


async def put_endpoint(tx: Transaction, **row: Any) -> None:
    """Set an agency's endpoint; what had failed before is tried again."""
    await tx.execute(_PUT, row)
    await tx.execute(_REVIVE, {"agency": row["agency"]})


async def endpoint(tx: Transaction, agency: str) -> Any | None:
    """The agency's endpoint, or None."""
    return (await tx.execute(_GET, {"agency": agency})).one_or_none()


async def remove_endpoint(tx: Transaction, agency: str) -> bool:
    """Whether there was one."""
    return bool((await tx.execute(_REMOVE, {"agency": agency})).rowcount)


async def requests(tx: Transaction, agency: str, limit: int) -> Sequence[Any]:
    """Newest first."""
    return (await tx.execute(_LIST, {"agency": agency, "limit": limit})).all()
