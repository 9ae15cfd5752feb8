"""Who opened secret reports at the agencies' desks, as overseers read it."""

import pytest
from uuid_utils.compat import uuid7

from shared.security.tokens import Role
from tests.integration.routing.test_routing_pages import CITY, ROADS, open_desk, shell
from tests.unit.routing.stories import verified

__all__ = ["open_desk", "shell"]


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
