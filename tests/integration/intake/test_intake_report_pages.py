"""A report's own page: what it offers in which status, and the browsers that are told what becomes of it."""

import re

import pytest

from services.intake.drafts.codes import new_code
from shared.contracts import CaseStatus, PushSubscribed
from shared.security.feeds import verify_feed
from shared.security.limits import RateLimiter

from .reader import STORY
from .test_intake_push import BROWSER

OFFERS = {
    CaseStatus.RECEIVED: {"lengkapi", "bukti", "cabut"},
    CaseStatus.ON_HOLD: {"lengkapi", "bukti", "cabut"},
    CaseStatus.FORWARDED: {"lengkapi", "bukti", "cabut"},
    CaseStatus.IN_PROGRESS: {"lengkapi", "bukti", "cabut"},
    CaseStatus.AWAITING_REPORTER: {"lengkapi", "bukti", "cabut", "terima", "keberatan", "balas"},
    CaseStatus.CLOSED: {"nilai", "keberatan"},
    CaseStatus.ARCHIVED: {"banding"},
    CaseStatus.MERGED: set(),
    CaseStatus.WITHDRAWN: set(),
}


@pytest.mark.parametrize("status", list(CaseStatus))
async def test_the_page_offers_what_fits_the_status_and_says_where_nothing_does(read, status):
    reader = read()
    filed = await reader.intake.file()
    more = {"closed_by": "system"} if status is CaseStatus.CLOSED else {}
    await reader.intake.status(filed.report_id, 1, status, **more)
    await reader.open(filed)
    page = (await reader.get(f"/lacak/{filed.tracking_id}")).text
    offered = set(re.findall(r'<(?:details|div)[^>]* id="(\w+)"', page)) & {
        "terima", "keberatan", "balas", "ombudsman", "banding", "nilai", "lengkapi", "bukti", "cabut",
    }  # fmt: skip
    assert offered == OFFERS[status]
    assert ("Tidak ada lagi yang perlu Anda lakukan" in page) == (not OFFERS[status])


async def test_the_public_reads_the_city_and_the_reporter_the_whole_place(read):
    reader = read()
    filed = await reader.intake.file(place={"region": "35.78.08.1001", "description": "Depan pasar lama"})
    public = (await read().get(f"/lacak/{filed.tracking_id}")).text
    assert "Kota Surabaya, Jawa Timur" in public
    assert not [word for word in ("Gubeng", "Depan pasar lama") if word in public]
    await reader.open(filed)
    own = (await reader.get(f"/lacak/{filed.tracking_id}")).text
    assert "Gubeng, Gubeng, Kota Surabaya, Jawa Timur" in own and "Depan pasar lama" in own


async def test_a_word_that_no_longer_fits_is_refused_with_what_was_typed(read):
    reader = read()
    filed = await reader.intake.file()
    await reader.open(filed)
    await reader.intake.status(filed.report_id, 1, CaseStatus.WITHDRAWN)
    answer = await reader.post(f"/lacak/{filed.tracking_id}/lengkapi", text="Keterangan yang panjang sekali.")
    assert answer.status_code == 409
    assert "Tidak dapat melengkapi laporan" in answer.text
    assert "Keterangan yang panjang sekali." in answer.text


async def test_a_browser_is_told_and_told_no_more_from_the_page(read):
    reader = read()
    filed = await reader.intake.file(anonymous=True)
    await reader.open(filed)
    page = f"/lacak/{filed.tracking_id}/peramban"
    told = await reader.post(page, endpoint=BROWSER["endpoint"], **BROWSER["keys"])
    assert told.status_code == 204
    assert 'data-here="yes"' in (await reader.get(f"/lacak/{filed.tracking_id}")).text
    assert 'data-here="no"' in (await reader.post(f"{page}/berhenti")).text
    assert [fact.withdrawn for fact in await reader.intake.said(PushSubscribed)] == [False, True]


async def test_a_device_that_is_to_forget_is_told_of_nothing_any_more(read):
    reader = read()
    filed = await reader.intake.file(secret=True)
    await reader.open(filed)
    await reader.post(f"/lacak/{filed.tracking_id}/peramban", endpoint=BROWSER["endpoint"], **BROWSER["keys"])
    await reader.post("/lacak/lupakan")
    assert (await reader.intake.said(PushSubscribed))[-1].withdrawn


@pytest.mark.parametrize("address", ["peramban", "peramban/berhenti", "langsung"])
async def test_whoever_has_not_shown_the_code_follows_nothing(read, address):
    reader = read()
    filed = await reader.intake.file()
    await reader.get(f"/lacak/{filed.tracking_id}")
    answer = await reader.post(
        f"/lacak/{filed.tracking_id}/{address}", endpoint=BROWSER["endpoint"], **BROWSER["keys"]
    )
    assert answer.status_code == 401


async def test_the_page_is_given_what_reads_the_feed_of_its_report_alone(read, keys):
    reader = read()
    filed = await reader.intake.file()
    await reader.open(filed)
    token = (await reader.post(f"/lacak/{filed.tracking_id}/langsung")).json()["token"]
    assert verify_feed(keys["LAPOR_RECEIPT_PUBLIC_KEY"], token).report_id == filed.report_id


async def test_a_draft_with_a_made_up_code_is_counted_as_a_new_one(read, monkeypatch):
    reader = read()
    monkeypatch.setattr(reader.intake.desk.draft_guard, "_all", RateLimiter("1/hour"))
    await reader.get("/lapor")
    sent = [await reader.post("/lapor", **STORY, draft=new_code(), draft_version=n, go="save") for n in "01"]
    assert [one.status_code for one in sent] == [200, 429]
    assert STORY["text"] in sent[1].text
    assert await reader.intake.count("drafts") == 1
