"""Refusals: in two languages, with the field named, and never with what was sent."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import httpx
import pytest
import sqlalchemy.exc
from fastapi import FastAPI, HTTPException
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from shared.contracts import Classification
from shared.web.edge import Edge
from shared.web.fields import PlainText
from shared.web.problems import (
    Problem,
    install_problem_handlers,
    invalid,
    not_found,
    too_many,
    validation_problem,
)
from shared.web.validation import MOST_ERRORS, OTHERWISE, WORDS

CANARY = "Siti Kanari 081298765432"


class Part(BaseModel):
    region: str


def canary_validator(value: str) -> str:
    raise ValueError(f"{value} is not what we want")


class Sink(BaseModel):
    """One field for each kind of error."""

    model_config = ConfigDict(extra="forbid")
    short: str = Field("xx", min_length=2)
    long: str = Field("", max_length=3)
    few: list[str] = Field(["x"], min_length=1)
    many: list[int] = Field([], max_length=1)
    kind: Classification = Classification.ASPIRATION
    literal: Literal["a", "b"] = "a"
    id: UUID = UUID(int=0)
    day: date = date(2026, 7, 6)
    moment: datetime | None = None
    aware: AwareDatetime | None = None
    flag: bool = False
    whole: int = 0
    number: float = 0
    finite: FiniteFloat = 0
    text: str = ""
    mapping: dict[str, int] = {}
    part: Part = Part(region="")
    pair: tuple[int, ...] = ()
    at_most: int = Field(0, le=5)
    below: int = Field(0, lt=5)
    at_least: int = Field(0, ge=0)
    above: int = Field(1, gt=0)
    pattern: str = Field("1", pattern=r"^\d$")
    needed: str = "present in the default of this test only"
    odd: Annotated[str, AfterValidator(canary_validator)] = ""
    plain: PlainText = ""


WRONG: dict[str, tuple[str, Any]] = {
    "string_too_short": ("short", "x"),
    "string_too_long": ("long", CANARY),
    "too_short": ("few", []),
    "too_long": ("many", [1, 2]),
    "enum": ("kind", CANARY),
    "literal_error": ("literal", CANARY),
    "uuid_parsing": ("id", CANARY),
    "uuid_type": ("id", [CANARY]),
    "date_from_datetime_parsing": ("day", CANARY),
    "date_from_datetime_inexact": ("day", "2026-07-06T12:34:56"),
    "date_type": ("day", [CANARY]),
    "datetime_from_date_parsing": ("moment", CANARY),
    "datetime_parsing": ("moment", float("nan")),
    "datetime_type": ("moment", [CANARY]),
    "timezone_aware": ("aware", "2026-07-06T12:00:00"),
    "bool_parsing": ("flag", CANARY),
    "bool_type": ("flag", [CANARY]),
    "int_parsing": ("whole", CANARY),
    "int_parsing_size": ("whole", "1" * 5000),
    "int_type": ("whole", [CANARY]),
    "int_from_float": ("whole", 1.5),
    "float_parsing": ("number", CANARY),
    "float_type": ("number", [CANARY]),
    "finite_number": ("finite", float("inf")),
    "string_type": ("text", [CANARY]),
    "string_unicode": ("long", "\ud800"),
    "dict_type": ("mapping", CANARY),
    "model_type": ("part", CANARY),
    "list_type": ("many", CANARY),
    "tuple_type": ("pair", CANARY),
    "less_than_equal": ("at_most", 6),
    "less_than": ("below", 5),
    "greater_than_equal": ("at_least", -1),
    "greater_than": ("above", 0),
    "extra_forbidden": ("unheard_of", CANARY),
    "string_pattern_mismatch": ("pattern", CANARY),
}
"""Pydantic's kind of error → a field of `Sink` and what provokes it there."""

ELSEWHERE = {"missing", "json_invalid", "model_attributes_type", "date_parsing", "datetime_object_invalid"}
"""Kinds that need another way in; the first three are provoked over HTTP below."""


def errors_of(field: str, value: Any) -> list[Any]:
    with pytest.raises(ValidationError) as refused:
        Sink.model_validate({field: value})
    return [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]


def body_of(problem: Problem) -> dict[str, Any]:
    return json.loads(problem.response().body)


