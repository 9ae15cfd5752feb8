"""What lies with an agency, by page: found, counted, downloaded, and seen by nobody else."""

import re
from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from shared.security.tokens import Role
from tests.integration.routing.pages.browser import CITY
from tests.unit.routing.stories import HOUR, MONDAY, verified


async def test_whoever_is_not_signed_in_is_sent_there(open_desk):
    browser = open_desk()
    browser.cookies.clear()
    assert (await browser.get("/petugas/disposisi")).headers["location"].startswith("/petugas/perpanjang?")


async def test_the_list_shows_what_is_owed_with_the_working_days_that_remain(desk, path, clock):
    clock.set(MONDAY + HOUR)
    page = (await desk.get("/petugas/disposisi")).text
    assert "Jalan berlubang" in page
    assert "5 hari kerja lagi" in page


async def test_what_is_late_says_by_how_many_working_days(desk, path, clock):
    clock.set(MONDAY + timedelta(days=9))
    assert "Terlambat 2 hari kerja" in (await desk.get("/petugas/disposisi?tampilan=lambat")).text


@pytest.mark.parametrize("agency", ["35.3578.dishub", "31", "35.3578.dpubm2"])
async def test_another_agencys_officer_sees_nothing_of_it(open_desk, path, agency):
    stranger = open_desk(Role.COORDINATOR, agency)
    assert "Jalan berlubang" not in (await stranger.get("/petugas/disposisi")).text
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.post(f"{path}/terima", data={})).status_code == 404


async def test_a_report_is_found_by_its_number_however_it_is_typed(desk, path):
    assert "Jalan berlubang" in (await desk.get("/petugas/disposisi?nomor=k7m-q3xw+9fz")).text


async def test_a_mistyped_number_is_said_next_to_the_field_and_kept(desk, path):
    page = await desk.get("/petugas/disposisi?nomor=K7MQ3XW9FB")
    assert (page.status_code, 'id="nomor-salah"' in page.text, "K7MQ3XW9FB" in page.text) == (422, True, True)


async def test_a_long_list_continues_on_the_next_page(open_desk, routing):
    for number in range(27):
        await routing.hear(verified(report_id=uuid7(), title=f"Laporan {number:02}"))
    desk = open_desk()
    first = (await desk.get("/petugas/disposisi")).text
    following = re.search(r'class="button quiet" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = (await desk.get(following)).text
    shown = re.findall(r">(Laporan \d\d)</a>", first), re.findall(r">(Laporan \d\d)</a>", second)
    assert [len(page) for page in shown] == [25, 2]
    assert len({*shown[0], *shown[1]}) == 27


async def test_english_is_one_choice_away(desk, path):
    assert "working days left" in (await desk.get("/petugas/disposisi?lang=en")).text


async def test_the_inspectorate_sees_counts_over_its_subtree(open_desk, path, clock):
    clock.set(MONDAY + timedelta(days=9))
    page = (await open_desk(Role.SUPERVISOR, CITY).get("/petugas/pengawasan")).text
    assert '<div class="late"><dt>Terlambat</dt><dd>1</dd></div>' in page
    elsewhere = (await open_desk(Role.SUPERVISOR, "31").get("/petugas/pengawasan")).text
    assert "<div><dt>Terlambat</dt><dd>0</dd></div>" in elsewhere


async def test_the_list_is_downloaded_as_a_table_in_which_nothing_is_a_formula(open_desk, routing):
    await routing.hear(verified(category="=1+1"))
    table = await open_desk(Role.SUPERVISOR, CITY).get("/petugas/pengawasan/disposisi.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[0].startswith("\ufeffnomor,instansi")
    assert "'=1+1" in table.text and "Kenanga" not in table.text
