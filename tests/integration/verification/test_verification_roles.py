"""Who may see and decide which case: roles, regions, agencies, and what is secret or names people."""

from datetime import timedelta

import pytest

from shared import contracts as c
from shared.security.tokens import Officer, Role, issue
from tests.integration.verification.deciding import (
    DECISIONS,
    NAMED,
    PROBLEM,
    SURABAYA,
    VERIFICATION,
    decide,
    listed,
)
from tests.integration.verification.lives import legs_life
from tests.support.problems import problem, wrong_field


@pytest.mark.parametrize("what", DECISIONS)
async def test_nobody_decides_without_a_token(open_client, desk, what):
    response = await decide(open_client(), await desk.file(), what)
    assert (response.status_code, response.headers["content-type"]) == (401, PROBLEM)
    assert response.headers["www-authenticate"].startswith("Bearer")


BOTH_LEVELS = {"verification", "clarification"}


@pytest.mark.parametrize(
    ("what", "role"),
    [
        (what, role)
        for what in DECISIONS
        for role in Role
        if role is not Role.NATIONAL_ADMIN and not (role is Role.COORDINATOR and what in BOTH_LEVELS)
    ],
)
async def test_nobody_decides_what_is_not_their_roles(open_client, desk, what, role):
    report_id = await desk.file(place=c.Place(region="35.78"))
    response = await decide(open_client(role, "35.3578"), report_id, what)
    assert problem(response) == (403, "role-not-allowed")
    assert (await desk.row(report_id)).version == 1


@pytest.mark.parametrize("path", ["", "/{report_id}"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (None, 401),
        (Role.NATIONAL_ADMIN, 200),
        (Role.SUPERVISOR, 200),
        (Role.COORDINATOR, 200),
        (Role.LIAISON, 403),
        (Role.OPERATOR, 403),
    ],
)
async def test_cases_are_read_by_those_who_verify_and_supervise_only(open_client, desk, path, role, status):
    report_id = await desk.file(place=c.Place(region="35.78"))
    client = open_client(role, "35.3578" if role else None)
    assert (await client.get(f"/v1/cases{path.format(report_id=report_id)}")).status_code == status


async def test_a_token_of_someone_elses_making_is_refused(open_client, desk):
    from shared.security.keys import generate_keys

    officer = Officer("intruder", Role.NATIONAL_ADMIN)
    token = issue(generate_keys()["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(hours=1))
    response = await open_client(Authorization=f"Bearer {token}").get("/v1/cases")
    assert problem(response) == (401, "token-invalid")


async def test_an_expired_token_is_refused_as_such(open_client, keys):
    officer = Officer("late", Role.NATIONAL_ADMIN)
    token = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(minutes=-5))
    response = await open_client(Authorization=f"Bearer {token}").get("/v1/cases")
    assert problem(response) == (401, "token-expired")


async def test_health_needs_no_token(open_client):
    assert (await open_client().get("/health/ready")).status_code == 200


@pytest.mark.parametrize(
    ("filed", "seen"),
    [
        ({"place": SURABAYA}, True),
        ({"place": c.Place(region="35.78.01.1001")}, True),
        ({"place": c.Place(region="35.15")}, False),
        ({}, False),
        ({"place": SURABAYA, "secret": True}, False),
        ({"place": SURABAYA, "text": NAMED}, False),
        ({"place": SURABAYA, "classification": "supervision"}, False),
    ],
    ids=["there", "below", "elsewhere", "nowhere", "secret", "names people", "about abuse"],
)
async def test_a_coordinator_sees_and_decides_what_waits_in_its_region(desk, open_client, filed, seen):
    report_id = await desk.file(**filed)
    coordinator = open_client(Role.COORDINATOR, "35.3578")
    assert (await listed(coordinator) != []) is seen
    assert (await coordinator.get(f"/v1/cases/{report_id}")).status_code == (200 if seen else 404)
    address = f"/v1/cases/{report_id}/verification"
    assert (await coordinator.post(address, json=VERIFICATION)).status_code == (200 if seen else 404)
    if seen:
        assert (await desk.said())[-2].agencies == ("35.3578",)


async def test_a_coordinator_sends_nothing_beyond_its_own_government(desk, open_client):
    report_id = await desk.file(place=SURABAYA)
    refused = await open_client(Role.COORDINATOR, "35.3578").post(
        f"/v1/cases/{report_id}/verification", json={**VERIFICATION, "agencies": ["35.3515.dishub"]}
    )
    assert wrong_field(refused) == (422, "agencies")


@pytest.mark.parametrize(
    ("agency", "seen"), [("35.3578.dishub", True), ("35.3578", True), ("35.3578.dinkes", False)]
)
async def test_an_agency_sees_the_cases_that_were_sent_to_it_or_below_it(
    desk, open_client, clock, agency, seen
):
    report_id = await desk.file(secret=True)
    await desk.hear(*legs_life(report_id, clock.now())[:2])
    coordinator = open_client(Role.COORDINATOR, agency)
    assert (await listed(coordinator) != []) is seen
    assert (await coordinator.get(f"/v1/cases/{report_id}")).status_code == (200 if seen else 404)


async def test_a_supervisor_sees_all_in_its_region_also_what_is_secret(desk, open_client):
    await desk.file(place=SURABAYA, secret=True)
    await desk.file(place=c.Place(region="31.71"))
    assert await listed(open_client(Role.SUPERVISOR, "35")) == ["K7MQ3XW001"]
    assert len(await listed(open_client(Role.SUPERVISOR))) == 2
