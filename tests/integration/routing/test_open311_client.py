"""Legs at an agency's own GeoReport v2 endpoint: a real HTTP server that takes and closes them."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import parse_qs
from uuid import uuid4

import pytest

from services.routing.open311.api import router
from services.routing.open311.client import UNEXPLAINED, Client, Pace
from services.routing.webhooks.policy import Policy
from shared.contracts import CaseStatus, Place
from shared.security.tokens import Role
from tests.integration.routing.conftest import VAULT, http_client
from tests.unit.routing.stories import ANSWER, HOUR, MONDAY, status, verified

ROADS = "35.3578.dpubm"
EAGER = Policy(retry_seconds=0.05, patience_seconds=60)


@pytest.fixture
async def api(assembled, outbound):
    async with http_client(assembled(router, outbound=outbound, webhook_vault=VAULT)) as client:
        yield client


class City:
    """The agency's system, and how its coordinator connects it."""

    def __init__(self, server, api, headers) -> None:
        self.server, self.api, self.headers = server, api, headers
        self.base = f"/{uuid4().hex}"
        self.posts = f"{self.base}/requests.json"
        self.polls = f"{self.base}/requests/A-1.json"

    async def connect(self, **more):
        body = {"url": self.server.url + self.base, "service_code": "jalan", **more}
        return await self.api.put(f"/v1/agencies/{ROADS}/open311", headers=self.headers, json=body)

    async def takes(self, answer) -> None:
        await self.server.answers(self.posts, body=json.dumps(answer))

    async def says(self, condition: str, notes: str = "") -> None:
        found = [{"service_request_id": "A-1", "status": condition, "status_notes": notes}]
        await self.server.answers(self.polls, body=json.dumps(found))

    async def requests(self):
        answer = await self.api.get(f"/v1/agencies/{ROADS}/open311/requests", headers=self.headers)
        return answer.json()["requests"]


@pytest.fixture
async def city(server, api, sign):
    system = City(server, api, sign(Role.COORDINATOR, ROADS))
    await system.takes([{"service_request_id": "A-1"}])
    await system.says("open")
    assert (await system.connect(jurisdiction_id="surabaya", api_key="kunci")).status_code == 200
    return system


@asynccontextmanager
async def calling(routing, outbound, policy: Policy = EAGER):
    task = asyncio.create_task(
        Client(routing.database, outbound, VAULT, policy, Pace(poll=0.1, lease=5.0)).run()
    )
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(check, seconds: float = 40.0) -> None:
    async with asyncio.timeout(seconds):
        while not await check():
            await asyncio.sleep(0.03)


def reaches(routing, state: str):
    async def check() -> bool:
        return [leg.state for leg in await routing.legs()] == [state]

    return check


async def test_a_leg_is_sent_as_a_request_that_names_the_report_and_no_reporter(
    routing, outbound, server, city
):
    await routing.hear(verified(place=Place(region="35.78", latitude=-7.25, longitude=112.75)))
    async with calling(routing, outbound):
        (sent,) = await server.wait_for(city.posts, 1)
    form = {name: value for name, (value,) in parse_qs(sent["body"]).items()}
    assert form.pop("description").startswith("[LAPOR K7MQ3XW9FA] Jalan berlubang")
    assert form == {
        "api_key": "kunci", "jurisdiction_id": "surabaya", "service_code": "jalan",
        "lat": "-7.25", "long": "112.75", "address_string": "35.78",
    }  # fmt: skip


async def test_taken_answered_and_closed_become_the_agencys_words(routing, outbound, city):
    await routing.hear(verified())
    async with calling(routing, outbound):
        await until(reaches(routing, "acknowledged"))
        await city.says("open", ANSWER)
        await until(reaches(routing, "answered"))
        await city.says("closed", "Lubang sudah ditambal dan diperiksa.")
        await until(reaches(routing, "completed"))
        await until(lambda: _state(city, "closed"))
    said = [fact.type for fact in await routing.said()]
    assert said == [f"disposition.{what}" for what in ("created", "acknowledged", "responded", "completed")]
    actors = {row.actor for row in await routing.rows("SELECT actor FROM entries WHERE actor IS NOT NULL")}
    assert actors == {f"open311.{ROADS}"}


