"""An appeal against archiving, and cases that join another, over HTTP."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from shared import contracts as c
from tests.integration.verification.deciding import decide
from tests.support.problems import problem


async def appealed(desk, admin, clock):
    """A case that national_admin-1 archived and its reporter appealed."""
    report_id = await desk.file()
    await decide(admin, report_id, "archiving")
    clock.advance(timedelta(hours=1))
    await desk.hear(c.ReportAppealed(report_id=report_id, occurred_at=clock.now(), text="Bukan percobaan."))
    return report_id


async def test_an_appeal_puts_an_archived_case_back_to_received(desk, admin, clock):
    report_id = await appealed(desk, admin, clock)
    changed = (await desk.said())[-1]
    assert (changed.status, changed.previous, changed.case_version) == ("received", "archived", 3)
    assert (await admin.get(f"/v1/cases/{report_id}")).json()["appeal"] == "Bukan percobaan."


@pytest.mark.parametrize("what", ["verification", "clarification", "archiving"])
async def test_the_officer_who_archived_a_case_does_not_decide_its_appeal(desk, admin, clock, what):
    report_id = await appealed(desk, admin, clock)
    response = await decide(admin, report_id, what)
    assert problem(response) == (403, "not-impartial")


async def test_the_officer_who_archived_a_case_does_not_keep_its_appeal_from_others(
    desk, admin, other, clock
):
    report_id = await appealed(desk, admin, clock)
    assert problem(await admin.post(f"/v1/cases/{report_id}/claim")) == (403, "not-impartial")
    assert (await other.post(f"/v1/cases/{report_id}/claim")).status_code == 200


async def test_another_officer_decides_the_appeal_and_a_second_archiving_is_final(desk, admin, other, clock):
    report_id = await appealed(desk, admin, clock)
    assert (await decide(other, report_id, "archiving")).json()["status"] == "archived"
    clock.advance(timedelta(hours=1))
    await desk.hear(c.ReportAppealed(report_id=report_id, occurred_at=clock.now(), text="Sekali lagi."))
    assert (await desk.row(report_id)).status == "archived"


async def test_a_case_joins_another(desk, admin):
    report_id, target = await desk.file(), await desk.file()
    assert (await decide(admin, report_id, "merging", into=str(target))).json()["status"] == "merged"
    assert (await desk.said())[-2].into == target


async def test_a_case_cannot_join_itself(desk, admin):
    report_id = await desk.file()
    response = await decide(admin, report_id, "merging", into=str(report_id))
    assert problem(response) == (409, "merged-into-itself")


async def test_a_case_cannot_join_one_that_does_not_exist(desk, admin):
    report_id = await desk.file()
    response = await decide(admin, report_id, "merging", into=str(uuid4()))
    assert problem(response) == (409, "no-such-target")
    assert len(await desk.rows("SELECT 1 FROM cases")) == 1


async def test_a_case_cannot_join_one_that_ended_without_an_answer(desk, admin):
    report_id, target = await desk.file(), await desk.file()
    await decide(admin, target, "archiving")
    response = await decide(admin, report_id, "merging", into=str(target))
    assert problem(response) == (409, "no-such-target")


async def test_two_cases_cannot_join_each_other_at_the_same_moment(desk, admin):
    one, two = await desk.file(), await desk.file()
    responses = await asyncio.gather(
        decide(admin, one, "merging", into=str(two)), decide(admin, two, "merging", into=str(one))
    )
    assert sorted(response.status_code for response in responses) == [200, 409]
    assert sorted([(await desk.row(one)).status, (await desk.row(two)).status]) == ["merged", "received"]
