"""Evidence that is kept: whole, described from its bytes, with its true type, and removed when asked."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from minio import Minio

from shared.storage.minio_store import MinioStore
from shared.storage.port import ObjectMissing, new_object_key
from shared.storage.upload import PART_BYTES
from tests.integration.storage.conftest import ACCESS, BUCKET, SECRET
from tests.integration.storage.uploads import MEGABYTE, PHOTO, large_photo, pieces, put, read, unfinished


async def test_a_small_file_is_kept_and_read_back(store: MinioStore) -> None:
    key = new_object_key()
    await put(store, key, PHOTO[:100], PHOTO[100:])
    assert await read(store, key) == PHOTO


async def test_what_was_kept_is_described_from_its_bytes(store: MinioStore) -> None:
    key = new_object_key()
    stored = await store.put_stream(key, pieces(PHOTO), content_type="image/png", max_bytes=MEGABYTE)
    found = (stored.key, stored.size, stored.sha256, stored.content_type)
    assert found == (key, len(PHOTO), sha256(PHOTO).hexdigest(), "image/jpeg")


@pytest.mark.parametrize(
    "size", [PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES, 2 * PART_BYTES + 7]
)
async def test_a_file_of_any_number_of_parts_comes_back_whole(store: MinioStore, size: int) -> None:
    key, parts = new_object_key(), large_photo(size)
    await put(store, key, *parts)
    assert sha256(await read(store, key)).digest() == sha256(b"".join(parts)).digest()


async def test_a_file_sent_a_byte_at_a_time_is_kept(store: MinioStore) -> None:
    key = new_object_key()
    await put(store, key, *[PHOTO[place : place + 1] for place in range(300)])
    assert await read(store, key) == PHOTO[:300]


async def test_a_file_in_one_huge_piece_is_kept(store: MinioStore) -> None:
    key, whole = new_object_key(), b"".join(large_photo(2 * PART_BYTES + 9))
    await put(store, key, whole)
    assert len(await read(store, key)) == len(whole)


async def test_the_kept_object_carries_its_true_type(store: MinioStore, s3: tuple[str, Path]) -> None:
    key = new_object_key()
    await put(store, key, PHOTO, claim="application/octet-stream")
    kept = await asyncio.to_thread(Minio(s3[0], ACCESS, SECRET, secure=False).stat_object, BUCKET, key)
    assert kept.content_type == "image/jpeg"


async def test_a_file_of_exactly_the_limit_is_kept(store: MinioStore) -> None:
    key = new_object_key()
    await put(store, key, PHOTO, most=len(PHOTO))
    assert await store.exists(key)


async def test_slow_senders_do_not_stop_others(store: MinioStore) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield PHOTO
        await asyncio.sleep(30)

    waiting = [
        asyncio.create_task(store.put_stream(new_object_key(), slow(), content_type=None, max_bytes=MEGABYTE))
        for _ in range(40)
    ]
    key = new_object_key()
    async with asyncio.timeout(20):
        await put(store, key, PHOTO)
    for upload in waiting:
        upload.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await store.exists(key)


async def test_an_upload_under_way_can_be_seen_and_leaves_only_its_object(
    store: MinioStore, s3: tuple[str, Path]
) -> None:
    under_way: list[Path] = []

    async def looking_on() -> AsyncIterator[bytes]:
        for part in large_photo(PART_BYTES + 100_000):
            yield part
        async with asyncio.timeout(20):
            while not unfinished(s3):
                await asyncio.sleep(0.01)
        under_way.extend(unfinished(s3))

    await store.put_stream(new_object_key(), looking_on(), content_type=None, max_bytes=50 * MEGABYTE)
    assert (len(under_way), unfinished(s3)) == (1, [])


async def test_a_deleted_object_is_gone(store: MinioStore) -> None:
    key = new_object_key()
    await put(store, key, PHOTO)
    await store.delete(key)
    with pytest.raises(ObjectMissing):
        await store.open(key)


async def test_deleting_what_is_not_there_is_no_error(store: MinioStore) -> None:
    key = new_object_key()
    await store.delete(key)
    assert not await store.exists(key)
