"""Uploads that can be taken up again: parts go to the store as they come, what was received is written down.

After any crash an upload goes on from its last whole part; after a broken line, from its last byte.
"""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from services.intake.domain.evidence import ForLeg
from services.intake.domain.view import Tracked
from services.intake.evidence import uploads_store
from services.intake.evidence.appending import Appending, Checksum, Moved, WrongChecksum
from services.intake.evidence.desk import EvidenceDesk
from services.intake.evidence.uploads_store import UploadRow
from shared.storage.port import Empty, RefusedFile, RefusedType, StoreUnavailable, TooLarge, new_object_key
from shared.storage.sniff import may_claim

__all__ = ["Checksum", "Moved", "Uploads", "WrongChecksum"]


class Uploads:
    """Resumable uploads to one deployment's reports."""

    def __init__(self, desk: EvidenceDesk) -> None:
        self._desk = desk
        self._database, self._store = desk.database, desk.buckets.quarantine

    async def create(
        self, tracked: Tracked, length: int, claimed: str, leg: ForLeg | None = None
    ) -> UploadRow:
        """Announce a file of `length` bytes. Raises `RefusedEvidence`, `RefusedFile`."""
        self._desk.check_open(tracked, leg)
        if length == 0:
            raise Empty
        if length > (most := self._desk.limits.of(None)):
            raise TooLarge(most)
        if not may_claim(claimed):
            raise RefusedType
        report_id = tracked.report.report_id
        async with self._database.transaction() as tx:
            await self._desk.check_room(tx, report_id, length, leg)
            return await uploads_store.create(
                tx, uuid7(), report_id, new_object_key(), leg, claimed_type=claimed, length=length
            )

    async def find(self, tracked: Tracked, upload_id: UUID) -> UploadRow | None:
        """An upload of this report that has not expired."""
        async with self._database.reading() as tx:
            return await uploads_store.find(tx, upload_id, tracked.report.report_id)

    async def append(
        self, found: UploadRow, offset: int, chunks: AsyncIterator[bytes], checksum: Checksum | None
    ) -> UploadRow:
        """Take more of a file from `offset` on; once all has come, it is written down.

        Raises `Moved` (it stands elsewhere, or somebody else goes on with it), `WrongChecksum`, `RefusedFile`
        (then the upload is gone), `RefusedEvidence`, `StoreUnavailable`, and what `chunks` raises: what had
        come by then is kept, unless a checksum was to prove it.
        """
        holder = uuid4()
        async with self._database.transaction() as tx:
            row = await uploads_store.take(tx, found.upload_id, offset, holder)
        if row is None:
            raise Moved
        appending = Appending(
            self._database, self._store, self._desk.limits, row, holder=holder, checksum=checksum
        )
        try:
            return await self._append(appending, chunks)
        except RefusedFile:
            await self._give_up(appending.row, holder)
            raise
        except StoreUnavailable:
            # The last answer of the store may have been lost when everything had arrived.
            row = appending.row
            if row.s3_upload_id and await self._store.size(row.object_key) == row.length:
                return await self._write_down(row, appending.content_type or "")
            raise

    async def terminate(self, row: UploadRow) -> None:
        """Forget an upload and what came of it."""
        async with self._database.transaction() as tx:
            await uploads_store.forget(tx, row.upload_id)
        await self.forget_objects(row)

    async def _give_up(self, row: UploadRow, holder: UUID) -> None:
        """As `terminate`, unless another request goes on with this upload: that one sent nothing wrong."""
        async with self._database.transaction() as tx:
            held = await uploads_store.forget_held(tx, row.upload_id, holder)
        if held:
            await self.forget_objects(row)

    async def forget_objects(self, row: UploadRow) -> None:
        """What an unfinished upload has in the store. Raises StoreUnavailable."""
        if row.s3_upload_id:
            await self._store.abort_parts(row.object_key, row.s3_upload_id)
        if row.tail_key:
            await self._store.delete(row.tail_key)

    async def _append(self, appending: Appending, chunks: AsyncIterator[bytes]) -> UploadRow:
        await appending.begin()
        try:
            async for chunk in chunks:
                await appending.take(chunk)
        except RefusedFile:
            await appending.settle()
            raise
        except Exception:
            await appending.interrupted()
            raise
        row = await appending.end()
        if row.received < row.length:
            return row
        content_type = await appending.complete()
        return await self._write_down(row, content_type)

    async def _write_down(self, row: UploadRow, content_type: str) -> UploadRow:
        """The bytes are whole; whether the report still has room was settled when they were announced."""
        async with self._database.transaction() as tx:
            await self._desk.check_room(tx, row.report_id, row.length, row.leg, but=row.upload_id)
            file = await self._desk.write_down(
                tx,
                row.report_id,
                key=row.object_key,
                content_type=content_type,
                size=row.length,
                sha256=None,
                leg=row.leg,
            )
            if not await uploads_store.finish(tx, row.upload_id, file.evidence_id):
                raise Moved
        self._desk.arrived.set()
        if row.tail_key:
            await self._desk.discard(row.tail_key)
        async with self._database.reading() as tx:
            finished = await uploads_store.find(tx, row.upload_id, row.report_id)
        assert finished is not None
        return finished
