"""Whose case is whose, who may decide while another looks at it, and the words officers choose from."""

from datetime import timedelta

import pytest

from services.verification.domain.catalogue import catalogue
from services.verification.domain.claim import Claim, Claimed, must_be_free
from services.verification.domain.decisions import FITS, Action, possible
from services.verification.domain.scope import Scope, lineage, scope_of
from shared.contracts import ArchiveReason, CaseStatus
from shared.security.tokens import Officer, Role
from tests.unit.verification.story import START

UNTIL = START + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("role", "agency", "scope"),
    [
        (Role.NATIONAL_ADMIN, None, Scope()),
        (Role.NATIONAL_ADMIN, "35.3578", Scope()),
        (Role.SUPERVISOR, None, Scope()),
        (Role.SUPERVISOR, "35", Scope("35", "35")),
        (Role.COORDINATOR, "35.3578", Scope("35.3578", "35.78", triage=True)),
        (Role.COORDINATOR, "35.3578.dishub", Scope("35.3578.dishub", triage=True)),
        (Role.COORDINATOR, "kl.kemensos", Scope("kl.kemensos", triage=True)),
    ],
)
def test_a_scope_is_made_of_role_and_agency(role, agency, scope):
    assert scope_of(Officer("o", role, agency)) == scope


@pytest.mark.parametrize(
    ("agency", "covered"),
    [("35.3578", True), ("35.3578.dishub", True), ("35", False), ("35.35781", False), ("35.3515", False)],
)
def test_a_scope_covers_its_agency_and_what_is_below_it(agency, covered):
    assert Scope("35.3578").covers(agency) is covered


def test_an_agency_is_listed_with_all_above_it():
    assert lineage("35.3578.dishub") == ["35", "35.3578", "35.3578.dishub"]


@pytest.mark.parametrize(
    ("claim", "now"),
    [(None, START), (Claim("budi", UNTIL), START), (Claim("tuti", UNTIL), UNTIL)],
    ids=["nobody has it", "it is one's own", "it has run out"],
)
def test_a_case_is_free_to_decide(claim, now):
    must_be_free(claim, "budi", now)


def test_a_case_that_another_officer_has_is_not_free_until_the_claim_runs_out():
    with pytest.raises(Claimed) as claimed:
        must_be_free(Claim("tuti", UNTIL), "budi", UNTIL - timedelta(microseconds=1))
    assert claimed.value.until == UNTIL
    assert "tuti" not in str(claimed.value)


@pytest.mark.parametrize("reason", ArchiveReason)
def test_every_reason_has_words_in_both_languages(reason):
    text = catalogue().reasons[reason].to_reporter()
    assert catalogue().reasons[reason].text in text
    assert catalogue().reasons[reason].text_en in text


def test_what_an_officer_adds_to_a_question_comes_first():
    assert catalogue().questions["place"].to_reporter("Dekat pasar?").startswith("Dekat pasar?\n\nDi mana")


@pytest.mark.parametrize("status", [None, *CaseStatus], ids=str)
def test_what_is_possible_in_a_status_are_the_actions_that_fit_it(status):
    assert set(possible(status)) == {action for action in Action if status in FITS[action]}
