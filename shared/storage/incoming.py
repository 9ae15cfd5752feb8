"""One file on its way into the store: hashed, measured and told apart as it comes, a few parts in memory."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from typing import Any

from shared.storage.port import Empty, Limit, RefusedType, StoredObject, TooLarge
from shared.storage.sniff import HEAD_BYTES, sniff
from shared.storage.upload import PART_BYTES, Upload

Call = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Runs a blocking step in a thread."""

_WORTH_A_THREAD = 256 * 1024
_AT_ONCE = 2
"""Parts on their way while the next one comes in: neither side waits for the other."""


class Incoming:
    """`known` is the type where we made the file ourselves; `limit` None where its size is no question."""

    def __init__(
        self,
        upload: Upload,
        call: Call,
        known: str | None,
        limit: Limit | None,
        begun: Callable[[str], Awaitable[None]] | None,
    ) -> None:
        self._upload, self._call, self._found, self._limit, self._begun = upload, call, known, limit, begun
        self._buffer, self._digest, self._size, self._number = bytearray(), sha256(), 0, 0
        self._sending: deque[asyncio.Future[Any]] = deque()
        self._hashed: asyncio.Future[Any] | None = None

    async def take(self, chunk: bytes) -> None:
        """The next bytes. Raises RefusedType, TooLarge."""
        self._size += len(chunk)
        self._buffer += chunk
        if self._found is None and len(self._buffer) >= HEAD_BYTES:
            self._found = type_of(self._buffer)
        self._measure()
        while self._found is not None and len(self._buffer) > PART_BYTES:
            await self._send_part()

    async def finish(self, key: str) -> StoredObject:
        """The end has come. Raises Empty, RefusedType, TooLarge."""
        if self._size == 0:
            raise Empty
        found = self._found = self._found or type_of(self._buffer)
        self._measure()
        while self._sending:
            await self._sending.popleft()
        last = bytes(self._buffer)
        await self._hash(last, self._hashed)
        await self._call(partial(self._upload.finish, last, found))
        return StoredObject(key, self._size, self._digest.hexdigest(), found)

    async def take_back(self) -> None:
        """Leave nothing in the store. A part on its way must have arrived before it can be taken back."""
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self._call(self._upload.discard)

    def _measure(self) -> None:
        if self._limit is not None and self._size > (most := self._limit(self._found)):
            raise TooLarge(most)

    async def _hash(self, part: bytes, before: asyncio.Future[Any] | None) -> None:
        """In order, and in a thread: hashing a large file would take the time that receiving it needs."""
        if before is not None:
            await before
        if len(part) < _WORTH_A_THREAD:
            self._digest.update(part)
        else:
            await asyncio.to_thread(self._digest.update, part)

    async def _send_part(self) -> None:
        assert self._found is not None
        part = bytes(memoryview(self._buffer)[:PART_BYTES])
        del self._buffer[:PART_BYTES]
        if self._upload.upload_id is None:
            upload_id = await self._call(partial(self._upload.begin, self._found))
            if self._begun is not None:
                await self._begun(upload_id)
        self._number += 1
        self._hashed = asyncio.ensure_future(self._hash(part, self._hashed))
        sent = self._call(partial(self._upload.send, self._number, part))
        self._sending.append(asyncio.gather(sent, self._hashed))
        while len(self._sending) > _AT_ONCE:
            await self._sending.popleft()


def type_of(head: bytes | bytearray) -> str:
    """The allowed type of a file that begins so. Raises RefusedType."""
    found = sniff(bytes(head[:HEAD_BYTES]))
    if found is None:
        raise RefusedType
    return found
