"""Resumable uploads by tus 1.0.0, over real processes that are killed."""

import asyncio
from base64 import b64encode
from hashlib import md5, sha1, sha256
from types import SimpleNamespace

import httpx
import pytest

from shared.contracts import EvidenceCleared, EvidenceRejected
from shared.security.codes import new_access_code
from shared.storage.upload import PART_BYTES
from tests.corpora import evidence as corpus

from .conftest import ACCESS
from .evidence_desk import PATCH, TUS, announce, check, files, killable_intake, objects_of

VIDEO = corpus.video(2 * PART_BYTES + 12_345)


async def patch(http, url, filed, offset, content, **headers):
    return await http.patch(
        url, content=content, headers={**filed.code, **PATCH, "Upload-Offset": str(offset), **headers}
    )


async def offset_of(http, url, filed):
    answer = await http.head(url, headers={**filed.code, **TUS})
    assert answer.status_code == 200, answer.text
    return int(answer.headers["Upload-Offset"])


@pytest.fixture
async def filed(intake):
    return await intake.file()


async def begun(intake, filed, length, kind="video/mp4"):
    answer = await announce(intake.http, filed, length, kind)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def test_the_server_says_what_it_offers(intake, filed):
    answer = await intake.http.options(f"{filed.url}/evidence/uploads")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "termination", "checksum", "expiration",
    }  # fmt: skip


async def test_a_new_upload_stands_at_nought_and_says_when_it_ends(intake, filed):
    answer = await announce(intake.http, filed, 1_000)
    assert answer.headers["Tus-Resumable"] == "1.0.0" and answer.headers["Upload-Expires"].endswith("GMT")
    assert await offset_of(intake.http, answer.headers["Location"], filed) == 0


@pytest.mark.parametrize("cut", [1, 3_000, PART_BYTES - 1, PART_BYTES + 1, 2 * PART_BYTES + 1])
async def test_a_file_sent_in_two_pieces_becomes_evidence(intake, filed, cut):
    url = await begun(intake, filed, len(VIDEO))
    first = await patch(intake.http, url, filed, 0, VIDEO[:cut])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(cut))
    last = await patch(intake.http, url, filed, cut, VIDEO[cut:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(VIDEO)))
    await check(intake)
    (file,) = await files(intake, filed)
    assert (file["state"], file["evidence_id"]) == ("cleared", last.headers["LAPOR-Evidence-Id"])
    assert (file["size"], file["sha256"]) == (len(VIDEO), sha256(VIDEO).hexdigest())


async def test_a_small_file_in_many_pieces_becomes_evidence(intake, filed):
    photo = corpus.photo()
    url = await begun(intake, filed, len(photo), "image/jpeg")
    for offset in range(0, len(photo), 1_000):
        await patch(intake.http, url, filed, offset, photo[offset : offset + 1_000])
    await check(intake)
    assert [fact.evidence.content_type for fact in await intake.said(EvidenceCleared)] == ["image/jpeg"]


async def test_a_finished_upload_leaves_one_object_and_nothing_beside_it(intake, filed, stack):
    before = objects_of(stack)
    url = await begun(intake, filed, len(VIDEO))
    await patch(intake.http, url, filed, 0, VIDEO[:9_000_000])
    await patch(intake.http, url, filed, 9_000_000, VIDEO[9_000_000:])
    assert [bucket for bucket, _ in objects_of(stack) - before] == ["lapor-quarantine"]


async def test_a_broken_line_loses_nothing_that_came(intake, filed):
    url = await begun(intake, filed, len(VIDEO))

    async def breaks():
        yield VIDEO[: PART_BYTES + 100_000]
        raise ConnectionResetError

    await patch(intake.http, url, filed, 0, breaks())
    offset = await offset_of(intake.http, url, filed)
    assert offset == PART_BYTES + 100_000
    last = await patch(intake.http, url, filed, offset, VIDEO[offset:])
    assert last.headers["Upload-Offset"] == str(len(VIDEO))


