"""Attachments of mails in the object store, until they are evidence. A row names each before it is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid5

import sqlalchemy as sa

from services.intake.channels.adapter import File, FileGone, FileUnavailable
from services.intake.channels.mail.mime import MailFile
from services.intake.evidence import EvidenceDesk
from shared.db.database import Database, Transaction
from shared.storage.port import ObjectMissing, ObjectStore, RefusedFile, StoreUnavailable

_PIECE = 262_144
_STAGE = sa.text(
    "INSERT INTO staged_objects (object_key) VALUES (:key) "
    "ON CONFLICT (object_key) DO UPDATE SET staged_at = now()"
)
_FORGET = sa.text("DELETE FROM staged_objects WHERE object_key = :key")
_FORGET_OLD = sa.text("DELETE FROM staged_objects WHERE staged_at < now() - interval '30 days'")


async def stage(
    evidence: EvidenceDesk, message_id: UUID, files: tuple[MailFile, ...]
) -> tuple[list[str], int]:
    """Keep files for a message that is to name them; returns their keys, and how many were refused.

    The keys are the message's own: staging it again writes the same objects. Raises StoreUnavailable, and
    leaves what is there: the message may be on the broker since an earlier try.
    """
    keys: list[str] = []
    refused = 0
    quarantine = evidence.buckets.quarantine
    for number, file in enumerate(files):
        key = str(uuid5(message_id, f"file-{number}"))
        async with evidence.database.transaction() as tx:
            await tx.execute(_STAGE, {"key": key})
        try:
            chunks = _pieces(file.content)
            limit = evidence.limits.of
            await quarantine.put_stream(key, chunks, content_type=file.content_type, max_bytes=limit)
        except RefusedFile:
            refused += 1
            await unstage(evidence.database, quarantine, [key])
        else:
            keys.append(key)
    return keys, refused


async def unstage(database: Database, store: ObjectStore, keys: list[str]) -> None:
    """Forget files; what cannot be forgotten now is swept once its row is old."""
    for key in keys:
        with suppress(Exception):
            await store.delete(key)
            async with database.transaction() as tx:
                await tx.execute(_FORGET, {"key": key})


async def forget_staged(tx: Transaction) -> None:
    """Rows of messages that were never handled; the sweeper of evidence then takes the objects."""
    await tx.execute(_FORGET_OLD)


class StagedFiles:
    """See `FileSource`; a source is an object's key."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database, self._store = database, store

    @asynccontextmanager
    async def open(self, source: str) -> AsyncIterator[File]:
        try:
            chunks = await self._store.open(source)
        except ObjectMissing:
            raise FileGone("the staged object is gone") from None
        except StoreUnavailable as error:
            raise FileUnavailable(str(error)) from None
        yield File(None, chunks)

    async def forget(self, source: str) -> None:
        await unstage(self._database, self._store, [source])


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
