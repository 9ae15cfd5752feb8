"""What is refused, cut off or cancelled while it streams leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.storage.minio_store import MinioStore
from shared.storage.port import Empty, RefusedType, TooLarge, new_object_key
from shared.storage.upload import PART_BYTES
from tests.integration.storage.uploads import MEGABYTE, PHOTO, large_photo, nothing_is_left, pieces, put


@pytest.mark.parametrize("size", [200_001, 3 * PART_BYTES])
async def test_a_file_too_large_leaves_nothing(store: MinioStore, s3: tuple[str, Path], size: int) -> None:
    key = new_object_key()
    with pytest.raises(TooLarge):
        await put(store, key, *large_photo(size), most=size - 1)
    assert await nothing_is_left(store, s3, key)


async def test_a_file_too_large_is_refused_before_it_has_all_arrived(store: MinioStore) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield PHOTO

    with pytest.raises(TooLarge):
        await store.put_stream(new_object_key(), endless(), content_type=None, max_bytes=MEGABYTE)


@pytest.mark.parametrize("parts", [(), (b"",), (b"", b"")])
async def test_an_empty_file_leaves_nothing(
    store: MinioStore, s3: tuple[str, Path], parts: tuple[bytes, ...]
) -> None:
    key = new_object_key()
    with pytest.raises(Empty):
        await put(store, key, *parts)
    assert await nothing_is_left(store, s3, key)


async def test_a_file_of_a_refused_type_leaves_nothing(store: MinioStore, s3: tuple[str, Path]) -> None:
    key = new_object_key()
    with pytest.raises(RefusedType):
        await put(store, key, b"MZ" + b"\0" * 300_000, claim="image/jpeg")
    assert await nothing_is_left(store, s3, key)


async def test_a_refused_type_is_refused_before_it_has_all_arrived(store: MinioStore) -> None:
    seen = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal seen
        while True:
            seen += 65_536
            yield b"\0" * 65_536

    with pytest.raises(RefusedType):
        await store.put_stream(new_object_key(), endless(), content_type=None, max_bytes=50 * MEGABYTE)
    assert seen <= 2 * 65_536


async def test_a_claim_of_a_refused_type_is_enough_to_refuse(store: MinioStore) -> None:
    with pytest.raises(RefusedType):
        await put(store, new_object_key(), PHOTO, claim="text/html")


@pytest.mark.parametrize("size", [1000, 2 * PART_BYTES + 7])
async def test_a_sender_that_goes_away_leaves_nothing(
    store: MinioStore, s3: tuple[str, Path], size: int
) -> None:
    key = new_object_key()
    gone = pieces(*large_photo(size), fail=ConnectionResetError("gone"))
    with pytest.raises(ConnectionResetError):
        await store.put_stream(key, gone, content_type=None, max_bytes=50 * MEGABYTE)
    assert await nothing_is_left(store, s3, key)


@pytest.mark.parametrize("after", [0.0, 0.005, 0.02, 0.05, 0.1, 0.2])
async def test_a_cancelled_upload_leaves_nothing(
    store: MinioStore, s3: tuple[str, Path], after: float
) -> None:
    key = new_object_key()

    async def slow_at_the_end() -> AsyncIterator[bytes]:
        for part in large_photo(2 * PART_BYTES + 7):
            yield part
        await asyncio.sleep(30)

    upload = asyncio.create_task(
        store.put_stream(key, slow_at_the_end(), content_type=None, max_bytes=50 * MEGABYTE)
    )
    await asyncio.sleep(after)
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert await nothing_is_left(store, s3, key)
