"""Committed examples of every message: what was said once can be read for ever, and goes where it went."""

import json
import re
from typing import Any

import pytest

from shared.contracts import (
    AnswerRequested,
    ContactRegistered,
    DispositionFact,
    FollowChanged,
    PreferencesChanged,
    PushSubscribed,
)
from shared.contracts.base import DISPOSITIONS, PRIVATE
from shared.contracts.catalogue import FACTS
from shared.contracts.codec import Undecodable, decode
from tests.contract.catalogue import GOLDEN, MESSAGES, body_of, committed, golden_of, read
from tests.contract.compatibility import schema_of

REGENERATE = "Run `python -m tests.contract.regenerate` and commit what it writes."

every_message = pytest.mark.parametrize("name", sorted(MESSAGES))
every_fact = pytest.mark.parametrize("name", sorted(FACTS))


def golden(name: str) -> dict[str, Any]:
    found = read(GOLDEN, name)
    assert found is not None, f"{name} has no golden file. {REGENERATE}"
    return found


def test_every_golden_file_still_has_its_message():
    assert committed(GOLDEN) - MESSAGES.keys() == set(), "A message, once said, stays readable."


@every_message
def test_the_golden_message_is_read_and_written_again_unchanged(name):
    file = golden(name)
    message = MESSAGES[name].model_validate_json(json.dumps(file["body"]))
    assert golden_of(name, message) == file


@every_message
def test_the_golden_message_shows_every_field(name):
    missing = _unshown(schema_of(MESSAGES[name]), golden(name)["body"])
    assert not missing, f"{name} does not show {', '.join(missing)}. {REGENERATE}"


@every_fact
def test_a_fact_with_fields_from_the_future_is_read_as_if_they_were_not_there(name):
    file = golden(name)
    newer = {**file["body"], "a_field_of_the_future": {"nested": [1, 2]}}
    assert body_of(decode(name, json.dumps(newer).encode())) == file["body"]


@every_message
def test_a_message_from_before_its_optional_fields_is_read(name):
    required = schema_of(MESSAGES[name]).get("required", [])
    oldest = {field: value for field, value in golden(name)["body"].items() if field in required}
    assert MESSAGES[name].model_validate(oldest)


@every_fact
def test_a_fact_without_a_required_field_is_refused_and_named_without_its_values(name):
    for field in schema_of(FACTS[name])["required"]:
        body = {key: value for key, value in golden(name)["body"].items() if key != field}
        with pytest.raises(Undecodable) as refused:
            decode(name, json.dumps(body).encode())
        assert str(refused.value) == f"{name}: {field}: Field required"


@every_message
def test_the_routing_key_carries_no_id(name):
    file = golden(name)
    values = {str(value) for key, value in file["body"].items() if key.endswith("_id")}
    assert not [value for value in values if value in file["routing_key"]]
    assert not re.search(r"[0-9a-f]{8}-", file["routing_key"])


@every_message
def test_the_routing_key_is_one_that_a_topic_exchange_takes(name):
    assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", golden(name)["routing_key"])


@pytest.mark.parametrize("name", sorted(FACTS.keys() - {ContactRegistered.schema_name()}))
def test_a_fact_has_no_field_for_who_reported(name):
    telling = re.compile(r"^(reporter|contact|name|phone|email|e_mail|nik|identity|address|ip)(_|$)")
    assert not [path for path in _paths(schema_of(FACTS[name])) if telling.match(path.rpartition(".")[2])]


def test_only_what_concerns_a_person_travels_on_the_private_exchange():
    private = {ContactRegistered, AnswerRequested, PreferencesChanged, PushSubscribed, FollowChanged}
    assert {m for m in FACTS.values() if m.exchange == PRIVATE} == private


def test_what_agencies_hear_is_what_is_said_about_legs():
    legs = {m for m in FACTS.values() if issubclass(m, DispositionFact)}
    assert {m for m in FACTS.values() if m.exchange == DISPOSITIONS} == legs


def _unshown(schema: Any, body: Any, path: str = "") -> list[str]:
    if isinstance(body, list):
        return _unshown(schema.get("items", {}), body[0], f"{path}[]") if body else [path]
    if not isinstance(body, dict):
        return []
    fields = schema.get("properties", {})
    missing = [f"{path}.{field}" for field in fields if field not in body]
    for field in fields.keys() & body.keys():
        missing += _unshown(fields[field], body[field], f"{path}.{field}")
    return missing


def _paths(schema: Any, path: str = "") -> list[str]:
    found = []
    for field, inner in schema.get("properties", {}).items():
        found += [f"{path}.{field}", *_paths(inner, f"{path}.{field}")]
    return found + (_paths(schema["items"], path) if isinstance(schema.get("items"), dict) else [])
