"""Keeps a reporter's file: stream it to the object store, then write it down and say so in one transaction.

A file that is refused, or whose transaction fails, leaves nothing behind.
"""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.intake import timeline
from services.intake.domain.moments import moment_of
from services.intake.domain.view import Tracked
from services.intake.domain.words import OPEN
from shared.contracts import CaseStatus, EvidenceCleared, EvidenceRef
from shared.db.database import Database, Transaction
from shared.storage.port import ObjectStore, StoredObject, new_object_key
from shared.telemetry.logs import log

_LOCK = sa.text("SELECT 1 FROM reports WHERE report_id = :report_id FOR NO KEY UPDATE")
"""Uploads to one report wait for each other here, so that their number cannot be exceeded together."""
_KNOWN = sa.text(
    """
    SELECT evidence_id, object_key, content_type, size, sha256 FROM evidence WHERE report_id = :report_id
    """
).columns(evidence_id=pg.UUID(as_uuid=True))
_INSERT = sa.text(
    """
    INSERT INTO evidence (evidence_id, report_id, object_key, content_type, size, sha256, uploaded_at)
    VALUES (:evidence_id, :report_id, :object_key, :content_type, :size, :sha256, :uploaded_at)
    """
)


class TooManyFiles(Exception):
    """The report has as many files as it may have."""


class CaseEnded(Exception):
    """Nothing can be added to a case with this status."""

    def __init__(self, status: CaseStatus) -> None:
        super().__init__(f"no evidence while {status}")
        self.status = status


@dataclass(frozen=True)
class Kept:
    """A file that is in the store. `repeated`: the report already had just these bytes."""

    evidence: EvidenceRef
    repeated: bool


class EvidenceDesk:
    """The limits of one deployment and where its files go."""

    def __init__(self, database: Database, objects: ObjectStore, *, max_bytes: int, max_files: int) -> None:
        self._database, self._objects = database, objects
        self.max_bytes, self.max_files = max_bytes, max_files

    async def keep(self, tracked: Tracked, chunks: AsyncIterable[bytes], content_type: str | None) -> Kept:
        """Raises `CaseEnded`, `TooManyFiles`, and what `ObjectStore.put_stream` raises.

        No transaction is open while a slow sender streams.
        """
        if tracked.progress.status not in OPEN:
            raise CaseEnded(tracked.progress.status)
        if len(tracked.evidence) >= self.max_files:
            raise TooManyFiles
        report_id = tracked.report.report_id
        stored = await self._objects.put_stream(
            new_object_key(), chunks, content_type=content_type, max_bytes=self.max_bytes
        )
        kept: Kept | None = None
        try:
            async with self._database.transaction() as tx:
                kept = await self._write_down(tx, report_id, stored)
        except BaseException:
            await asyncio.shield(self._discard_unwritten(report_id, stored.key))
            raise
        if kept.repeated:
            await self._discard(stored.key)
        return kept

    async def _write_down(self, tx: Transaction, report_id: UUID, stored: StoredObject) -> Kept:
        await tx.execute(_LOCK, {"report_id": report_id})
        known = (await tx.execute(_KNOWN, {"report_id": report_id})).mappings().all()
        for row in known:
            if row["sha256"] == stored.sha256:
                return Kept(EvidenceRef.model_validate(dict(row)), repeated=True)
        if len(known) >= self.max_files:
            raise TooManyFiles
        evidence = EvidenceRef(
            evidence_id=uuid7(),
            object_key=stored.key,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
        )
        await tx.execute(_INSERT, {**evidence.model_dump(), "report_id": report_id, "uploaded_at": tx.now})
        fact = EvidenceCleared(report_id=report_id, occurred_at=tx.now, evidence=evidence)
        await timeline.remember(tx, [(report_id, moment_of(tx.say(fact), fact))])
        return Kept(evidence, repeated=False)

    async def _discard_unwritten(self, report_id: UUID, key: str) -> None:
        """A commit that was cut off may have succeeded: better an object too many than one lost."""
        try:
            async with self._database.reading() as tx:
                rows = (await tx.execute(_KNOWN, {"report_id": report_id})).all()
        except Exception as error:
            log.warning("object_left_behind", object_key=key, error_type=type(error).__name__)
            return
        if all(row.object_key != key for row in rows):
            await self._discard(key)

    async def _discard(self, key: str) -> None:
        try:
            await self._objects.delete(key)
        except Exception as error:
            log.warning("object_left_behind", object_key=key, error_type=type(error).__name__)
