"""One request that adds to a resumable upload: a buffer of one part, and what is safe written down as it is.

A later request for the same upload takes it over; this one then stops at its next step.
"""

import asyncio
import hashlib
import hmac
from collections import deque
from dataclasses import dataclass, replace
from uuid import UUID

from services.intake.domain.evidence import EvidenceLimits
from services.intake.evidence import uploads_store
from services.intake.evidence.uploads_store import UploadRow
from shared.db.database import Database
from shared.storage.incoming import type_of
from shared.storage.minio_store import MinioStore
from shared.storage.port import TooLarge, new_object_key
from shared.storage.sniff import HEAD_BYTES
from shared.storage.upload import PART_BYTES, SentPart

_AT_ONCE = 2


class Moved(Exception):
    """The upload does not stand where the sender believes, or another request goes on with it."""


class WrongChecksum(Exception):
    """The bytes are not those that were sent; nothing of them is kept."""


@dataclass(frozen=True)
class Checksum:
    """What one request's bytes must add up to. `algorithm` is one of `ALGORITHMS`."""

    algorithm: str
    digest: bytes


ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}
"""SHA-1 is the one that every tus server must know. None of them guards against malice here."""


class Appending:
    """`begin`, `take` as often as it comes, then `end` and, once nothing is missing, `complete`."""

    def __init__(
        self,
        database: Database,
        store: MinioStore,
        limits: EvidenceLimits,
        row: UploadRow,
        *,
        holder: UUID,
        checksum: Checksum | None,
    ) -> None:
        self._database, self._store, self._limits = database, store, limits
        self.row, self._holder, self._checksum = row, holder, checksum
        self._digest = ALGORITHMS[checksum.algorithm](usedforsecurity=False) if checksum else None
        self._buffer, self._came = bytearray(), row.received
        self._parts = list(row.parts)
        self._sending: deque[asyncio.Task[None]] = deque()
        self._number = len(self._parts)
        self.content_type = row.content_type

    async def begin(self) -> None:
        """Take up what was too short for a part."""
        if self.row.tail_key:
            async for piece in await self._store.open(self.row.tail_key):
                self._buffer += piece

    async def take(self, chunk: bytes) -> None:
        """Raises `Moved`, `TooLarge`, `RefusedType`."""
        self._came += len(chunk)
        if self._came > self.row.length:
            raise TooLarge(self.row.length)
        if self._digest is not None:
            self._digest.update(chunk)
        self._buffer += chunk
        if self.content_type is None and len(self._buffer) >= HEAD_BYTES:
            self._tell_type()
        while len(self._buffer) > PART_BYTES:
            await self._send_part()

    async def interrupted(self) -> None:
        """The line broke: keep what came, unless a checksum was to prove it."""
        if self._digest is None:
            await self._keep()
        else:
            await self.settle()

    async def end(self) -> UploadRow:
        """All of this request has come. Raises `WrongChecksum`, `Moved`."""
        if not self._proven():
            await self.settle()
            raise WrongChecksum
        if self._came == self.row.length:
            await self.settle()
            return replace(self.row, received=self._came)
        return await self._keep()

    async def complete(self) -> str:
        """Make the object; returns its type. Raises `RefusedType`, `TooLarge`, `StoreUnavailable`."""
        if self.content_type is None:
            self._tell_type()
        assert self.content_type is not None
        key, upload_id, last = self.row.object_key, self.row.s3_upload_id, bytes(self._buffer)
        if upload_id is None:
            await self._store.put_bytes(key, last, self.content_type)
            return self.content_type
        parts = self._parts
        if last:
            parts = [*parts, await self._store.send_part(key, upload_id, len(parts) + 1, last)]
        await self._store.complete_parts(key, upload_id, parts)
        return self.content_type

    def _proven(self) -> bool:
        if self._checksum is None or self._digest is None:
            return True
        return hmac.compare_digest(self._digest.digest(), self._checksum.digest)

    def _tell_type(self) -> None:
        self.content_type = type_of(self._buffer)
        if self.row.length > (most := self._limits.of(self.content_type)):
            raise TooLarge(most)

    async def _send_part(self) -> None:
        if self.row.s3_upload_id is None:
            await self._announce()
        assert self.row.s3_upload_id is not None
        data = bytes(memoryview(self._buffer)[:PART_BYTES])
        del self._buffer[:PART_BYTES]
        self._number += 1
        sending = self._store.send_part(self.row.object_key, self.row.s3_upload_id, self._number, data)
        before = self._sending[-1] if self._sending else None
        self._sending.append(asyncio.create_task(self._arrives(asyncio.ensure_future(sending), before)))
        while len(self._sending) > _AT_ONCE:
            await self._sending.popleft()

    async def _arrives(self, sending: asyncio.Future[SentPart], before: asyncio.Task[None] | None) -> None:
        """Write a part down when it and all before it are safe: also while the sender pauses."""
        part = await sending
        if before is not None:
            await before
        self._parts.append(part)
        if self._digest is None:
            await self._note(sum(part.size for part in self._parts), None)

    async def _announce(self) -> None:
        assert self.content_type is not None
        s3_upload_id = await self._store.begin_parts(self.row.object_key, self.content_type)
        self.row = replace(self.row, s3_upload_id=s3_upload_id)
        async with self._database.transaction() as tx:
            held = await uploads_store.begun(
                tx, self.row.upload_id, self._holder, s3_upload_id, self.content_type
            )
        if not held:
            await self._store.abort_parts(self.row.object_key, s3_upload_id)
            raise Moved

    async def settle(self) -> None:
        """Wait for the parts on their way."""
        while self._sending:
            await self._sending.popleft()

    async def _keep(self) -> UploadRow:
        await self.settle()
        tail_key = None
        if self._buffer:
            # A fresh name each time: a request that was overtaken must not write over its successor's.
            tail_key = new_object_key()
            await self._store.put_bytes(tail_key, bytes(self._buffer), "application/octet-stream")
        try:
            return await self._note(self._came, tail_key)
        except Moved:
            if tail_key:
                await self._store.delete(tail_key)
            raise

    async def _note(self, received: int, tail_key: str | None) -> UploadRow:
        async with self._database.transaction() as tx:
            held = await uploads_store.progress(
                tx, self.row.upload_id, self._holder, received=received, parts=self._parts, tail_key=tail_key
            )
        if not held:
            raise Moved
        if self.row.tail_key and self.row.tail_key != tail_key:
            await self._store.delete(self.row.tail_key)
        self.row = replace(self.row, received=received, tail_key=tail_key, parts=list(self._parts))
        return self.row
