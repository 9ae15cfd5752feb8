"""The object store over S3, with the MinIO SDK. The SDK blocks, so its calls run in threads."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import partial
from typing import Any, Self, TypeVar

import urllib3
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from shared.storage.incoming import Incoming
from shared.storage.port import (
    Limit,
    ObjectMissing,
    RefusedType,
    StoredObject,
    StoreUnavailable,
    is_object_key,
)
from shared.storage.sniff import may_claim
from shared.storage.upload import Listed, MultipartClient, SentPart, Upload

T = TypeVar("T")

_READ_BYTES = 1024 * 1024
_THREADS = 8
_MISSING = {"NoSuchKey", "NoSuchObject"}


class MinioStore:
    """One bucket of an S3 store."""

    def __init__(
        self, endpoint: str, access_key: str, secret_key: str, *, bucket: str, secure: bool = True
    ) -> None:
        """``endpoint`` is host and port. Nothing is sent until the first call."""
        self._bucket, self._endpoint = bucket, endpoint
        self._pool = _XmlPool(
            maxsize=_THREADS,
            timeout=urllib3.Timeout(connect=3, read=30),
            retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        )
        # A named region saves a round trip to ask for it.
        self._client = MultipartClient(
            endpoint,
            access_key=access_key,
            secret_key=secret_key,
            secure=secure,
            region="us-east-1",
            http_client=self._pool,
        )
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="object-store")

    def beside(self, bucket: str) -> "MinioStore":
        """Another bucket of the same store, over the same connections and threads."""
        other = copy(self)
        other._bucket = bucket
        return other

    async def put_stream(
        self,
        key: str,
        chunks: AsyncIterable[bytes],
        *,
        content_type: str | None,
        max_bytes: int | Limit,
        begun: Callable[[str], Awaitable[None]] | None = None,
    ) -> StoredObject:
        """See ObjectStore. Memory is bounded by a few parts, however large the file.

        ``begun`` is told the id of a multipart upload before its first part leaves.
        """
        _check_key(key)
        if not may_claim(content_type):
            raise RefusedType
        limit = max_bytes if callable(max_bytes) else (lambda _: max_bytes)
        return await self._put(key, chunks, None, limit, begun)

    async def put_known(self, key: str, chunks: AsyncIterable[bytes], content_type: str) -> StoredObject:
        """See ObjectStore."""
        _check_key(key)
        return await self._put(key, chunks, content_type, None, None)

    async def put_bytes(self, key: str, data: bytes, content_type: str) -> None:
        """See ObjectStore."""
        _check_key(key)
        await self._call(partial(self._client.put_bytes, self._bucket, key, data, content_type))

    async def begin_parts(self, key: str, content_type: str) -> str:
        """The id of a new upload in parts, which may come over days and from several processes."""
        _check_key(key)
        return await self._call(partial(self._client.begin_multipart, self._bucket, key, content_type))

    async def send_part(self, key: str, upload_id: str, number: int, data: bytes) -> SentPart:
        """One part of ``PART_BYTES`` (the last may be shorter); sent again, it replaces the first."""
        return await self._call(partial(self._client.send_part, self._bucket, key, upload_id, number, data))

    async def complete_parts(self, key: str, upload_id: str, parts: Sequence[SentPart]) -> None:
        """Make the parts one object."""
        await self._call(partial(self._client.complete_multipart, self._bucket, key, upload_id, list(parts)))

    async def abort_parts(self, key: str, upload_id: str) -> None:
        """Forget the parts; what is not there is forgotten already."""
        await self._call(partial(self._client.abort_multipart, self._bucket, key, upload_id))

    async def listed(self, most: int, after: str | None = None) -> list[Listed]:
        """See ObjectStore."""
        return await self._call(partial(self._client.listed, self._bucket, most, after))

    async def open(self, key: str, start: int = 0, length: int = 0) -> AsyncIterator[bytes]:
        """See ObjectStore."""
        _check_key(key)
        response = await self._call(
            partial(self._client.get_object, self._bucket, key, offset=start, length=length)
        )
        return self._read(response)

    async def delete(self, key: str) -> None:
        """See ObjectStore."""
        _check_key(key)
        try:
            await self._call(partial(self._client.remove_object, self._bucket, key))
        except ObjectMissing:
            return

    async def exists(self, key: str) -> bool:
        """See ObjectStore."""
        return await self.size(key) is not None

    async def size(self, key: str) -> int | None:
        """See ObjectStore."""
        _check_key(key)
        try:
            found = await self._call(partial(self._client.stat_object, self._bucket, key))
        except ObjectMissing:
            return None
        return found.size or 0

    async def ready(self) -> None:
        """See ObjectStore."""
        if not await self._call(self._bucket_is_there):
            raise StoreUnavailable(f"the object store at {self._endpoint} has no bucket {self._bucket!r}")

    async def aclose(self) -> None:
        """Close connections and threads."""
        self._pool.clear()
        self._threads.shutdown(wait=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _put(
        self,
        key: str,
        chunks: AsyncIterable[bytes],
        known: str | None,
        limit: Limit | None,
        begun: Callable[[str], Awaitable[None]] | None,
    ) -> StoredObject:
        incoming = Incoming(Upload(self._client, self._bucket, key), self._call, known, limit, begun)
        try:
            async for chunk in chunks:
                await incoming.take(chunk)
            return await incoming.finish(key)
        except BaseException:
            # Also when cancelled: a caller that has gone away leaves nothing either.
            await asyncio.shield(incoming.take_back())
            raise

    async def _read(self, response: urllib3.BaseHTTPResponse) -> AsyncIterator[bytes]:
        try:
            while piece := await self._call(partial(response.read, _READ_BYTES)):
                yield piece
        finally:
            response.close()

    def _bucket_is_there(self) -> bool:
        try:
            return self._client.bucket_exists(self._bucket)
        except S3Error as error:
            if error.code == "NoSuchBucket":
                return False
            raise

    async def _call(self, work: Callable[[], T]) -> T:
        try:
            return await self._run(work)
        except S3Error as error:
            if error.code in _MISSING:
                raise ObjectMissing("no object has that name") from error
            raise StoreUnavailable(
                f"the object store at {self._endpoint} refused the request: {error.code}"
            ) from error
        except (MinioException, HTTPError, OSError) as error:
            raise StoreUnavailable(
                f"the object store at {self._endpoint} cannot be reached ({type(error).__name__})"
            ) from error

    async def _run(self, work: Callable[[], T]) -> T:
        running = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            # A thread cannot be stopped; what it is sending must have arrived before it can be taken back.
            await asyncio.wait([running])
            running.exception()  # read, or the loop would report it as forgotten
            raise


class _XmlPool(urllib3.PoolManager):
    """Gives errors the content type that the SDK reads; rclone and others send the older name for XML."""

    def urlopen(self, *args: Any, **options: Any) -> urllib3.BaseHTTPResponse:
        response = super().urlopen(*args, **options)
        if response.status >= 400 and response.headers.get("Content-Type", "").startswith("text/xml"):
            response.headers["Content-Type"] = "application/xml"
        return response


def _check_key(key: str) -> None:
    if not is_object_key(key):
        raise ValueError("an object's name is a UUID")
