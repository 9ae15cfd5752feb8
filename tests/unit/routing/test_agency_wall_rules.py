"""The broker's wall against the tree of agencies: it may be stricter, and is never more lenient."""

import re
from functools import cache

import pytest

from services.routing.directory import packaged
from shared.messaging.agencies import agency_user, supervisor_user


@cache
def answers_of(code: str) -> re.Pattern[str]:
    return re.compile(agency_user(code).topics["lapor.responses"][0])


def test_the_wall_lets_nobody_through_whom_the_tree_would_refuse():
    agencies = packaged().directory.agencies
    codes, wrong = {agency.code for agency in agencies}, []
    for agency in agencies:
        parts = agency.code.split(".")
        for above in {".".join(parts[:length]) for length in range(1, len(parts))} & codes:
            through = answers_of(above).search(f"response.{agency.code}.response") is not None
            if through and not agencies.may_act_for(above, agency.code):
                wrong.append((above, agency.code))
    assert wrong == []


def test_every_agency_gets_through_under_its_own_code():
    codes = [agency.code for agency in packaged().directory.agencies]
    assert [code for code in codes if not answers_of(code).search(f"response.{code}.return")] == []


@pytest.mark.parametrize("code", ["", "35.", ".35", "35..1", "35.*", "35.#", "Kota", "35\n", "35.(a|b)"])
def test_what_is_no_path_is_given_no_user(code):
    for make in (agency_user, lambda c: supervisor_user(c, subtree=True)):
        with pytest.raises(ValueError, match="is no agency path"):
            make(code)
