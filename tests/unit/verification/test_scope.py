"""For whom a coordinator acts: for its own government, never for another that lies below it."""

import pytest

from services.verification.domain.accounts import may_manage
from services.verification.domain.scope import scope_of
from shared.security.tokens import Officer, Role

CASES = [
    ("35", "35", True),
    ("35", "35.dishub", True),
    ("35", "35.3578", False),
    ("35", "35.3578.dishub", False),
    ("35.3578", "35.3578.dishub", True),
    ("35.3578", "35.3579", False),
    ("35.dishub", "35.dishub.upt-1", True),
    ("kemenhub", "kemenhub.ditjen-darat", True),
    ("35", "36.3671", False),
]


@pytest.mark.parametrize(("own", "agency", "acts"), CASES)
def test_a_coordinator_keeps_the_accounts_of_its_own_government(own, agency, acts):
    assert may_manage(Officer("bagus", Role.COORDINATOR, own), Role.LIAISON, agency) is acts


@pytest.mark.parametrize(("own", "agency", "acts"), CASES)
def test_a_coordinator_sends_a_case_no_further_than_its_own_government(own, agency, acts):
    assert scope_of(Officer("bagus", Role.COORDINATOR, own)).covers(agency) is acts