async def _state(city: City, state: str) -> bool:
    return [one["state"] for one in await city.requests()] == [state]


async def test_a_request_closed_without_a_word_does_not_settle_the_leg(routing, outbound, city):
    await city.says("closed", "ok")
    await routing.hear(verified())
    async with calling(routing, outbound):
        await until(lambda: _error(city, UNEXPLAINED))
    assert [leg.state for leg in await routing.legs()] == ["acknowledged"]


async def _error(city: City, error: str) -> bool:
    return [one["error"] for one in await city.requests()] == [error]


async def test_a_token_is_asked_for_its_request_later(routing, outbound, server, city):
    await city.takes([{"token": "T-9"}])
    await server.answers(f"{city.base}/tokens/T-9.json", body=json.dumps([{"service_request_id": "A-1"}]))
    await routing.hear(verified())
    async with calling(routing, outbound):
        await until(reaches(routing, "acknowledged"))
    assert (await server.seen(f"{city.base}/tokens/T-9.json"))[0]["path"].endswith(
        "?jurisdiction_id=surabaya"
    )


async def test_an_endpoint_that_is_away_is_tried_again(routing, outbound, server, city):
    await server.answers(city.posts, status=503)
    await routing.hear(verified())
    async with calling(routing, outbound):
        await server.wait_for(city.posts, 2)
        await city.takes([{"service_request_id": "A-1"}])
        await until(reaches(routing, "acknowledged"))


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"status": 400, "body": "[]"}, "HTTP 400"),
        ({"status": 301, "headers": {"Location": "/x"}}, "HTTP 301"),
        ({"body": "<xml/>"}, "the answer is not JSON"),
        ({"body": "[{}]"}, "the answer has neither service_request_id nor token"),
    ],
)
async def test_what_an_endpoint_does_wrong_is_shown_to_its_coordinator(
    routing, outbound, server, city, how, error
):
    await server.answers(city.posts, **how)
    await routing.hear(verified())
    async with calling(routing, outbound, replace(EAGER, patience_seconds=0.3)):
        await until(lambda: _state(city, "failed"))
    assert (await city.requests())[0]["error"] == error


async def test_connecting_again_tries_what_had_failed(routing, outbound, server, city):
    await server.answers(city.posts, status=400)
    await routing.hear(verified())
    async with calling(routing, outbound):
        await until(lambda: _state(city, "failed"))
        await city.takes([{"service_request_id": "A-1"}])
        await city.connect()
        await until(reaches(routing, "acknowledged"))


async def test_an_ended_case_is_asked_about_no_more(routing, outbound, city):
    await routing.hear(verified())
    async with calling(routing, outbound):
        await until(reaches(routing, "acknowledged"))
        await city.says("open", ANSWER)
        await routing.hear(status(CaseStatus.CLOSED, 9, MONDAY + HOUR))
        await until(lambda: _state(city, "closed"))


async def test_a_leg_of_an_agency_without_an_endpoint_is_sent_nowhere(routing, city):
    await routing.hear(verified(agencies=("35.3578.dishub",)))
    assert await city.requests() == []


async def test_the_key_is_stored_closed_and_never_shown(routing, city):
    (row,) = await routing.rows("SELECT api_key FROM open311_endpoints")
    shown = (await city.api.get(f"/v1/agencies/{ROADS}/open311", headers=city.headers)).json()
    assert (b"kunci" in bytes(row.api_key), "kunci" in json.dumps(shown), shown["has_key"]) == (
        False,
        False,
        True,
    )


async def test_an_endpoint_near_us_is_refused(city):
    answer = await city.connect(url="https://10.0.0.5/open311")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")


async def test_a_disconnected_endpoint_is_gone(city):
    path = f"/v1/agencies/{ROADS}/open311"
    answers = [await city.api.delete(path, headers=city.headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [204, 404]
