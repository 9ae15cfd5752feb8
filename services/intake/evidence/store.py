"""Evidence in PostgreSQL: what a report has, and what waits to be checked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql as pg

from services.intake.domain.evidence import EvidenceFile, ForLeg
from shared.db.database import Transaction
from shared.storage.port import StoredObject

FILES = TypeAdapter(tuple[EvidenceFile, ...])
_FILE = TypeAdapter(EvidenceFile)
_UUID = pg.UUID(as_uuid=True)
DAY = timedelta(days=1)

_LOCK = sa.text("SELECT reporter_token FROM reports WHERE report_id = :report_id FOR NO KEY UPDATE")
"""Uploads to one report wait for each other here, so that its limits cannot be exceeded together."""
_HELD = (
    sa.text(
        """
    SELECT
      (SELECT jsonb_agg(to_jsonb(e)) FROM evidence e WHERE e.report_id = :report_id) AS files,
      (SELECT count(*) FROM evidence_uploads u WHERE u.report_id = :report_id AND u.resumable
         AND u.leg_id IS NOT DISTINCT FROM :leg_id AND u.evidence_id IS NULL
         AND u.upload_id <> :but) AS coming,
      (SELECT coalesce(sum(length), 0) FROM evidence_uploads u WHERE u.report_id = :report_id AND u.resumable
         AND u.leg_id IS NOT DISTINCT FROM :leg_id AND u.evidence_id IS NULL
         AND u.upload_id <> :but)::bigint AS coming_bytes,
      mine.files AS reporter_files, mine.bytes AS reporter_bytes
    FROM (
      SELECT count(*) AS files, coalesce(sum(e.size), 0)::bigint AS bytes
      FROM reports r JOIN evidence e ON e.report_id = r.report_id
      WHERE r.reporter_token = :token AND e.uploaded_at > :since AND e.leg_id IS NULL
    ) mine
    """
    )
    .bindparams(sa.bindparam("leg_id", type_=_UUID))
    .columns(files=pg.JSONB)
)
"""evidence_once_per_report, evidence_uploads_by_report, reports_by_reporter."""
_INSERT = sa.text(
    """
    INSERT INTO evidence (evidence_id, report_id, object_key, original_key, quarantine_key, content_type,
      size, sha256, uploaded_at, leg_id, agency, check_at, state)
    VALUES (:evidence_id, :report_id, :object_key, :original_key, :quarantine_key, :content_type,
      :size, :sha256, :uploaded_at, :leg_id, :agency, :check_at, 'pending')
    """
).bindparams(sa.bindparam("leg_id", type_=_UUID), sa.bindparam("check_at", type_=sa.DateTime(timezone=True)))
_OF_REPORT = sa.text("SELECT object_key, quarantine_key FROM evidence WHERE report_id = :report_id")
_ONE = sa.text(
    "SELECT to_jsonb(e) AS file FROM evidence e WHERE evidence_id = :id AND report_id = :report_id"
).columns(file=pg.JSONB)
"""Primary key."""

_CLAIM = sa.text(
    """
    UPDATE evidence SET claim = :claim, attempts = attempts + 1, due_at = now() + CAST(:lease AS interval)
    WHERE evidence_id = (
      SELECT evidence_id FROM evidence WHERE state = 'pending' AND due_at <= now()
      ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING evidence_id, report_id, object_key, original_key, quarantine_key, content_type, size, sha256,
      attempts, leg_id, agency
    """
).columns(evidence_id=_UUID, report_id=_UUID, leg_id=_UUID)
"""Index evidence_due. Real time: it guards against processes that die, which do so in the machine's time."""
_HOLD = sa.text(
    "UPDATE evidence SET due_at = now() + CAST(:lease AS interval) "
    "WHERE evidence_id = :id AND claim = :claim RETURNING report_id"
)
_PUT_OFF = sa.text(
    """
    UPDATE evidence SET claim = NULL, attempts = attempts - 1, due_at = now() + CAST(:pause AS interval)
    WHERE evidence_id = :id AND claim = :claim
    """
)
_CLEAR = sa.text(
    """
    UPDATE evidence SET state = 'cleared', claim = NULL, sha256 = :sha256, content_type = :content_type,
      clean_type = :clean_type, clean_size = :clean_size, clean_sha256 = :clean_sha256,
      preview_key = :preview_key, sealed_capture = :sealed_capture, settled_at = :at
    WHERE evidence_id = :id AND claim = :claim AND state = 'pending' RETURNING report_id
    """
).columns(report_id=_UUID)
_REJECT = sa.text(
    """
    UPDATE evidence SET state = 'rejected', claim = NULL, reason = :reason, original_key = NULL,
      sha256 = coalesce(sha256, CASE WHEN NOT EXISTS (
        SELECT FROM evidence o WHERE o.report_id = evidence.report_id AND o.sha256 = :sha256
      ) THEN :sha256 END), settled_at = :at
    WHERE evidence_id = :id AND claim = :claim AND state = 'pending' RETURNING report_id
    """
).columns(report_id=_UUID)
"""A hash that the report has already stays out: evidence_once_per_report."""


@dataclass(frozen=True)
class Held:
    """What counts against the limits of a report, of a leg of it, and of its reporter."""

    files: tuple[EvidenceFile, ...]
    """All of the report's, whoever sent them."""
    coming: int
    """Announced for the same leg, or by the reporter; bytes likewise."""
    coming_bytes: int
    reporter_files: int
    reporter_bytes: int


@dataclass(frozen=True)
class Claimed:
    """A file that one worker checks; `claim` proves that it still may say what came of it."""

    claim: UUID
    evidence_id: UUID
    report_id: UUID
    object_key: str
    original_key: str
    quarantine_key: str
    content_type: str
    size: int
    sha256: str | None
    attempts: int
    leg_id: UUID | None = None
    agency: str | None = None


async def lock(tx: Transaction, report_id: UUID) -> str | None:
    """Hold a report until the transaction ends; returns the token of its reporter, if there is one."""
    token: str | None = (await tx.execute(_LOCK, {"report_id": report_id})).scalar_one()
    return token


async def held(tx: Transaction, report_id: UUID, token: str | None, leg: ForLeg | None, but: UUID) -> Held:
    """`but` is an upload that is not counted: the one that asks."""
    wanted = {
        "report_id": report_id, "token": token, "since": tx.now - DAY, "but": but,
        "leg_id": leg.leg_id if leg else None,
    }  # fmt: skip
    row = (await tx.execute(_HELD, wanted)).one()
    return Held(
        FILES.validate_python(row.files or ()),
        row.coming,
        row.coming_bytes,
        row.reporter_files,
        row.reporter_bytes,
    )


async def insert(tx: Transaction, report_id: UUID, file: EvidenceFile, check_at: datetime | None) -> None:
    """Write a received file down; from here on the worker sees it. `check_at` is when to look whether an
    agency's is named by then.
    """
    row: dict[str, Any] = {
        name: getattr(file, name)
        for name in (
            "evidence_id", "object_key", "original_key", "quarantine_key", "content_type", "size", "sha256",
            "uploaded_at", "leg_id", "agency",
        )
    }  # fmt: skip
    await tx.execute(_INSERT, {**row, "report_id": report_id, "check_at": check_at})


async def is_kept(tx: Transaction, report_id: UUID, quarantine_key: str) -> bool:
    """Whether a transaction that was cut off wrote this object down after all."""
    rows = (await tx.execute(_OF_REPORT, {"report_id": report_id})).all()
    return any(row.quarantine_key == quarantine_key for row in rows)


async def one(tx: Transaction, report_id: UUID, evidence_id: UUID) -> EvidenceFile:
    """A file that is written down."""
    row = (await tx.execute(_ONE, {"id": evidence_id, "report_id": report_id})).one()
    return _FILE.validate_python(row.file)


async def claim(tx: Transaction, claim_id: UUID, lease: timedelta) -> Claimed | None:
    """The file that has waited longest, for this worker alone as long as the lease lasts."""
    row = (await tx.execute(_CLAIM, {"claim": claim_id, "lease": lease})).first()
    return Claimed(claim=claim_id, **row._mapping) if row else None


async def hold(tx: Transaction, claimed: Claimed, lease: timedelta) -> bool:
    """The check goes on; False if another worker has the file by now, or has settled it."""
    row = {"id": claimed.evidence_id, "claim": claimed.claim, "lease": lease}
    return (await tx.execute(_HOLD, row)).first() is not None


async def put_off(tx: Transaction, claimed: Claimed, pause: timedelta) -> None:
    """Not the file's fault: somebody tries again later."""
    await tx.execute(_PUT_OFF, {"id": claimed.evidence_id, "claim": claimed.claim, "pause": pause})


async def clear(
    tx: Transaction,
    claimed: Claimed,
    received: StoredObject,
    clean: StoredObject,
    *,
    preview_key: str | None,
    sealed_capture: str | None,
) -> bool:
    """False if another worker has settled it meanwhile."""
    row = {
        "id": claimed.evidence_id, "claim": claimed.claim, "sha256": received.sha256,
        "content_type": received.content_type, "clean_type": clean.content_type, "clean_size": clean.size,
        "clean_sha256": clean.sha256, "preview_key": preview_key, "sealed_capture": sealed_capture,
        "at": tx.now,
    }  # fmt: skip
    return (await tx.execute(_CLEAR, row)).first() is not None


async def reject(tx: Transaction, claimed: Claimed, reason: str, sha256: str | None, at: datetime) -> bool:
    """False if another worker has settled it meanwhile."""
    row = {"id": claimed.evidence_id, "claim": claimed.claim, "reason": reason, "sha256": sha256, "at": at}
    return (await tx.execute(_REJECT, row)).first() is not None
