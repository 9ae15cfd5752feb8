"""Schemas change by addition only: each message is compared with the schema committed when it last grew."""

from typing import Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, create_model

from tests.contract.catalogue import MESSAGES, SCHEMAS, committed, read
from tests.contract.compatibility import breaches, schema_of
from tests.contract.regenerate import refusals, regenerate

every_message = pytest.mark.parametrize("name", sorted(MESSAGES))


@every_message
def test_a_message_breaks_nobody_who_knows_its_committed_schema(name):
    before = read(SCHEMAS, name)
    assert before is not None, f"{name} has no committed schema. Run `python -m tests.contract.regenerate`."
    found = breaches(name, before, schema_of(MESSAGES[name]))
    assert not found, "\n".join(found)


@every_message
def test_the_committed_schema_is_up_to_date(name):
    assert read(SCHEMAS, name) == schema_of(MESSAGES[name]), (
        f"{name} has grown. Run `python -m tests.contract.regenerate` and commit what it writes."
    )


def test_every_committed_schema_still_has_its_message():
    assert committed(SCHEMAS) - MESSAGES.keys() == set(), "A message, once said, stays readable."


class Place(BaseModel):
    region: str


class Said(BaseModel):
    id: UUID
    score: int = Field(ge=1, le=5)
    mood: Literal["calm", "angry"]
    place: Place
    places: tuple[Place, ...] = ()
    note: str | None = None


def broken_by(**changes) -> list[str]:
    """What the rules say when these fields of `Said` change; None takes a field away."""
    fields = {name: (info.annotation, info) for name, info in Said.model_fields.items()} | changes
    changed = create_model("Said", **{name: field for name, field in fields.items() if field})
    return breaches("said.v1", schema_of(Said), schema_of(changed))


def only_line(found: list[str]) -> str:
    assert len(found) == 1, found
    return found[0]


def only(found: list[str]) -> str:
    sentence = only_line(found)
    assert sentence.startswith("Schemas change by addition only: ")
    return sentence


def test_an_unchanged_message_breaks_nobody():
    assert broken_by() == []


def test_a_new_optional_field_breaks_nobody():
    assert broken_by(source=(str | None, None)) == []


def test_a_new_value_of_an_enumeration_breaks_nobody():
    assert broken_by(mood=(Literal["calm", "angry", "sad"], ...)) == []


def test_another_description_breaks_nobody():
    assert broken_by(id=(UUID, Field(title="Other", description="words"))) == []


def test_a_removed_field_is_refused():
    assert "said.v1.note was removed or renamed" in only(broken_by(note=None))


def test_a_renamed_required_field_is_refused_for_both_names():
    found = broken_by(score=None, points=(int, ...))
    assert "said.v1.score was removed or renamed" in found[0]
    assert "said.v1.points is new and required" in found[1]


def test_a_new_required_field_is_refused():
    assert "said.v1.source is new and required" in only(broken_by(source=(str, ...)))


def test_an_optional_field_made_required_is_refused():
    found = broken_by(note=(str | None, ...))
    assert any("said.v1.note was optional and became required" in sentence for sentence in found)


def test_a_required_field_made_optional_is_refused():
    found = broken_by(mood=(Literal["calm", "angry"], "calm"))
    assert any("said.v1.mood was required, and readers rely on it" in sentence for sentence in found)


def test_another_type_is_refused():
    assert "said.v1.id changed its" in broken_by(id=(int, ...))[0]


def test_a_tighter_limit_is_refused():
    found = only(broken_by(score=(int, Field(ge=1, le=3))))
    assert "said.v1.score changed its maximum from 5 to 3" in found


def test_a_lost_value_of_an_enumeration_is_refused():
    assert "said.v1.mood lost the value 'angry'" in broken_by(mood=(Literal["calm", "sad"], ...))[0]


def test_a_change_inside_a_part_is_refused():
    other = create_model("Place", region=(str, ...), village=(str, ...))
    assert "said.v1.place.village is new and required" in only(broken_by(place=(other, ...)))


def test_a_change_inside_a_list_of_parts_is_refused():
    other = create_model("Place", name=(str | None, None))
    assert "said.v1.places[].region was removed" in only(broken_by(places=(tuple[other, ...], ())))


def test_another_default_is_refused():
    assert "said.v1.note changed its default" in only(broken_by(note=(str | None, "-")))


@pytest.fixture
def folders(tmp_path):
    """Golden and schema folders as they would be written today."""
    golden, schemas = tmp_path / "golden", tmp_path / "schemas"
    regenerate(golden, schemas)
    return golden, schemas


def test_regenerating_again_changes_nothing(folders):
    assert refusals(*folders) == []
    assert regenerate(*folders) == []


def test_regenerating_refuses_a_message_that_lost_a_field(folders):
    file = folders[1] / "case.closed.v1.json"
    file.write_text(file.read_text().replace('"properties": {', '"properties": {"gone": {"type": "string"},'))
    assert "case.closed.v1.gone was removed or renamed" in only(refusals(*folders))


def test_regenerating_refuses_a_message_that_would_be_said_elsewhere(folders):
    file = folders[0] / "case.closed.v1.json"
    file.write_text(file.read_text().replace('"routing_key": "case.closed"', '"routing_key": "case.shut"'))
    assert only_line(refusals(*folders)).startswith(
        "case.closed.v1 changed its routing_key from case.shut to case.closed"
    )


def test_regenerating_refuses_when_a_published_message_is_gone(folders):
    (folders[0] / "case.forgotten.v1.json").write_text("{}")
    assert only_line(refusals(*folders)).startswith("case.forgotten.v1 was published and is gone")


def test_regenerating_keeps_the_words_of_a_committed_example(folders):
    file = folders[0] / "report.replied.v1.json"
    file.write_text(file.read_text().replace("Lampu jalan", "Trotoar"))
    before = file.read_text()
    regenerate(*folders)
    assert file.read_text() == before
