"""A report that its reporter took back: by every public door its status is read, and none of its words."""

import pytest

from services.intake import listing
from shared.contracts import CaseStatus
from shared.security.tokens import Role

from .conftest import _application
from .evidence_desk import check, token
from .reader import with_pages
from .test_intake_agency_evidence import DISHUB, complete, leg, shows

WORD = "perkutut"
STORY = {
    "title": f"Kandang {WORD} di trotoar",
    "text": f"Kandang {WORD} menutup trotoar di depan pasar sejak minggu lalu.",
    "category": "ketertiban-umum",
    "place": {"region": "35.78"},
}
DOORS = [
    "/v1/reports/{id}",
    "/lacak/{id}",
    "/laporan",
    f"/laporan?q={WORD}",
    "/laporan?topik=ketertiban-umum",
    "/open311/v2/requests.json",
    "/open311/v2/requests.xml?service_request_id={id}",
    "/open311/v2/requests/{id}.json",
]


@pytest.fixture(scope="module")
def application():
    """The service with its pages."""
    return with_pages(_application())


@pytest.fixture
async def filed(intake):
    one = await intake.file(**STORY)
    await intake.status(one.report_id, 1, CaseStatus.RECEIVED)
    await listing.list_batch(intake.database)
    return one


async def withdrawn(intake, filed, version: int = 2) -> None:
    await intake.status(filed.report_id, version, CaseStatus.WITHDRAWN)
    await listing.list_batch(intake.database)


@pytest.mark.parametrize("door", DOORS)
async def test_no_public_door_tells_a_word_of_it(intake, filed, door):
    async def read() -> str:
        # The list repeats what was searched for, in its own field.
        page = await intake.http.get(door.format(id=filed.tracking_id), headers={"Accept": "text/html"})
        return page.text.replace(f'value="{WORD}"', "").replace(f"q={WORD}", "")

    before = await read()
    await withdrawn(intake, filed)
    assert (WORD in before, WORD in await read()) == (True, False)


async def test_its_page_tells_its_status_and_offers_nobody_to_support_it(intake, filed):
    await withdrawn(intake, filed)
    page = (await intake.http.get(f"/lacak/{filed.tracking_id}", headers={"Accept": "text/html"})).text
    assert "Dicabut" in page and "isinya tidak ditampilkan lagi" in page
    assert "Anda mengalaminya juga?" not in page


async def test_georeport_tells_that_it_is_closed(intake, filed):
    await withdrawn(intake, filed)
    (row,) = (await intake.http.get(f"/open311/v2/requests/{filed.tracking_id}.json")).json()
    assert (row["status"], row["status_notes"], row["service_code"]) == ("closed", "Dicabut", "lainnya")
    assert {row[name] for name in ("description", "service_notice", "address_id", "lat", "long")} == {None}


async def test_its_reporter_reads_all_of_it(intake, filed):
    await withdrawn(intake, filed)
    assert WORD in (await intake.http.get(filed.url, headers=filed.code)).json()["text"]


async def test_what_an_agency_showed_of_its_work_is_shown_to_nobody_else_any_more(intake, filed, keys):
    filed.about, filed.files = await leg(intake, filed, DISHUB), f"{filed.url}/evidence"
    liaison = token(keys, Role.LIAISON, DISHUB)
    evidence_id = (await shows(intake, filed, liaison)).json()["evidence_id"]
    await check(intake)
    await complete(intake, filed, evidence_id)
    path = f"/lacak/{filed.tracking_id}/bukti/{evidence_id}"
    before = await intake.http.get(path)
    await withdrawn(intake, filed, 3)
    assert (before.status_code, (await intake.http.get(path)).status_code) == (200, 404)
