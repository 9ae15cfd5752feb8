"""Clusters on a real database: made and undone by officers, no circles, and one answer for all."""

import asyncio
from uuid import uuid4

import pytest

from services.verification.domain.errands import Errand
from services.verification.errands import do_some
from services.verification.supporters import count_supporters
from shared import contracts as c
from shared.messaging.consumer import Event
from shared.security.tokens import Role
from tests.integration.verification.deciding import VERIFICATION
from tests.integration.verification.lives import legs_life
from tests.support.problems import problem

UNDO = {"reason": "Ternyata lampu di jalan lain."}


async def join(client, report_id, lead):
    return await client.post(f"/v1/cases/{report_id}/merging", json={"into": str(lead)})


@pytest.fixture
async def pair(desk, admin):
    """A case and another that joined it."""
    lead, member = await desk.file(), await desk.file()
    assert (await join(admin, member, lead)).status_code == 200
    return lead, member


async def told(desk) -> list[c.LeadStatusChanged]:
    await do_some(desk.database, Errand.CLUSTER)
    return [fact for fact in await desk.said() if isinstance(fact, c.LeadStatusChanged)]


async def answered(desk, admin, clock, lead, **verification):
    await admin.post(f"/v1/cases/{lead}/verification", json={**VERIFICATION, **verification})
    await desk.hear(*legs_life(lead, clock.now())[1:4])


async def test_a_cluster_shows_who_answers_and_who_joined(admin, pair):
    lead, member = pair
    for asked in pair:
        cluster = (await admin.get(f"/v1/cases/{asked}/cluster")).json()
        assert cluster["lead"]["report_id"] == str(lead)
        assert [one["case"]["report_id"] for one in cluster["members"]] == [str(member)]
    [line] = [
        line for line in (await admin.get("/v1/cases")).json()["cases"] if line["report_id"] == str(lead)
    ]
    assert line["members"] == 1


async def test_a_case_leaves_its_cluster_and_waits_for_its_own_verification(desk, admin, pair):
    member = pair[1]
    answer = await admin.post(f"/v1/cases/{member}/unmerging", json=UNDO)
    assert (answer.status_code, answer.json()["status"]) == (200, "received")
    assert await desk.rows("SELECT FROM members") == []
    history = (await admin.get(f"/v1/cases/{member}")).json()["history"]
    assert (history[-1]["type"], history[-1]["note"]) == ("case.unmerged", UNDO["reason"])


@pytest.mark.parametrize("body", [{}, {"reason": "salah"}])
async def test_leaving_a_cluster_needs_a_reason(admin, pair, body):
    assert (await admin.post(f"/v1/cases/{pair[1]}/unmerging", json=body)).status_code == 422


async def test_a_case_that_joined_nothing_cannot_leave(desk, admin):
    answer = await admin.post(f"/v1/cases/{await desk.file()}/unmerging", json=UNDO)
    assert problem(answer) == (409, "transition-refused")


async def test_a_circle_is_refused(admin, pair):
    lead, member = pair
    assert (await join(admin, lead, member)).status_code == 409


async def test_a_circle_of_three_at_one_instant_is_refused(desk, admin):
    one, two, three = [await desk.file() for _ in range(3)]
    answers = await asyncio.gather(join(admin, one, two), join(admin, two, three), join(admin, three, one))
    assert max(answer.status_code for answer in answers) == 409
    rows = await desk.rows("SELECT report_id, lead FROM members")
    assert len(rows) in {1, 2}


async def test_a_coordinator_does_not_undo_a_cluster(open_client, pair):
    client = open_client(Role.COORDINATOR, "35.3578")
    assert (await client.post(f"/v1/cases/{pair[1]}/unmerging", json=UNDO)).status_code == 403


async def test_one_answer_reaches_all(desk, admin, clock, pair):
    lead, member = pair
    await answered(desk, admin, clock, lead)
    [fact] = await told(desk)
    assert (fact.report_id, fact.status) == (member, c.CaseStatus.AWAITING_REPORTER)
    assert (fact.tracking_id, fact.lead_tracking_id) == ("K7MQ3XW002", "K7MQ3XW001")
    assert fact.answer is not None
    assert "Dinas Perhubungan" in fact.answer
    assert await told(desk) == [fact], "told once"


async def test_who_joined_a_member_hears_the_answer_of_the_first(desk, admin, clock, pair):
    lead, member = pair
    third = await desk.file()
    await admin.post(f"/v1/cases/{member}/unmerging", json=UNDO)
    await join(admin, third, member)
    await join(admin, member, lead)
    await answered(desk, admin, clock, lead)
    assert {fact.report_id for fact in await told(desk)} == {member, third}


async def support(desk, report_id, clock, *, withdrawn=False):
    supporter_id = uuid4()
    fact = c.ReportSupported(
        report_id=report_id, occurred_at=clock.now(), supporter_id=supporter_id, withdrawn=withdrawn
    )
    async with desk.database.transaction() as tx:
        await count_supporters(tx, [Event(uuid4(), fact)])
    return supporter_id


async def heard(desk) -> dict:
    await do_some(desk.database, Errand.CLUSTER)
    told = [fact for fact in await desk.said() if isinstance(fact, c.SupportedStatusChanged)]
    return {fact.report_id: (fact.tracking_id, fact.status) for fact in told}


async def test_supporters_of_a_case_and_of_those_that_joined_it_hear_the_answer(desk, admin, clock, pair):
    first, second = [await support(desk, report_id, clock) for report_id in pair]
    await support(desk, pair[0], clock, withdrawn=True)
    await answered(desk, admin, clock, pair[0])
    waiting = ("K7MQ3XW001", c.CaseStatus.AWAITING_REPORTER)
    assert await heard(desk) == {first: waiting, second: waiting}


async def test_supporters_hear_nothing_of_a_case_that_became_secret(desk, admin, clock, pair):
    await support(desk, pair[0], clock)
    await answered(desk, admin, clock, pair[0], secret=True)
    assert await heard(desk) == {}


async def test_nothing_of_a_secret_lead_is_told_but_its_status(desk, admin, clock, pair):
    await answered(desk, admin, clock, pair[0], secret=True)
    [fact] = await told(desk)
    assert (fact.answer, fact.lead_tracking_id) == (None, None)


async def test_the_version_of_a_member_grows_with_what_it_is_told(desk, admin, clock, pair):
    before = (await desk.row(pair[1])).version
    await answered(desk, admin, clock, pair[0])
    [fact] = await told(desk)
    assert (await desk.row(pair[1])).version == fact.case_version == before + 1


async def test_members_of_a_lead_that_ends_without_an_answer_wait_for_officers_again(desk, clock, pair):
    lead, member = pair
    await desk.hear(c.ReportWithdrawn(report_id=lead, occurred_at=clock.now()))
    assert await told(desk) == []
    assert (await desk.row(member)).status == "received"
    assert await desk.rows("SELECT FROM members") == []


async def test_bulk_undoes_clusters_too_and_reports_each(admin, pair):
    items = [{"decision": "unmerging", "report_id": str(report_id), **UNDO} for report_id in (*pair, uuid4())]
    outcome = (await admin.post("/v1/cases/decisions", json={"decisions": items})).json()
    assert [one["status"] for one in outcome["outcomes"]] == [409, 200, 404]
