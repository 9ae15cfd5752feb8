"""What an object may be called, and a store that cannot be used."""

from pathlib import Path
from uuid import UUID

import pytest

from shared.storage.minio_store import MinioStore
from shared.storage.port import StoreUnavailable, new_object_key
from tests.integration.storage.conftest import ACCESS, BUCKET, SECRET, free_port
from tests.integration.storage.uploads import PHOTO, put


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


async def test_a_wrong_key_is_one_sentence(s3: tuple[str, Path]) -> None:
    async with MinioStore(s3[0], ACCESS, "wrong", bucket=BUCKET, secure=False) as store:
        with pytest.raises(StoreUnavailable, match="refused the request"):
            await store.ready()


async def test_a_store_that_is_not_there_is_one_sentence() -> None:
    async with MinioStore(f"127.0.0.1:{free_port()}", ACCESS, SECRET, bucket=BUCKET, secure=False) as store:
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            await put(store, new_object_key(), PHOTO)
