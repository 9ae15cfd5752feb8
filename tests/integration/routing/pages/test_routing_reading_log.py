"""Who opened secret reports at the agencies' desks, as overseers read it."""

import pytest
from uuid_utils.compat import uuid7

from shared.security.tokens import Role
from tests.integration.routing.pages.browser import CITY, ROADS
from tests.unit.routing.stories import verified


async def test_opening_a_secret_report_is_written_down_and_an_open_one_is_not(open_desk, routing):
    for secret in (True, False):
        await routing.hear(verified(report_id=uuid7(), secret=secret))
    desk = open_desk()
    for leg in await routing.legs():
        await desk.get(f"/petugas/disposisi/{leg.leg_id}")
    rows = await routing.rows("SELECT r.officer, l.secret FROM secret_readings r JOIN legs l USING (leg_id)")
    assert [tuple(row) for row in rows] == [("liaison-1", True)]


async def test_reading_a_secret_report_over_the_api_is_written_down_like_opening_its_page(
    client, sign, routing
):
    for secret in (True, False):
        await routing.hear(verified(report_id=uuid7(), secret=secret))
    for leg in await routing.legs():
        answer = await client.get(f"/v1/dispositions/{leg.leg_id}", headers=sign(Role.LIAISON, ROADS))
        assert answer.status_code == 200
    rows = await routing.rows("SELECT l.secret FROM secret_readings r JOIN legs l USING (leg_id)")
    assert [row.secret for row in rows] == [True]


async def test_no_list_tells_the_title_of_a_secret_report(open_desk, client, sign, routing):
    await routing.hear(verified(report_id=uuid7(), secret=True))
    (leg,) = await routing.legs()
    listed = await client.get("/v1/dispositions", headers=sign(Role.LIAISON, ROADS))
    page = await open_desk().get("/petugas/disposisi")
    assert [one["title"] for one in listed.json()["dispositions"]] == [None]
    assert (leg.title in page.text, "Laporan rahasia" in page.text) == (False, True)


@pytest.mark.parametrize(("agency", "seen"), [(None, 1), (ROADS, 1), (CITY, 1), ("35.3578.dishub", 0)])
async def test_who_oversees_reads_who_opened_secret_reports_of_agencies_in_scope(
    open_desk, routing, agency, seen
):
    await routing.hear(verified(report_id=uuid7(), secret=True))
    leg = (await routing.legs())[0]
    await open_desk().get(f"/petugas/disposisi/{leg.leg_id}")
    page = await open_desk(Role.SUPERVISOR, agency).get("/petugas/pengawasan/pembaca?petugas=liaison-1")
    assert page.text.count("<strong>liaison-1</strong>") == seen


async def test_a_liaison_does_not_see_who_reads(open_desk):
    assert (await open_desk().get("/petugas/pengawasan/pembaca")).status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("sampai=9999-12-31", 422),
        ("dari=0001-01-01", 422),
        ("sebelum=0001-01-01T00:00:00%2B14:00~1", 200),
        ("sebelum=9999-12-31T23:00:00-14:00~1", 200),
    ],
)
async def test_days_that_no_calendar_holds_are_told_and_not_reckoned_with(open_desk, query, status):
    page = await open_desk(Role.SUPERVISOR).get(f"/petugas/pengawasan/pembaca?{query}")
    assert page.status_code == status
