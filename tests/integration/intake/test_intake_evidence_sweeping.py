"""What is left behind is cleared away, and nothing else."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from services.intake.evidence.sweeper import Sweeper
from shared.storage.port import new_object_key
from shared.storage.upload import PART_BYTES
from tests.corpora import evidence as corpus

from .evidence_desk import announce, check, killable_intake, objects_of, sent
from .test_intake_evidence_uploads import begun, file_at, offset_of, patch, stalling

VIDEO = corpus.video(3 * PART_BYTES)
LONG_AGO = timedelta(seconds=-5)


async def sweep(intake):
    return await Sweeper(intake.desk.evidence).sweep(LONG_AGO)


def parts_of(stack):
    """Multipart uploads that were begun and not ended: this server keeps each in a file of its own."""
    return set((stack.folder / "data/s3/lapor-quarantine").glob(".rclone_temp_multipart_*"))


async def gone(look):
    """The server removes an aborted upload's file a moment later."""
    async with asyncio.timeout(20):
        while look():
            await asyncio.sleep(0.05)


async def expire(intake):
    await intake.rows("UPDATE evidence_uploads SET expires_at = now() - interval '1 second' RETURNING 1")


async def test_an_object_that_no_row_names_is_swept(intake, stack):
    before = objects_of(stack)
    await intake.desk.evidence.buckets.quarantine.put_bytes(new_object_key(), b"x", "image/jpeg")
    swept = await sweep(intake)
    assert swept.objects >= 1
    assert {name for name in objects_of(stack) - before if name[0] == "lapor-quarantine"} == set()


async def test_a_young_object_is_left_alone(intake, stack):
    key = new_object_key()
    await intake.desk.evidence.buckets.quarantine.put_bytes(key, b"x", "image/jpeg")
    await Sweeper(intake.desk.evidence).sweep(timedelta(hours=1))
    assert ("lapor-quarantine", key) in objects_of(stack)


async def test_what_waits_to_be_checked_is_left_alone(intake):
    filed = await intake.file()
    await sent(intake, filed, corpus.photo())
    await sweep(intake)
    assert await check(intake) == 1
    assert [row.state for row in await intake.rows("SELECT state FROM evidence")] == ["cleared"]


async def test_a_file_that_waits_for_its_message_is_left_alone(intake, stack):
    key = new_object_key()
    await intake.desk.evidence.buckets.quarantine.put_bytes(key, b"x", "image/jpeg")
    await intake.rows("INSERT INTO staged_objects (object_key) VALUES (:key) RETURNING 1", key=key)
    await sweep(intake)
    assert ("lapor-quarantine", key) in objects_of(stack)


async def test_an_upload_that_may_go_on_is_left_alone(intake):
    filed = await intake.file()
    url = await begun(intake, filed, len(VIDEO))
    await patch(intake.http, url, filed, 0, VIDEO[:6_000_000])
    await sweep(intake)
    last = await patch(intake.http, url, filed, 6_000_000, VIDEO[6_000_000:])
    assert last.headers["Upload-Offset"] == str(len(VIDEO))


async def test_an_upload_nobody_goes_on_with_is_swept_whole(intake, stack):
    filed = await intake.file()
    await sweep(intake)
    before, earlier = objects_of(stack), parts_of(stack)
    url = await begun(intake, filed, len(VIDEO))
    await patch(intake.http, url, filed, 0, VIDEO[:6_000_000])
    await expire(intake)
    await sweep(intake)
    assert (objects_of(stack), await intake.count("evidence_uploads")) == (before, 0)
    await gone(lambda: parts_of(stack) - earlier)


async def test_a_finished_upload_keeps_its_file_when_its_row_is_swept(intake):
    filed = await intake.file()
    url = await begun(intake, filed, len(VIDEO))
    await patch(intake.http, url, filed, 0, VIDEO)
    await expire(intake)
    await sweep(intake)
    assert await check(intake) == 1
    assert [row.state for row in await intake.rows("SELECT state FROM evidence")] == ["cleared"]


async def test_a_reporters_token_is_forgotten(intake, clock):
    await intake.file(contact={"phone": "081234567890"})
    clock.advance(timedelta(days=3))
    await sweep(intake)
    assert [row.reporter_token for row in await intake.rows("SELECT reporter_token FROM reports")] == [None]


@pytest.mark.parametrize("resumable", [False, True])
async def test_a_process_killed_in_mid_upload_leaves_nothing_for_long(intake, stack, resumable):
    await sweep(intake)
    before, earlier, killed = objects_of(stack), parts_of(stack), asyncio.Event()
    async with killable_intake(stack) as (base, kill), httpx.AsyncClient(base_url=base, timeout=30) as http:
        filed = await file_at(http)
        if resumable:
            url = (await announce(http, filed, len(VIDEO), "video/mp4")).headers["Location"]
            sending = patch(http, url, filed, 0, stalling(VIDEO[:12_000_000], killed))
        else:
            body = stalling(VIDEO[:12_000_000], killed)
            sending = http.post(f"{filed.url}/evidence", content=body, headers=filed.code)
        task = asyncio.create_task(sending)
        async with asyncio.timeout(30):
            while not parts_of(stack) - earlier or (resumable and not await offset_of(http, url, filed)):
                await asyncio.sleep(0.02)
        await kill()
        killed.set()
        with pytest.raises(httpx.HTTPError):
            await task
    assert parts_of(stack) - earlier
    await expire(intake)
    assert (await sweep(intake)).uploads == 1
    await gone(lambda: parts_of(stack) - earlier)
    assert (objects_of(stack), await intake.count("evidence_uploads")) == (before, 0)