async def test_sending_from_another_place_is_refused(intake, filed):
    url = await begun(intake, filed, len(VIDEO))
    await patch(intake.http, url, filed, 0, VIDEO[:1_000])
    assert (await patch(intake.http, url, filed, 500, VIDEO[500:])).status_code == 409


async def test_more_than_was_announced_is_refused(intake, filed):
    photo = corpus.photo()
    url = await begun(intake, filed, len(photo), "image/jpeg")
    assert (await patch(intake.http, url, filed, 0, photo + b"x")).status_code == 413


@pytest.mark.parametrize(("name", "digest"), [("sha1", sha1), ("sha256", sha256), ("md5", md5)])
async def test_a_piece_that_matches_its_checksum_is_taken(intake, filed, name, digest):
    url = await begun(intake, filed, len(VIDEO))
    proof = f"{name} {b64encode(digest(VIDEO[:7_000_000]).digest()).decode()}"
    answer = await patch(intake.http, url, filed, 0, VIDEO[:7_000_000], **{"Upload-Checksum": proof})
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "7000000")


async def test_a_piece_that_was_changed_on_its_way_is_not_kept(intake, filed):
    url = await begun(intake, filed, len(VIDEO))
    proof = f"sha1 {b64encode(sha1(b'other').digest()).decode()}"
    answer = await patch(intake.http, url, filed, 0, VIDEO[:7_000_000], **{"Upload-Checksum": proof})
    assert (answer.status_code, await offset_of(intake.http, url, filed)) == (460, 0)
    whole = await patch(intake.http, url, filed, 0, VIDEO)
    assert whole.headers["Upload-Offset"] == str(len(VIDEO))
    await check(intake)
    assert (await files(intake, filed))[0]["sha256"] == sha256(VIDEO).hexdigest()


@pytest.mark.parametrize("given", [b"crc32 AAAA", b"sha1 A", b"sha1 \xe9\xe9\xe9\xe9"])
async def test_what_is_no_checksum_is_refused(intake, filed, given):
    url = await begun(intake, filed, 10)
    answer = await patch(intake.http, url, filed, 0, b"x", **{"Upload-Checksum": given})
    assert answer.status_code == 400


