"""Files as senders bring them, and what the store's folder holds of them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from shared.storage.minio_store import MinioStore
from shared.storage.port import ObjectStore
from tests.integration.storage.conftest import BUCKET

PHOTO = b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)) * 40
MEGABYTE = 1_000_000


async def pieces(*parts: bytes, fail: BaseException | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if fail is not None:
        raise fail


async def put(
    store: ObjectStore, key: str, *parts: bytes, claim: str | None = None, most: int = 50 * MEGABYTE
) -> None:
    await store.put_stream(key, pieces(*parts), content_type=claim, max_bytes=most)


async def read(store: ObjectStore, key: str) -> bytes:
    return b"".join([piece async for piece in await store.open(key)])


def unfinished(s3: tuple[str, Path]) -> list[Path]:
    """Multipart uploads begun and not ended: this server cannot list them, but keeps each in a file."""
    return list(s3[1].glob(f"{BUCKET}/.rclone_temp_multipart_*"))


async def nothing_is_left(store: MinioStore, s3: tuple[str, Path], key: str) -> bool:
    for _ in range(200):
        if not unfinished(s3):
            break
        await asyncio.sleep(0.05)  # the server removes an aborted upload's file a moment later
    return not unfinished(s3) and not list(s3[1].rglob(f"*{key}*")) and not await store.exists(key)


def large_photo(size: int) -> list[bytes]:
    chunk = (PHOTO * 8)[:65_536]
    return [chunk] * (size // len(chunk)) + [chunk[: size % len(chunk)]]
