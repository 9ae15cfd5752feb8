"""The public questions: when does a limit end, and on which calendar. Asked of the reviewed files alone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.sla.api import routers
from services.sla.api.inputs import current_rules
from services.sla.rulebook import packaged
from shared.web.problems import install_problem_handlers
from tests.support.clocks import ManualClock


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)
    for router in routers:
        app.include_router(router)
    app.dependency_overrides[current_rules] = packaged
    app.state.clock = ManualClock()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sla") as client:
        yield client


async def ask(client: httpx.AsyncClient, **question: Any) -> Any:
    return await client.post("/v1/deadlines/explain", json={"start": "2025-08-15T09:00:00Z", **question})


async def test_a_number_of_days_is_explained(client: httpx.AsyncClient) -> None:
    assert (await ask(client, days=5, zone="WIB")).json()["deadline"][
        "due_local"
    ] == "2025-08-25T23:59:59+07:00"


async def test_a_skipped_day_names_the_decree_that_made_it_free(client: httpx.AsyncClient) -> None:
    skipped = (await ask(client, days=5, zone="WIB")).json()["deadline"]["skipped"]
    sources = {day["date"]: day["source"] for day in skipped}
    assert "Nomor 933 Tahun 2025" in sources["2025-08-18"]


async def test_a_clock_answers_with_its_limit_and_source(client: httpx.AsyncClient) -> None:
    limit = (await ask(client, clock="settlement", classification="supervision")).json()["limit"]
    assert (limit["days"], bool(limit["source"])) == (60, True)


async def test_a_region_decides_the_zone(client: httpx.AsyncClient) -> None:
    assert (await ask(client, days=1, region="91.71")).json()["deadline"]["zone"] == "WIT"


async def test_an_answer_names_its_calendar_and_policy_versions(client: httpx.AsyncClient) -> None:
    versions = (await ask(client, days=1)).json()["versions"]
    assert all(versions[key] for key in ("calendar", "calendar_version", "known_through", "policy_version"))


async def test_an_answer_comes_in_both_languages(client: httpx.AsyncClient) -> None:
    answer = (await ask(client, days=1)).json()
    assert (answer["sentence"].split()[0], answer["sentence_en"].split()[0]) == ("Batas", "The")


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"days": 5, "zone": "Mars"}, "zone"),
        ({"days": 5, "region": "00.01"}, "region"),
        ({"days": -1}, "days"),
        ({"days": 100_000}, "days"),
        ({}, "days"),
        ({"days": 5, "clock": "verification"}, "days"),
        ({"clock": "settlement"}, "classification"),
        ({"clock": "lunch"}, "clock"),
        ({"days": 5, "start": "2019-01-01T00:00:00Z"}, "start"),
        ({"days": 5, "start": "2190-01-01T00:00:00Z"}, "start"),
        ({"days": 5, "start": "9999-12-31T23:59:59Z"}, "start"),
        ({"clock": "verification", "start": "2019-01-01T00:00:00Z"}, "start"),
        ({"days": 5, "start": "2025-08-15T09:00:00"}, "start"),
        ({"days": 5, "colour": "red"}, "colour"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_by_its_field(
    client: httpx.AsyncClient, question: dict[str, Any], field: str
) -> None:
    answer = await ask(client, **question)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


async def test_the_calendar_can_be_read_for_one_year(client: httpx.AsyncClient) -> None:
    [calendar] = (await client.get("/v1/calendars", params={"year": 2025})).json()["calendars"]
    assert {day["date"][:4] for day in calendar["days"]} == {"2025"}


async def test_the_calendar_says_how_far_it_knows(client: httpx.AsyncClient) -> None:
    [calendar] = (await client.get("/v1/calendars")).json()["calendars"]
    assert calendar["known_through"] == "2027-12-31"
