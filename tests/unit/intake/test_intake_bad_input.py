"""What no honest client sends is refused in words, and breaks nothing."""

import pytest
from pydantic import ValidationError

from services.intake.api.drafts import DEEPEST, DraftInput
from services.intake.guard import Guard
from services.intake.open311.documents import Refused
from services.intake.open311.forms import as_form
from shared.security.keys import generate_keys
from shared.web.problems import Problem
from tests.unit.intake.test_intake_guard import request

DEEP = 60_000


def nested(levels: int) -> dict:
    content: dict = {}
    for _ in range(levels - 1):
        content = {"in": content}
    return content


def test_a_json_body_nested_beyond_reading_is_refused_to_an_application() -> None:
    with pytest.raises(Refused) as refused:
        as_form(b"[" * DEEP, "application/json")
    assert refused.value.status == 400


@pytest.mark.parametrize("proof", ["\xe9.\xff.\xfc:1", "1.a.\xff:1", "1.a.b:\xb9", "::", "..:1"])
def test_a_proof_of_anything_but_a_challenge_of_ours_is_none(proof: str) -> None:
    door = Guard("1/hour", "1000/second", 8, generate_keys()["LAPOR_CODE_PEPPER"])
    door.admit(request())
    with pytest.raises(Problem) as refused:
        door.admit(request(), proof)
    assert refused.value.code == "proof-needed"


def test_a_draft_nested_deeper_than_any_form_is_refused() -> None:
    assert DraftInput(version=0, content=nested(DEEPEST))
    with pytest.raises(ValidationError):
        DraftInput(version=0, content=nested(DEEPEST + 1))
