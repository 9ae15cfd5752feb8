"""Each kind of wrong field: told in two languages, by its name, and never with what was sent."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
)

from shared.contracts import Classification
from shared.web.fields import PlainText
from shared.web.problems import validation_problem
from shared.web.validation import MOST_ERRORS, OTHERWISE, WORDS
from tests.unit.shared.web.answers import CANARY, body_of, leaks


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
    narrowed: Literal[Classification.ASPIRATION, Classification.INFORMATION] = Classification.ASPIRATION
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
"""Kinds that need another way in; the first three are provoked over HTTP in test_problems.py."""


def errors_of(field: str, value: Any) -> list[Any]:
    with pytest.raises(ValidationError) as refused:
        Sink.model_validate({field: value})
    return [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]


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
    assert not leaks(body, value)


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


def _blanks(words: str) -> set[str]:
    return {part.partition("}")[0] for part in words.split("{")[1:]}


def test_choices_out_of_an_enumeration_are_told_as_they_are_written():
    [told] = body_of(validation_problem(errors_of("narrowed", "c")))["errors"]
    first, second = Classification.ASPIRATION.value, Classification.INFORMATION.value
    assert told["message"] == f"harus salah satu dari: '{first}' atau '{second}'"
