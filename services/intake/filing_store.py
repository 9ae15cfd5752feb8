"""New reports in PostgreSQL: any number of them in one statement, each with its caller's key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.domain.report import Report
from services.intake.identity.policy import retention
from shared.db.database import Transaction

_UUID, _TIME, _JSON = pg.UUID(as_uuid=True), sa.DateTime(timezone=True), pg.JSONB(none_as_null=True)
_REPORT: Mapping[str, Any] = {
    "report_id": _UUID,
    **dict.fromkeys(("tracking_id", "access_hash", "reporter_token", "channel", "title", "text"), sa.Text()),
    **dict.fromkeys(("category", "classification", "agency_hint"), sa.Text()),
    "event_date": sa.Date(),
    **dict.fromkeys(("place", "answers"), _JSON),
    **dict.fromkeys(("anonymous", "secret_as_filed", "secret"), sa.Boolean()),
    **dict.fromkeys(("filed_at", "deadline"), _TIME),
}
_BESIDE: Mapping[str, Any] = {
    **dict.fromkeys(("sealed_identity", "key", "fingerprint", "response"), sa.Text()),
    "check_at": _TIME,
}
_COLUMNS = {**_REPORT, **_BESIDE}
_INSERT = sa.text(
    f"""
    WITH given AS (
      SELECT * FROM unnest({", ".join(f":{name}" for name in _COLUMNS)}) AS t ({", ".join(_COLUMNS)})
    ), claimed AS (
      INSERT INTO idempotency_keys (key, fingerprint, response)
      SELECT key, fingerprint, response FROM given WHERE key IS NOT NULL ORDER BY key
      ON CONFLICT (key) DO NOTHING RETURNING key
    ), filed AS (
      INSERT INTO reports ({", ".join(_REPORT)})
      SELECT {", ".join(_REPORT)} FROM given WHERE key IS NULL OR key IN (SELECT key FROM claimed)
      RETURNING report_id
    ), kept AS (
      INSERT INTO identities (report_id, sealed, check_at)
      SELECT report_id, sealed_identity, check_at FROM given JOIN filed USING (report_id)
      WHERE sealed_identity IS NOT NULL
    )
    SELECT report_id FROM filed
    """  # noqa: S608 - names of our own columns
).bindparams(
    # One dimension: the answers of one report are themselves a list.
    *(sa.bindparam(name, type_=pg.ARRAY(kind, dimensions=1)) for name, kind in _COLUMNS.items())
)
"""Whoever comes second with a key waits for the first to commit, and then files nothing. Keys are taken in
order, so that two groups never wait for each other.
"""
_CLAIMED = sa.text("SELECT fingerprint, response FROM idempotency_keys WHERE key = :key")
_FORGET_KEYS = sa.text("DELETE FROM idempotency_keys WHERE created_at < now() - interval '7 days'")


@dataclass(frozen=True)
class IdempotencyClaim:
    """A caller's key and request as keyed digests, and the sealed answer to give whoever repeats them."""

    key: str
    fingerprint: str
    response: str


@dataclass(frozen=True, repr=False)
class Prepared:
    """A report that only needs to be written down. `access_code` exists here and nowhere else."""

    report: Report
    access_code: str | None
    access_hash: str | None
    sealed_contact: str | None
    """For notify alone, which keeps it; nothing of it stays here."""
    sealed_identity: str | None
    """For a reveal by two officers alone."""
    language: str
    receipt: str
    reporter_token: str | None = None
    """For limits over a reporter's reports; none of those who want to stay unnamed."""


@dataclass(frozen=True, repr=False)
class Submission:
    """A prepared report, the key it came with, and the trace it belongs to."""

    prepared: Prepared
    claim: IdempotencyClaim | None = None
    traceparent: str | None = None


async def insert_reports(tx: Transaction, submissions: Sequence[Submission]) -> set[UUID]:
    """Write reports down, no two with the same key; returns those whose keys were not used before."""
    rows = [_row(one.prepared, one.claim) for one in submissions]
    columns = {name: [row[name] for row in rows] for name in _COLUMNS}
    return set((await tx.execute(_INSERT, columns)).scalars())


async def claimed(tx: Transaction, key: str) -> tuple[str, str] | None:
    """Fingerprint and sealed answer of a key that was used before."""
    row = (await tx.execute(_CLAIMED, {"key": key})).first()
    return (row.fingerprint, row.response) if row else None


async def forget_idempotency_keys(tx: Transaction) -> None:
    """After a week nobody repeats a request (index idempotency_keys_by_age)."""
    await tx.execute(_FORGET_KEYS)


def _row(prepared: Prepared, claim: IdempotencyClaim | None) -> dict[str, Any]:
    report, filing = prepared.report, prepared.report.filing
    return {
        "report_id": report.report_id,
        "tracking_id": report.tracking_id,
        "access_hash": prepared.access_hash,
        "reporter_token": prepared.reporter_token,
        "sealed_identity": prepared.sealed_identity,
        "check_at": report.filed_at + retention().shortest,
        "key": claim and claim.key,
        "fingerprint": claim and claim.fingerprint,
        "response": claim and claim.response,
        "channel": filing.channel.value,
        "title": filing.title,
        "text": filing.text,
        "category": filing.category,
        "classification": filing.classification and filing.classification.value,
        "event_date": filing.event_date,
        "place": filing.place.model_dump(exclude_none=True),
        "answers": [answer.model_dump() for answer in filing.answers] or None,
        "agency_hint": filing.agency_hint,
        "anonymous": filing.anonymous,
        "secret_as_filed": filing.secret,
        "secret": report.secret,
        "filed_at": report.filed_at,
        "deadline": report.deadline,
    }
