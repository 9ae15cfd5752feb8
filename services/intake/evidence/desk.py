"""Receives a file: stream it into quarantine, then write it down. It is nobody's to see yet.

A file that is refused, or whose transaction fails, leaves nothing behind.
"""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake import store as reports
from services.intake.domain.evidence import EvidenceFile, EvidenceLimits, EvidenceState, ForLeg
from services.intake.domain.view import Tracked
from services.intake.domain.words import OPEN
from services.intake.evidence import store, uploads_store
from services.intake.evidence.buckets import Buckets
from services.intake.evidence.refusals import (
    CaseEnded,
    SentByOthers,
    TooManyBytes,
    TooManyFiles,
    TooMuchToday,
)
from services.intake.evidence.unnamed import first_look
from shared.db.database import Database, Transaction
from shared.storage.port import StoredObject, new_object_key
from shared.telemetry.logs import log

_NO_UPLOAD = UUID(int=0)
_LOOK_SECONDS = 0.2
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

    async def keep(
        self,
        tracked: Tracked,
        chunks: AsyncIterable[bytes],
        content_type: str | None,
        leg: ForLeg | None = None,
    ) -> Kept:
        """Raises `RefusedEvidence`, and what `ObjectStore.put_stream` raises.

        No transaction is open while a slow sender streams. `content_type` is what the sender claims; `leg`
        marks an agency's file as such.
        """
        self.check_open(tracked, leg)
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
                kept = await self._write_down(tx, report_id, stored, leg)
                if in_parts:
                    await uploads_store.forget_plain(tx, key)
        except BaseException:
            await asyncio.shield(self._discard_unwritten(report_id, stored.key))
            raise
        if kept.repeated:
            await self.discard(stored.key)
        self.arrived.set()
        return kept

    def check_open(self, tracked: Tracked, leg: ForLeg | None = None) -> None:
        """What is clear before a byte has come. Raises `CaseEnded`, `TooManyFiles`."""
        if tracked.progress.status not in OPEN:
            raise CaseEnded(tracked.progress.status)
        taken = sum(
            file.state is not EvidenceState.REJECTED for file in tracked.evidence if file.sent_for(leg)
        )
        if taken >= self.limits.report_files:
            raise TooManyFiles

    async def check_room(
        self,
        tx: Transaction,
        report_id: UUID,
        size: int,
        leg: ForLeg | None = None,
        *,
        but: UUID = _NO_UPLOAD,
    ) -> store.Held:
        """Hold the report, and see whether `size` more bytes fit. Raises `RefusedEvidence`."""
        held = await self._held(tx, report_id, leg, but)
        self._fits(held, size, leg)
        return held

    async def write_down(
        self,
        tx: Transaction,
        report_id: UUID,
        *,
        key: str,
        content_type: str,
        size: int,
        sha256: str | None,
        leg: ForLeg | None = None,
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
            leg_id=leg.leg_id if leg else None,
            agency=leg.agency if leg else None,
        )
        await store.insert(tx, report_id, file, first_look(tx.now) if leg else None)
        return file

    async def settled(self, report_id: UUID, evidence_id: UUID, patience: float) -> EvidenceFile:
        """The file once it was checked, or as it stands after `patience` seconds."""
        end = asyncio.get_running_loop().time() + patience
        while True:
            async with self.database.reading() as tx:
                file = await store.one(tx, report_id, evidence_id)
            if file.state is not EvidenceState.PENDING or asyncio.get_running_loop().time() >= end:
                return file
            await asyncio.sleep(_LOOK_SECONDS)

    async def _write_down(
        self, tx: Transaction, report_id: UUID, stored: StoredObject, leg: ForLeg | None
    ) -> Kept:
        held = await self._held(tx, report_id, leg, _NO_UPLOAD)
        for file in held.files:
            if file.sha256 == stored.sha256:
                if not file.sent_for(leg):
                    raise SentByOthers
                return Kept(file, repeated=True)
        self._fits(held, stored.size, leg)
        file = await self.write_down(
            tx,
            report_id,
            key=stored.key,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
            leg=leg,
        )
        return Kept(file, repeated=False)

    async def _held(self, tx: Transaction, report_id: UUID, leg: ForLeg | None, but: UUID) -> store.Held:
        return await store.held(tx, report_id, await store.lock(tx, report_id), leg, but)

    def _fits(self, held: store.Held, size: int, leg: ForLeg | None) -> None:
        limits = self.limits
        sent = [file for file in held.files if file.sent_for(leg)]
        taken = [file for file in sent if file.state is not EvidenceState.REJECTED]
        rejected = len(sent) - len(taken)
        if len(taken) + held.coming >= limits.report_files or rejected > limits.report_files * _REFUSED:
            raise TooManyFiles
        if sum(file.size for file in taken) + held.coming_bytes + size > limits.report_bytes:
            raise TooManyBytes
        if leg is not None:
            return
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
