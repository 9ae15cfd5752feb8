"""The public list holds what everyone may read, as they may read it, and is found by what it shows."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import uuid4

import pytest

from services.intake import listing
from services.intake.listing import Search
from shared.contracts import CaseStatus, CaseVerified, Classification

from .legs import leg

STORY = "Jalan berlubang di depan pasar, hubungi saya di 0812 3456 7890 kapan saja."


@pytest.fixture
def listed(intake):
    return intake.desk.database


@pytest.fixture
def file(intake, listed):
    async def one(**report):
        filed = await intake.file(**{"text": STORY, **report})
        await intake.status(filed.report_id, 1, CaseStatus.RECEIVED)
        await listing.list_batch(listed)
        return filed

    return one


async def titles(listed, **search):
    return [row["title"] for row in (await listing.find(listed, Search(**search))).rows]


async def test_a_report_is_listed_newest_first(file, listed, clock):
    await file(title="Yang pertama")
    clock.advance(timedelta(minutes=1))
    await file(title="Yang kedua")
    assert await titles(listed) == ["Yang kedua", "Yang pertama"]


async def test_a_secret_report_is_not_listed(file, listed):
    await file(title="Tidak untuk umum", secret=True)
    assert await titles(listed) == []


@pytest.mark.parametrize(
    "text", ["Lurah Siti Aminah menarik pungli dari warga.", "NIK saya 3578011234560001 ditolak di loket."]
)
async def test_a_report_that_names_people_is_listed_once_an_officer_has_verified_it(
    file, intake, listed, clock, text
):
    filed = await file(title="Pungutan di kelurahan", text=text)
    assert await titles(listed) == []
    await intake.hear(
        CaseVerified(
            report_id=filed.report_id, occurred_at=clock.now(), case_version=2, tracking_id="K7MQ3XW9FA",
            title="Pungutan di kelurahan", text=text, classification=Classification.SUPERVISION,
            category="pungli", anonymous=False, secret=False,
        )
    )  # fmt: skip
    await listing.list_batch(listed)
    assert await titles(listed) == ["Pungutan di kelurahan"]


async def test_a_report_that_is_hidden_later_is_gone_at_once_and_then_from_the_list(file, intake, listed):
    filed = await file(title="Disembunyikan kemudian")
    await intake.status(filed.report_id, 2, CaseStatus.FORWARDED, secret=True)
    assert await titles(listed) == []
    await listing.list_batch(listed)
    assert await intake.count("listed") == 0


async def test_what_is_masked_is_neither_shown_nor_found(file, listed):
    await file(title="Jalan berlubang")
    page = await listing.find(listed, Search())
    assert "3456" not in page.rows[0]["excerpt"]
    assert await titles(listed, words="081234567890") == []
    assert await titles(listed, words="0812 3456 7890") == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"words": "berlubang"}, True),
        ({"words": "banjir"}, False),
        ({"status": "received"}, True),
        ({"status": "closed"}, False),
        ({"category": "infrastruktur"}, True),
        ({"category": "sampah"}, False),
        ({"province": "35"}, True),
        ({"province": "31"}, False),
        ({"city": "35.78"}, True),
        ({"city": "35.79"}, False),
        ({"agency": "35.3578.dishub"}, False),
        ({"words": "pasar", "status": "received", "city": "35.78"}, True),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else str(value),
)
async def test_a_report_is_found_by_words_status_topic_and_place(file, listed, search, found):
    await file(title="Jalan rusak", category="infrastruktur", place={"region": "35.78"})
    assert await titles(listed, **search) == (["Jalan rusak"] if found else [])


async def test_the_next_page_begins_where_the_last_one_ended(file, listed, clock):
    for number in range(listing.PAGE + 3):
        await file(title=f"Laporan nomor {number}")
        clock.advance(timedelta(seconds=1))
    first = await listing.find(listed, Search())
    second = await listing.find(listed, Search(before=first.more))
    both = [row["title"] for row in (*first.rows, *second.rows)]
    assert both == [f"Laporan nomor {number}" for number in reversed(range(listing.PAGE + 3))]
    assert second.more is None


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "kemarin"])
async def test_a_page_that_begins_where_no_report_can_be_is_not_found(read, at):
    place = urlsafe_b64encode(f"{at} {uuid4()}".encode()).decode()
    assert (await read().get(f"/laporan?sebelum={place}")).status_code == 404


async def test_a_status_that_changes_is_listed_anew(file, intake, listed):
    filed = await file(title="Diteruskan")
    await intake.status(filed.report_id, 2, CaseStatus.FORWARDED)
    await listing.list_batch(listed)
    assert await titles(listed, status="forwarded") == ["Diteruskan"]


@pytest.mark.parametrize(
    "search", [{}, {"words": "berlubang"}, {"city": "35.78"}], ids=["alone", "words", "city"]
)
async def test_what_an_agency_has_is_found_by_it(file, intake, listed, search):
    filed = await file(title="Jalan rusak", place={"region": "35.78"})
    await leg(intake, filed, "35.3578.dpubm")
    await listing.list_batch(listed)
    assert await titles(listed, agency="35.3578.dpubm", **search) == ["Jalan rusak"]
    assert await titles(listed, agency="35.3578.dishub", **search) == []
