"""Who may see a case's clocks, and what they are told."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.sla.api import routers
from shared import contracts as c
from shared.security.keys import load_signing_key, load_verifying_key
from shared.security.tokens import Officer, Role, TokenVerifier, issue
from shared.web.problems import install_problem_handlers
from tests.integration.sla.facts import AGENCY, Story

MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)


@pytest.fixture
async def sla(database):
    return await database("sla")


@pytest.fixture
async def client(sla, clock, keys):
    app = FastAPI()
    install_problem_handlers(app)
    app.state.database, app.state.clock = sla, clock
    app.state.tokens = TokenVerifier(load_verifying_key(keys["LAPOR_TOKEN_PUBLIC_KEY"]))
    for router in routers:
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sla") as client:
        yield client


@pytest.fixture
def sign(keys):
    def headers(role: Role, agency: str | None = None) -> dict[str, str]:
        key = load_signing_key(keys["LAPOR_TOKEN_PRIVATE_KEY"])
        token = issue(key, Officer("petugas-1", role, agency), timedelta(minutes=5))
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
async def story(sla) -> Story:
    story = (
        Story()
        .add(c.ReportSubmitted, MONDAY)
        .add(c.DispositionCreated, MONDAY + timedelta(hours=1))
        .add(c.DispositionCreated, MONDAY + timedelta(hours=2), leg_id=UUID(int=2), agency="kl.kemensos")
    )
    await story.deliver(sla)
    return story


async def test_a_verifier_sees_every_clock_with_its_state(client, sign, story) -> None:
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.NATIONAL_ADMIN))
    assert [(one["clock"], one["state"]) for one in answer.json()["clocks"]] == [
        ("verification", "in_time"),
        ("first-response", "running"),
        ("settlement", "running"),
        ("ombudsman", "running"),
        ("first-response", "running"),
        ("settlement", "running"),
    ]


async def test_an_agency_sees_its_own_leg_and_not_another_agencys(client, sign, story) -> None:
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.LIAISON, AGENCY))
    assert {one["agency"] for one in answer.json()["clocks"]} == {None, AGENCY}


async def test_a_city_sees_the_legs_of_its_offices(client, sign, story) -> None:
    answer = await client.get(
        f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.COORDINATOR, "35.3578")
    )
    assert AGENCY in {one["agency"] for one in answer.json()["clocks"]}


@pytest.mark.parametrize("agency", ["35.3578.dish", "35.35", "36.3671.dishub"])
async def test_an_agency_that_the_case_never_reached_finds_nothing(client, sign, story, agency) -> None:
    answer = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.LIAISON, agency))
    assert answer.status_code == 404


async def test_an_unknown_case_looks_the_same_as_a_foreign_one(client, sign, story) -> None:
    foreign = await client.get(f"/v1/cases/{story.report_id}/clocks", headers=sign(Role.LIAISON, "36.3671"))
    unknown = await client.get(f"/v1/cases/{UUID(int=99)}/clocks", headers=sign(Role.LIAISON, "36.3671"))
    assert foreign.json() == unknown.json()


async def test_nobody_sees_clocks_without_a_token(client, story) -> None:
    assert (await client.get(f"/v1/cases/{story.report_id}/clocks")).status_code == 401


async def test_operators_see_that_every_case_is_watched(client, sign, story) -> None:
    answer = (await client.get("/v1/statistics/timers", headers=sign(Role.OPERATOR))).json()
    assert (answer["open_cases"], answer["cases_without_timer"]) == (1, 0)