def test_every_kind_of_error_with_words_is_provoked_in_these_tests():
    assert WRONG.keys() | ELSEWHERE == WORDS.keys()


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_field_is_named_in_both_languages_without_its_value(kind):
    field, value = WRONG[kind]
    errors = errors_of(field, value)
    assert errors[0]["type"] == kind
    body = body_of(validation_problem(errors))
    [told] = body["errors"]
    assert told["field"] == field
    assert told["message"] and told["message_en"] and told["message"] != told["message_en"]
    assert OTHERWISE[0] != told["message"]
    assert "{" not in told["message"] + told["message_en"]
    assert not _leaks(body, value)


@pytest.mark.parametrize(("kind", "words"), WORDS.items())
def test_every_kind_of_error_has_words_in_two_languages(kind, words):
    indonesian, english = words
    assert indonesian != english
    assert _blanks(indonesian) == _blanks(english)


def test_a_limit_is_told_with_its_number():
    [told] = body_of(validation_problem(errors_of("at_most", 6)))["errors"]
    assert (told["message"], told["message_en"]) == ("paling besar 5", "must be at most 5")


def test_choices_are_listed_in_each_language():
    [told] = body_of(validation_problem(errors_of("literal", "c")))["errors"]
    assert told["message"] == "harus salah satu dari: 'a' atau 'b'"
    assert told["message_en"] == "must be one of: 'a' or 'b'"


def test_a_validator_speaks_both_languages_through_a_bar():
    [told] = body_of(validation_problem(errors_of("plain", "a\x00b")))["errors"]
    assert told["message"] == "memuat karakter kendali yang tidak diterima"
    assert told["message_en"] == "contains control characters"


def test_a_validator_that_quotes_the_value_is_not_repeated():
    body = body_of(validation_problem(errors_of("odd", CANARY)))
    assert [(e["message"], e["message_en"]) for e in body["errors"]] == [OTHERWISE]
    assert CANARY not in json.dumps(body)


def test_a_kind_of_error_without_words_says_nothing_of_the_value():
    raw = {"type": "of_the_future", "loc": ("body", "x"), "msg": f"found {CANARY}", "input": CANARY}
    body = body_of(validation_problem([raw]))
    assert CANARY not in json.dumps(body)
    assert body["errors"][0]["message_en"] == OTHERWISE[1]


def test_a_field_inside_a_part_is_named_by_its_path():
    adapter = TypeAdapter(list[Part])
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python([{"region": "35"}, {}])
    errors = [{**e, "loc": ("body", "query", *e["loc"])} for e in refused.value.errors()]
    assert validation_problem(errors).errors[0].field == "query.1.region"


def test_a_long_unknown_field_name_is_cut():
    problem = validation_problem(errors_of("x" * 5000, 1))
    assert len(problem.errors[0].field) == 100


def test_no_more_than_a_few_errors_are_told():
    with pytest.raises(ValidationError) as refused:
        Sink.model_validate({f"x{n}": 1 for n in range(500)})
    assert len(validation_problem(refused.value.errors()).errors) == MOST_ERRORS


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


def database_error(cause: Exception) -> Exception:
    """As `shared.db.statements` raises what the driver said."""
    return sqlalchemy.exc.DBAPIError(f"INSERT {CANARY}", {"text": CANARY}, cause)


FAILURES: dict[str, Exception] = {
    "bug": RuntimeError(f"about {CANARY}"),
    "database": database_error(asyncpg.UniqueViolationError(f"Key (name)=({CANARY}) already exists.")),
    "nul": database_error(asyncpg.CharacterNotInRepertoireError("invalid byte sequence: 0x00")),
    "outage": database_error(asyncpg.CannotConnectNowError("the database system is starting up")),
    "refused": Problem(403, "role-not-allowed", "Tidak boleh.", "Not allowed."),
    "http": HTTPException(405, headers={"Allow": "GET"}),
    "hidden": not_found(),
}


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("bug", 500),
        ("database", 500),
        ("nul", 422),
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
    assert not _leaks(body, CANARY)


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
    assert not _leaks(response.json(), CANARY)


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


def _leaks(body: dict[str, Any], value: Any) -> bool:
    """Whether any word of a telling value can be found in the answer."""
    words = str(value).split() if CANARY in str(value) or len(str(value)) > 10 else []
    return any(word.strip("[]'\"") in json.dumps(body, ensure_ascii=False) for word in words)


def _blanks(words: str) -> set[str]:
    return {part.partition("}")[0] for part in words.split("{")[1:]}