@pytest.mark.parametrize("given", [b"filetype A", b"filetype \xe9\xe9\xe9\xe9", b"filetype /////w=="])
async def test_metadata_that_cannot_be_read_is_refused_by_name(intake, filed, given):
    headers = {**filed.code, **TUS, "Upload-Length": "10", "Upload-Metadata": given}
    answer = await intake.http.post(f"{filed.url}/evidence/uploads", headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Upload-Metadata")


async def test_an_upload_that_was_given_up_is_gone(intake, filed, stack):
    before = objects_of(stack)
    url = await begun(intake, filed, len(VIDEO))
    await patch(intake.http, url, filed, 0, VIDEO[:9_000_000])
    assert (await intake.http.delete(url, headers={**filed.code, **TUS})).status_code == 204
    assert (await intake.http.head(url, headers={**filed.code, **TUS})).status_code == 404
    assert objects_of(stack) == before


async def test_a_file_of_a_refused_kind_ends_its_upload(intake, filed):
    url = await begun(intake, filed, 100_000, "")
    assert (await patch(intake.http, url, filed, 0, b"MZ" * 50_000)).status_code == 415
    assert (await intake.http.head(url, headers={**filed.code, **TUS})).status_code == 404


async def test_a_photo_too_large_is_refused_as_soon_as_it_shows(intake, filed):
    url = await begun(intake, filed, 1_500_000, "")
    answer = await patch(intake.http, url, filed, 0, corpus.photo() + bytes(70_000))
    assert answer.status_code == 413


async def test_uploads_under_way_count_as_files(intake, filed):
    for _ in range(3):
        await begun(intake, filed, 1_000)
    assert (await announce(intake.http, filed, 1_000)).status_code == 409


async def test_the_same_file_by_another_way_is_told_apart_later(intake, filed):
    for _ in range(2):
        url = await begun(intake, filed, len(corpus.photo()), "image/jpeg")
        await patch(intake.http, url, filed, 0, corpus.photo())
    await check(intake)
    assert [fact.reason for fact in await intake.said(EvidenceRejected)] == ["duplicate"]
    assert len(await intake.said(EvidenceCleared)) == 1


@pytest.mark.parametrize("length", [0, 3_000_000_000])
async def test_an_impossible_length_is_refused(intake, filed, length):
    assert (await announce(intake.http, filed, length)).status_code in {413, 422}


async def test_another_version_of_the_protocol_is_refused(intake, filed):
    answer = await intake.http.post(
        f"{filed.url}/evidence/uploads",
        headers={**filed.code, "Tus-Resumable": "0.2.2", "Upload-Length": "5"},
    )
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


async def test_only_the_access_code_goes_on_with_an_upload(intake, filed):
    url = await begun(intake, filed, 1_000)
    stranger = SimpleNamespace(code={ACCESS: new_access_code()})
    assert (await patch(intake.http, url, stranger, 0, b"x")).status_code == 404


async def test_another_reports_upload_does_not_exist(intake, filed):
    url = await begun(intake, filed, 1_000)
    other = await intake.file()
    foreign = url.replace(filed.tracking_id, other.tracking_id)
    assert (await patch(intake.http, foreign, other, 0, b"x")).status_code == 404


async def test_an_upload_goes_on_after_its_server_was_killed(open_intake, stack):
    other = await open_intake(code_pepper=stack.secrets["LAPOR_CODE_PEPPER"])
    killed = asyncio.Event()
    async with killable_intake(stack) as (base, kill), httpx.AsyncClient(base_url=base, timeout=30) as http:
        filed = await file_at(http)
        url = (await announce(http, filed, len(VIDEO), "video/mp4")).headers["Location"]
        stalled = asyncio.create_task(
            patch(http, url, filed, 0, stalling(VIDEO[: 2 * PART_BYTES + 1_000], killed))
        )
        while await offset_of(http, url, filed) < PART_BYTES:
            await asyncio.sleep(0.02)
        await kill()
        killed.set()
        with pytest.raises(httpx.HTTPError):
            await stalled
    offset = await offset_of(other.http, url, filed)
    assert offset >= PART_BYTES
    last = await patch(other.http, url, filed, offset, VIDEO[offset:])
    assert last.headers["Upload-Offset"] == str(len(VIDEO))


async def stalling(content, over):
    """Sends what it has, and then nothing until the other side is gone."""
    for start in range(0, len(content), 500_000):
        yield content[start : start + 500_000]
    await over.wait()
    for _ in range(100):
        yield bytes(1_000_000)


async def file_at(http):
    from .conftest import REPORT

    body = (await http.post("/v1/reports", json=REPORT)).json()
    return SimpleNamespace(
        url=f"/v1/reports/{body['tracking_id']}", code={ACCESS: body["access_code"]},
        tracking_id=body["tracking_id"],
    )  # fmt: skip


async def test_what_an_overtaken_request_sends_too_much_ends_no_upload(intake, filed):
    url = await begun(intake, filed, len(VIDEO))
    taken_over = asyncio.Event()

    async def too_much():
        yield VIDEO[:10]
        await taken_over.wait()
        yield VIDEO

    slow = asyncio.create_task(patch(intake.http, url, filed, 0, too_much()))
    while not await intake.rows("SELECT 1 FROM evidence_uploads WHERE holder IS NOT NULL"):
        await asyncio.sleep(0.005)
    assert (await patch(intake.http, url, filed, 0, VIDEO[:100])).status_code == 204
    taken_over.set()
    assert (await slow).status_code in {409, 413}
    assert await offset_of(intake.http, url, filed) == 100
