"""Two officers and one case: claims, versions, and decisions at the same moment."""

import asyncio
from datetime import timedelta

import pytest

from tests.integration.verification.deciding import PROBLEM, VERIFICATION, decide, listed
from tests.integration.verification.lives import supplemented
from tests.support.problems import problem, wrong_field


async def test_a_claimed_case_is_not_decided_by_another_who_is_told_until_when_and_not_by_whom(
    desk, admin, other
):
    report_id = await desk.file()
    claim = (await admin.post(f"/v1/cases/{report_id}/claim")).json()
    assert claim["claimed_until"] == "2026-07-06T02:15:00Z"
    refused = await other.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    assert problem(refused) == (409, "claimed")
    assert "09.15 WIB" in refused.json()["detail"]
    assert "national_admin-1" not in refused.text
    assert problem(await other.post(f"/v1/cases/{report_id}/claim")) == (409, "claimed")


async def test_of_two_claims_at_once_one_is_taken(desk, admin, other):
    report_id = await desk.file()
    answers = await asyncio.gather(*(each.post(f"/v1/cases/{report_id}/claim") for each in (admin, other)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_claim_runs_out(desk, admin, other, clock):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/claim")
    clock.advance(timedelta(minutes=15))
    assert (await other.post(f"/v1/cases/{report_id}/claim")).status_code == 200


async def test_a_claim_is_let_go_by_its_officer_alone(desk, admin, other):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/claim")
    assert problem(await other.delete(f"/v1/cases/{report_id}/claim")) == (409, "claimed")
    assert (await admin.delete(f"/v1/cases/{report_id}/claim")).status_code == 204
    assert (await other.post(f"/v1/cases/{report_id}/claim")).status_code == 200


async def test_a_decision_ends_the_claim_and_a_fact_of_others_does_not(desk, admin, clock):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/claim")
    await desk.hear(supplemented(report_id, clock.now()))
    assert (await desk.row(report_id)).claimed_by == "national_admin-1"
    await admin.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    assert (await desk.row(report_id)).claimed_by is None


async def test_what_others_have_claimed_can_be_left_out_of_the_queue(desk, admin, other):
    report_id, _ = await desk.file(), await desk.file()
    await admin.post(f"/v1/cases/{report_id}/claim")
    assert await listed(other, free=True) == ["K7MQ3XW002"]
    assert len(await listed(admin, free=True)) == 2


async def test_a_case_that_waits_for_no_decision_is_not_claimed(desk, admin):
    report_id = await desk.file()
    await admin.post(f"/v1/cases/{report_id}/verification", json=VERIFICATION)
    assert problem(await admin.post(f"/v1/cases/{report_id}/claim")) == (409, "nothing-to-decide")


async def test_of_ten_decisions_at_once_exactly_one_is_taken(desk, admin):
    report_id = await desk.file()
    responses = await asyncio.gather(
        *(decide(admin, report_id, what) for what in ("verification", "archiving") * 5)
    )
    lost = [response for response in responses if response.status_code != 200]
    assert [(one.status_code, one.headers["content-type"]) for one in lost] == [(409, PROBLEM)] * 9
    decided = [fact for fact in await desk.said() if fact.type in {"case.verified", "case.archived"}]
    assert ((await desk.row(report_id)).version, len(decided)) == (2, 1)


async def test_a_decision_on_an_older_version_is_refused_and_names_the_current_one(desk, admin, clock):
    report_id = await desk.file()
    await decide(admin, report_id, "clarification")
    clock.advance(timedelta(hours=1))
    await desk.hear(supplemented(report_id, clock.now()))
    response = await decide(admin, report_id, "verification", version=1)
    told = response.json()
    assert problem(response) == (409, "stale-version")
    assert "versi 3" in told["detail"]
    assert (await desk.row(report_id)).status == "received"


async def test_a_decision_on_the_current_version_is_taken(desk, admin):
    assert (await decide(admin, await desk.file(), "verification", version=1)).status_code == 200


async def test_a_decision_on_a_version_that_has_changed_is_told_what_is_possible_now(desk, admin):
    report_id = await desk.file()
    tag = (await admin.get(f"/v1/cases/{report_id}")).headers["ETag"]
    await admin.post(f"/v1/cases/{report_id}/clarification", json={"question_id": "place"})
    address, headers = f"/v1/cases/{report_id}/verification", {"If-Match": tag}
    refused = await admin.post(address, json=VERIFICATION, headers=headers)
    assert problem(refused) == (409, "stale-version")
    assert "verifikasi, arsipkan, gabungkan" in refused.json()["detail"]
    assert (await admin.post(address, json=VERIFICATION, headers={"If-Match": '"2"'})).status_code == 200


@pytest.mark.parametrize(("tag", "field"), [("x", "If-Match"), ('"2"', "version")])
async def test_a_version_is_told_in_one_way(desk, admin, tag, field):
    address = f"/v1/cases/{await desk.file()}/verification"
    refused = await admin.post(address, json={**VERIFICATION, "version": 1}, headers={"If-Match": tag})
    assert wrong_field(refused) == (422, field)
