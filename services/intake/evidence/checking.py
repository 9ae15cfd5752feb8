"""What is done with one received file: told apart, scanned, sealed as it came, cleaned, put in its place.

Nothing is kept of a file that is refused but its hash. Safe to repeat: every object has one name.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID, uuid5

from services.intake.domain.evidence import EvidenceLimits
from services.intake.evidence.buckets import Buckets
from services.intake.evidence.scanning import Scanner
from services.intake.evidence.store import Claimed
from shared.security.files import FileSealer
from shared.security.sealing import BoxKey
from shared.storage.cleaning import run
from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.cleaning.work import Cleaned
from shared.storage.port import ObjectMissing, StoredObject
from shared.storage.sniff import HEAD_BYTES, sniff

_PIECE_BYTES = 1024 * 1024


class Rejected(Exception):
    """The file is not to be used. `sha256` is that of what was received, as far as it is known."""

    def __init__(self, reason: Reason, digest: str | None) -> None:
        super().__init__(reason.value)
        self.reason, self.sha256 = reason, digest


@dataclass(frozen=True)
class Checked:
    """A file that may be shown, and what it was when it came."""

    received: StoredObject
    clean: StoredObject
    preview_key: str | None
    sealed_capture: str | None


@dataclass(frozen=True)
class Checker:
    """`scanner` is None where a deployment has none; `spool` is the folder of files that have no name."""

    buckets: Buckets
    limits: EvidenceLimits
    sealer: FileSealer
    box: BoxKey
    scanner: Scanner | None
    spool: str | None = None

    async def check(self, file: Claimed) -> Checked:
        """Raises Rejected, StoreUnavailable, ScannerAway."""
        # Files without a name: whatever happens to this process, the system forgets them with it.
        with (
            tempfile.TemporaryFile(dir=self.spool) as source,
            tempfile.TemporaryFile(dir=self.spool) as clean,
            tempfile.TemporaryFile(dir=self.spool) as preview,
        ):
            received = await self._fetched(file, source)
            try:
                if received.size > self.limits.of(received.content_type):
                    raise Refused(Reason.TOO_LARGE)
                if self.scanner is not None:
                    await self.scanner.scan(source)
                source.seek(0)
                sealed = self.sealer.seal(file.evidence_id, source)
                await self.buckets.originals.put_known(
                    file.original_key, _in_threads(sealed), "application/octet-stream"
                )
                cleaned = await run.clean(received.content_type, source, clean, preview)
            except Refused as refused:
                raise Rejected(refused.reason, received.sha256) from None
            stored = await self._kept(file, cleaned, source if cleaned.in_place else clean)
            preview_key = await self._previewed(file, preview)
        return Checked(received, stored, preview_key, self._sealed_capture(file, cleaned))

    async def forget_copies(self, file: Claimed) -> None:
        """A refused file is not kept, sealed or clean, whoever made a copy of it. Raises StoreUnavailable."""
        await self.buckets.originals.delete(file.original_key)
        for key in (file.object_key, _preview_key(file)):
            await self.buckets.clean.delete(key)

    async def _fetched(self, file: Claimed, source: BinaryIO) -> StoredObject:
        digest, size = sha256(), 0
        try:
            async for piece in await self.buckets.quarantine.open(file.quarantine_key):
                size += len(piece)
                await asyncio.to_thread(_write, source, digest, piece)
        except ObjectMissing:
            raise Rejected(Reason.LOST, file.sha256) from None
        found = digest.hexdigest()
        if size != file.size or file.sha256 not in {None, found}:
            raise Rejected(Reason.LOST, file.sha256)
        source.seek(0)
        content_type = sniff(source.read(HEAD_BYTES))
        if content_type is None:
            raise Rejected(Reason.TYPE, found)
        return StoredObject(file.quarantine_key, size, found, content_type)

    async def _kept(self, file: Claimed, cleaned: Cleaned, source: BinaryIO) -> StoredObject:
        source.seek(0)
        pieces = _in_threads(iter(lambda: source.read(_PIECE_BYTES), b""))
        return await self.buckets.clean.put_known(file.object_key, pieces, cleaned.content_type)

    async def _previewed(self, file: Claimed, preview: BinaryIO) -> str | None:
        preview.seek(0)
        small = preview.read()
        if not small:
            return None
        key = _preview_key(file)
        await self.buckets.clean.put_bytes(key, small, "image/jpeg")
        return key

    def _sealed_capture(self, file: Claimed, cleaned: Cleaned) -> str | None:
        known = cleaned.captured.known()
        return self.box.seal_text(f"capture:{file.evidence_id}", json.dumps(known)) if known else None


def _preview_key(file: Claimed) -> str:
    return str(uuid5(UUID(file.object_key), "preview"))


def _write(source: BinaryIO, digest: Any, piece: bytes) -> None:
    digest.update(piece)
    source.write(piece)


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Reading and sealing a piece takes a moment that others need not wait for."""
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
