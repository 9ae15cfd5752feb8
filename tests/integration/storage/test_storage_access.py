"""Links that lead to one object for a while, its name, and a store that cannot be used."""

from pathlib import Path
from uuid import UUID

import httpx
import pytest

from shared.storage.minio_store import MinioStore
from shared.storage.port import StoreUnavailable, new_object_key
from tests.integration.storage.conftest import ACCESS, BUCKET, SECRET, free_port
from tests.integration.storage.uploads import PHOTO, put


async def test_a_link_downloads_the_file(store: MinioStore) -> None:
    key = new_object_key()
    await put(store, key, PHOTO)
    async with httpx.AsyncClient() as client:
        assert (await client.get(await store.presigned_get(key, 60))).content == PHOTO


async def test_a_changed_link_is_refused(store: MinioStore) -> None:
    key, other = new_object_key(), new_object_key()
    await put(store, key, PHOTO)
    link = (await store.presigned_get(other, 60)).replace(other, key)
    async with httpx.AsyncClient() as client:
        assert (await client.get(link)).status_code == 403


@pytest.mark.parametrize("seconds", [0, -1, 8 * 24 * 3600])
async def test_a_link_lives_a_week_at_most(store: MinioStore, seconds: int) -> None:
    with pytest.raises(ValueError, match="seconds"):
        await store.presigned_get(new_object_key(), seconds)


@pytest.mark.parametrize("key", ["photo.jpg", "../secret", "", "01890000-0000-7000-8000-00000000000A"])
async def test_an_object_is_never_named_by_a_person(store: MinioStore, key: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        await put(store, key, PHOTO)


def test_a_name_is_random_and_holds_no_time() -> None:
    assert UUID(new_object_key()).version == 4


async def test_a_usable_bucket_is_ready(store: MinioStore) -> None:
    assert await store.ready() is None  # type: ignore[func-returns-value]


async def test_a_missing_bucket_is_named(s3: tuple[str, Path]) -> None:
    async with MinioStore(s3[0], ACCESS, SECRET, bucket="missing", secure=False) as store:
        with pytest.raises(StoreUnavailable, match="missing"):
            await store.ready()


async def test_a_missing_bucket_can_be_made_twice(s3: tuple[str, Path]) -> None:
    async with MinioStore(s3[0], ACCESS, SECRET, bucket="made-later", secure=False) as store:
        await store.ensure_bucket()
        await store.ensure_bucket()
        await store.ready()
    assert (s3[1] / "made-later").is_dir()


async def test_a_wrong_key_is_one_sentence(s3: tuple[str, Path]) -> None:
    async with MinioStore(s3[0], ACCESS, "wrong", bucket=BUCKET, secure=False) as store:
        with pytest.raises(StoreUnavailable, match="refused the request"):
            await store.ready()


async def test_a_store_that_is_not_there_is_one_sentence() -> None:
    async with MinioStore(f"127.0.0.1:{free_port()}", ACCESS, SECRET, bucket=BUCKET, secure=False) as store:
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            await put(store, new_object_key(), PHOTO)
