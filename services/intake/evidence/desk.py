"""Receives a reporter's file: stream it into quarantine, then write it down. It is nobody's to see yet.

A file that is refused, or whose transaction fails, leaves nothing behind.
"""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake import store as reports
from services.intake.domain.evidence import EvidenceFile, EvidenceLimits, EvidenceState
from services.intake.domain.view import Tracked
from services.intake.domain.words import OPEN
from services.intake.evidence import store, uploads_store
from services.intake.evidence.buckets import Buckets
from services.intake.evidence.refusals import CaseEnded, TooManyBytes, TooManyFiles, TooMuchToday
from shared.db.database import Database, Transaction
from shared.storage.port import StoredObject, new_object_key
from shared.telemetry.logs import log

_NO_UPLOAD = UUID(int=0)
_REFUSED = 3
"""Times the files of a report: refused files take no room, but nobody may send them without end."""


@dataclass(frozen=True)
class Kept:
    """A file that is written down. `repeated`: the report already had just these bytes."""

    evidence: EvidenceFile
    repeated: bool


class EvidenceDesk:
    """The limits of one deployment and where its files go."""

    def __init__(self, database: Database, buckets: Buckets, limits: EvidenceLimits) -> None:
        self.database, self.buckets, self.limits = database, buckets, limits
        self.arrived = asyncio.Event()
        """Set when this process has written a file down: its worker need not wait for its next look."""

    async def ingest(
        self, chunks: AsyncIterable[bytes], report_id: UUID, content_type: str | None = None
    ) -> Kept:
        """Keep a file that came by a channel, which knows its report. Raises as `keep`."""
        async with self.database.reading() as tx:
            tracked = await reports.track(tx, report_id)
        return await self.keep(tracked, chunks, content_type)

    async def keep(self, tracked: Tracked, chunks: AsyncIterable[bytes], content_type: str | None) -> Kept:
        """Raises `RefusedEvidence`, and what `ObjectStore.put_stream` raises.

        No transaction is open while a slow sender streams. `content_type` is what the sender claims.
        """
        self.check_open(tracked)
        report_id, key, in_parts = tracked.report.report_id, new_object_key(), False

        async def begun(s3_upload_id: str) -> None:
            nonlocal in_parts
            in_parts = True
            async with self.database.transaction() as tx:
                await uploads_store.note_parts(tx, uuid7(), report_id, key, s3_upload_id)

        stored = await self.buckets.quarantine.put_stream(
            key, chunks, content_type=content_type, max_bytes=self.limits.of, begun=begun
        )
        kept: Kept | None = None
        try:
            async with self.database.transaction() as tx:
                kept = await self._write_down(tx, report_id, stored)
                if in_parts:
                    await uploads_store.forget_plain(tx, key)
        except BaseException:
            await asyncio.shield(self._discard_unwritten(report_id, stored.key))
            raise
        if kept.repeated:
            await self.discard(stored.key)
        self.arrived.set()
        return kept

    def check_open(self, tracked: Tracked) -> None:
        """What is clear before a byte has come. Raises `CaseEnded`, `TooManyFiles`."""
        if tracked.progress.status not in OPEN:
            raise CaseEnded(tracked.progress.status)
        taken = sum(file.state is not EvidenceState.REJECTED for file in tracked.evidence)
        if taken >= self.limits.report_files:
            raise TooManyFiles

    async def check_room(
        self, tx: Transaction, report_id: UUID, size: int, *, but: UUID = _NO_UPLOAD
    ) -> store.Held:
        """Hold the report, and see whether `size` more bytes fit. Raises `RefusedEvidence`."""
        held = await self._held(tx, report_id, but)
        self._fits(held, size)
        return held

    async def write_down(
        self, tx: Transaction, report_id: UUID, *, key: str, content_type: str, size: int, sha256: str | None
    ) -> EvidenceFile:
        """A file that lies whole in quarantine under `key`. Every other name it will have is fixed here, so
        that a check that is repeated leaves no second copy.
        """
        file = EvidenceFile(
            evidence_id=uuid7(),
            state=EvidenceState.PENDING,
            content_type=content_type,
            size=size,
            sha256=sha256,
            uploaded_at=tx.now,
            object_key=new_object_key(),
            original_key=new_object_key(),
            quarantine_key=key,
        )
        await store.insert(tx, report_id, file)
        return file

    async def _write_down(self, tx: Transaction, report_id: UUID, stored: StoredObject) -> Kept:
        held = await self._held(tx, report_id, _NO_UPLOAD)
        for file in held.files:
            if file.sha256 == stored.sha256:
                return Kept(file, repeated=True)
        self._fits(held, stored.size)
        file = await self.write_down(
            tx,
            report_id,
            key=stored.key,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
        )
        return Kept(file, repeated=False)

    async def _held(self, tx: Transaction, report_id: UUID, but: UUID) -> store.Held:
        return await store.held(tx, report_id, await store.lock(tx, report_id), but)

    def _fits(self, held: store.Held, size: int) -> None:
        limits = self.limits
        taken = [file for file in held.files if file.state is not EvidenceState.REJECTED]
        rejected = len(held.files) - len(taken)
        if len(taken) + held.coming >= limits.report_files or rejected > limits.report_files * _REFUSED:
            raise TooManyFiles
        if sum(file.size for file in taken) + held.coming_bytes + size > limits.report_bytes:
            raise TooManyBytes
        if held.reporter_files >= limits.reporter_files or held.reporter_bytes + size > limits.reporter_bytes:
            raise TooMuchToday

    async def _discard_unwritten(self, report_id: UUID, key: str) -> None:
        """A commit that was cut off may have succeeded: better an object too many than one lost."""
        try:
            async with self.database.reading() as tx:
                kept = await store.is_kept(tx, report_id, key)
        except Exception as error:
            log.warning("object_left_behind", object_key=key, error_type=type(error).__name__)
            return
        if not kept:
            await self.discard(key)

    async def discard(self, key: str) -> None:
        """Forget an object in quarantine; one that cannot be forgotten now is swept later."""
        try:
            await self.buckets.quarantine.delete(key)
        except Exception as error:
            log.warning("object_left_behind", object_key=key, error_type=type(error).__name__)
