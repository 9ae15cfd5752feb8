"""The reading log: what is written down for good, and who sees which readings of it, by page."""

import re

import pytest
import sqlalchemy.exc

from shared.security.tokens import Role
from tests.integration.verification.deciding import NAMED
from tests.integration.verification.window import case

LOG = "/petugas/pembaca"


@pytest.fixture
def read(desk, window):
    """Files a secret report and has somebody open it so many times; its id."""

    async def read(number: int = 1, times: int = 1, **report):
        report_id = await desk.file(secret=True, **report)
        admin = window(number=number)
        for _ in range(times):
            await admin.go(case(report_id))
        return report_id

    return read


def officers_in(page: str) -> list[str]:
    return re.findall(r"<strong>(\w+-\d)</strong></a>", page)


async def test_an_auditor_reads_who_opened_what_and_no_word_of_it(read, window):
    await read(title="Atasan meminta setoran")
    page = await window(Role.AUDITOR).go(LOG)
    assert officers_in(page) == ["national_admin-1"]
    assert "Atasan" not in page


async def test_a_supervisor_sees_readings_in_scope_alone(read, window):
    await read(place={"region": "35.78"})
    await read(number=2, place={"region": "33.74"})
    page = await window(Role.SUPERVISOR, "35.3578").go(LOG)
    assert officers_in(page) == ["national_admin-1"]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LIAISON, Role.OPERATOR])
async def test_nobody_else_sees_it(window, role):
    await window(role, "35.3578").go(LOG, 403)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("petugas=national_admin-2", ["national_admin-2"]),
        ("petugas=orang.lain", []),
        ("dari={today}&sampai={today}", ["national_admin-2", "national_admin-1"]),
        ("sampai=2001-01-01", []),
        ("nomor=222-2222-222", ["national_admin-2"]),
    ],
)
async def test_it_is_asked_by_officer_report_and_day(read, window, clock, asked, found):
    await read()
    await read(number=2, tracking_id="2222222222")
    page = await window(Role.AUDITOR).go(f"{LOG}?{asked.format(today=clock.now().date())}")
    assert officers_in(page) == found


@pytest.mark.parametrize("asked", ["nomor=bukan-nomor", "dari=kemarin", "dari=2026-07-06&sampai=2026-07-05"])
async def test_what_cannot_be_read_is_said_next_to_its_field(desk, window, asked):
    page = await window(Role.AUDITOR).go(f"{LOG}?{asked}", 422)
    assert 'class="wrong"' in page and "Traceback" not in page


async def test_every_reading_is_on_exactly_one_page(read, window):
    await read(times=53)
    auditor = window(Role.AUDITOR)
    first = await auditor.go(LOG)
    following = re.search(r'href="([^"]+)" rel="next"', first).group(1).replace("&amp;", "&")
    second = await auditor.go(following)
    assert [len(officers_in(page)) for page in (first, second)] == [50, 3]


@pytest.mark.parametrize(
    ("filed", "count"),
    [({"secret": True}, 1), ({"text": NAMED}, 1), ({}, 0)],
    ids=["secret", "named", "open"],
)
async def test_who_opens_a_secret_case_is_written_down(desk, admin, filed, count):
    report_id = await desk.file(**filed)
    await admin.get(f"/v1/cases/{report_id}")
    rows = await desk.rows("SELECT report_id, officer, role FROM readings")
    assert [tuple(row) for row in rows] == [(report_id, "national_admin-1", "national_admin")] * count


async def test_who_has_read_a_secret_case_is_shown_to_those_who_oversee(desk, admin, open_client):
    report_id = await desk.file(secret=True)
    await open_client(Role.SUPERVISOR).get(f"/v1/cases/{report_id}")
    [reading] = (await admin.get(f"/v1/cases/{report_id}/readings")).json()["readings"]
    assert (reading["officer"], reading["role"]) == ("supervisor-1", "supervisor")
    coordinator = open_client(Role.COORDINATOR, "35.3578")
    assert (await coordinator.get(f"/v1/cases/{report_id}/readings")).status_code == 403


@pytest.mark.parametrize("table", ["readings", "entries"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET officer = 'nobody'"])
async def test_what_was_written_down_cannot_be_changed(desk, admin, table, change):
    await admin.get(f"/v1/cases/{await desk.file(secret=True)}")
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="only ever added to"):
        await desk.rows(change.format(table))
