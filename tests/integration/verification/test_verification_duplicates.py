"""Candidates for duplicates on a real database: found with reasons, within scope, masked outside."""

import pytest

from services.verification.domain.errands import Errand
from services.verification.errands import do_some
from shared import contracts as c
from shared.security.tokens import Role

MAWAR = c.Place(region="35.78.01")
LAMP = "Lampu penerangan jalan di Jalan Mawar padam sejak seminggu, malam gelap dan rawan begal."
SAME = "Sudah seminggu lampu penerangan Jalan Mawar padam, kalau malam gelap rawan begal."
NAMED = "Lampu penerangan Jalan Mawar padam seminggu, kata Pak Bambang Sutrisno malam gelap rawan begal."


@pytest.fixture
async def sketched(desk):
    """Files reports and does the errands that follow."""

    async def file(*reports):
        ids = [await desk.file(**report) for report in reports]
        await do_some(desk.database, Errand.SKETCH)
        return ids

    return file


def lamp(text=LAMP, **changes):
    return {"title": "Lampu jalan padam", "text": text, "place": MAWAR, **changes}


async def candidates(client, report_id):
    answer = await client.get(f"/v1/cases/{report_id}/duplicates")
    assert answer.status_code == 200, answer.text
    return answer.json()["candidates"]


async def test_a_report_of_the_same_matter_is_a_candidate_with_reasons(admin, sketched):
    first, second, _ = await sketched(
        lamp(),
        lamp(SAME),
        lamp("Antrean loket BPJS tidak tertib dan petugas terlambat.", title="Antrean BPJS"),
    )
    [found] = await candidates(admin, first)
    assert found["case"]["report_id"] == str(second)
    assert {"words", "region", "time"} <= {reason["kind"] for reason in found["reasons"]}
    assert any(reason["phrases"] for reason in found["reasons"])


async def test_a_report_that_no_errand_has_reached_finds_those_before_it(desk, admin, sketched):
    [first] = await sketched(lamp())
    newest = await desk.file(**lamp(SAME))
    assert [one["case"]["report_id"] for one in await candidates(admin, newest)] == [str(first)]


async def test_the_phrases_of_a_secret_candidate_are_not_shown(admin, sketched):
    first, _ = await sketched(lamp(), lamp(SAME, secret=True))
    [found] = await candidates(admin, first)
    assert found["case"]["title"] is None
    assert not any(reason["phrases"] for reason in found["reasons"])


async def test_asking_for_the_candidates_of_a_secret_case_is_written_down(desk, admin, sketched):
    [first] = await sketched(lamp(secret=True))
    await candidates(admin, first)
    assert len(await desk.rows("SELECT FROM readings")) == 1


async def test_a_coordinator_finds_nothing_outside_its_scope(open_client, sketched):
    first, _ = await sketched(lamp(), lamp(SAME, place=c.Place(region="73.71")))
    assert await candidates(open_client(Role.COORDINATOR, "35.3578"), first) == []


async def test_a_region_that_an_officer_corrects_is_looked_for_from_then_on(desk, admin, sketched):
    [first] = await sketched(lamp(place=c.Place()))
    body = {"classification": "non_supervision", "category": "Jalan", "region": "35.78.01"}
    await admin.post(f"/v1/cases/{first}/verification", json=body)
    before = await desk.rows("SELECT no, b10 FROM sketches")
    await do_some(desk.database, Errand.SKETCH)
    after = await desk.rows("SELECT no, b10 FROM sketches")
    assert (before[0].no, len(after)) == (after[0].no, 1)
    assert before[0].b10 != after[0].b10


# before filing


async def test_the_public_sees_open_reports_like_theirs_with_names_masked(open_client, sketched):
    await sketched(lamp(NAMED, secret=False))
    anyone = open_client()
    answer = await anyone.post("/v1/cases/similar", json={"text": LAMP, "region": "35.78.01"})
    assert answer.json() == {"similar": []}, "its words name somebody, and no officer has opened it yet"
    await sketched(lamp(SAME))
    [found] = (await anyone.post("/v1/cases/similar", json={"text": LAMP, "region": "35.78.01"})).json()[
        "similar"
    ]
    assert (found["tracking_id"], found["status_label"]) == ("K7MQ3XW002", "Belum terverifikasi")
    assert found["excerpt"] == SAME


async def test_a_name_in_a_report_that_was_opened_stays_masked(admin, open_client, sketched):
    [report_id] = await sketched(lamp(NAMED))
    body = {"classification": "non_supervision", "category": "Jalan", "secret": False}
    body["secrecy_reason"] = "Nama tokoh umum, bukan pelapor."
    assert (await admin.post(f"/v1/cases/{report_id}/verification", json=body)).status_code == 200
    [found] = (await open_client().post("/v1/cases/similar", json={"text": LAMP})).json()["similar"]
    assert "Bambang" not in str(found)


async def test_secret_reports_are_never_pointed_to(open_client, sketched):
    await sketched(lamp(SAME, secret=True))
    assert (await open_client().post("/v1/cases/similar", json={"text": LAMP})).json() == {"similar": []}


async def test_one_source_searches_so_often_and_another_is_still_answered(open_client, desk):
    async def searched(client):
        return (await client.post("/v1/cases/similar", json={"text": LAMP})).status_code

    one, other = (open_client(**{"X-Lapor-Source": f"203.0.113.{n}"}) for n in (7, 8))
    assert [await searched(one) for _ in range(21)] == [200] * 20 + [429]
    assert await searched(other) == 200


@pytest.mark.parametrize(
    "body", [{"text": "pendek"}, {"text": "x" * 10_001}, {"text": LAMP, "region": "Surabaya"}]
)
async def test_a_text_that_says_nothing_or_too_much_is_refused(open_client, desk, body):
    answer = await open_client().post("/v1/cases/similar", json=body)
    assert answer.status_code == 422
