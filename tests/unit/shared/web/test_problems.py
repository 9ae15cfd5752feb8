"""Refusals over HTTP: a problem in two languages whatever failed, and never with what was sent."""

from typing import Annotated

import asyncpg
import httpx
import pytest
import sqlalchemy.exc
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, StringConstraints

from shared.web.edge import Edge
from shared.web.problems import Problem, install_problem_handlers, invalid, not_found, too_many
from tests.unit.shared.web.answers import CANARY, body_of, leaks


def test_a_problem_names_its_kind_status_and_both_details():
    body = body_of(Problem(409, "some-code", "Tidak bisa.", "Not possible."))
    assert body == {
        "type": "urn:lapor:problem:some-code",
        "title": "Tidak dapat dilakukan sekarang",
        "status": 409,
        "detail": "Tidak bisa.",
        "detail_en": "Not possible.",
    }


def test_a_single_wrong_field_is_a_422():
    problem = invalid("place.region", "tidak dikenal", "is unknown")
    assert (problem.status, problem.errors[0].field) == (422, "place.region")


def test_too_many_says_when_to_try_again():
    response = too_many(0.2).response()
    assert (response.status_code, response.headers["retry-after"]) == (429, "1")


class Report(BaseModel):
    text: str
    size: Annotated[str, StringConstraints(max_length=3)] = ""


def database_error(cause: Exception) -> Exception:
    """As `shared.db.statements` raises what the driver said."""
    return sqlalchemy.exc.DBAPIError(f"INSERT {CANARY}", {"text": CANARY}, cause)


FAILURES: dict[str, Exception] = {
    "bug": RuntimeError(f"about {CANARY}"),
    "database": database_error(asyncpg.UniqueViolationError(f"Key (name)=({CANARY}) already exists.")),
    "nul": database_error(asyncpg.CharacterNotInRepertoireError("invalid byte sequence: 0x00")),
    "range": database_error(asyncpg.DataError(f"invalid input for query argument $1: {CANARY}")),
    "outage": database_error(asyncpg.CannotConnectNowError("the database system is starting up")),
    "refused": Problem(403, "role-not-allowed", "Tidak boleh.", "Not allowed."),
    "http": HTTPException(405, headers={"Allow": "GET"}),
    "hidden": not_found(),
}


@pytest.fixture
async def client():
    app = FastAPI()
    install_problem_handlers(app)

    @app.post("/reports")
    async def reports(report: Report) -> Report:
        return report

    @app.get("/fails/{how}")
    async def fails(how: str) -> None:
        raise FAILURES[how]

    transport = httpx.ASGITransport(Edge(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("bug", 500),
        ("database", 500),
        ("nul", 422),
        ("range", 422),
        ("outage", 503),
        ("refused", 403),
        ("http", 405),
        ("hidden", 404),
    ],
)
async def test_every_failure_is_a_problem_in_both_languages_without_details_of_ours(client, how, status):
    response = await client.get(f"/fails/{how}")
    body = response.json()
    assert (response.status_code, body["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert body["title"] and body["detail"] and body["detail_en"]
    assert not leaks(body, CANARY)


async def test_an_outage_asks_to_come_back(client):
    assert (await client.get("/fails/outage")).headers["retry-after"] == "2"


async def test_an_unknown_address_and_a_hidden_thing_look_the_same(client):
    unknown, hidden = await client.get("/nowhere"), await client.get("/fails/hidden")
    assert (unknown.status_code, unknown.json()) == (hidden.status_code, hidden.json())


@pytest.mark.parametrize(
    ("sent", "status", "field", "message_en"),
    [
        ("{", 400, "body", "is not valid JSON"),
        ("{}", 422, "text", "is required"),
        (f'"{CANARY}"', 422, "body", "must be a JSON object"),
        ("", 422, "body", "is required"),
        (f'{{"text": "x", "size": "{CANARY}"}}', 422, "size", "is too long (at most 3)"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_by_field(client, sent, status, field, message_en):
    response = await client.post("/reports", content=sent, headers={"content-type": "application/json"})
    [error] = response.json()["errors"]
    assert (response.status_code, error["field"], error["message_en"]) == (status, field, message_en)
    assert not leaks(response.json(), CANARY)


async def test_half_a_character_in_the_body_is_refused_as_a_problem(client):
    response = await client.post(
        "/reports", content='{"text": "", "size": "\\ud800"}', headers={"content-type": "application/json"}
    )
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "size")


async def test_no_answer_is_kept_by_anyone_on_the_way(client):
    response = await client.get("/fails/refused")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_an_answer_that_may_be_kept_says_so_itself():
    async def statistics(_scope, _receive, send):
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"cache-control", b"public, max-age=30")],
            }
        )
        await send({"type": "http.response.body", "body": b""})

    transport = httpx.ASGITransport(app=Edge(statistics))
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as reader:
        answer = await reader.get("/v1/statistics")
    assert answer.headers.get_list("cache-control") == ["public, max-age=30"]
