"""Which officers may see a report's files and add to them, by what their agency or unit holds of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.intake.domain.evidence import EvidenceFile, EvidenceState
from services.intake.domain.moments import Kind
from services.intake.domain.progress import Leg, Progress
from services.intake.domain.view import Tracked
from services.intake.evidence.viewing import leg_for, may_see, visible
from shared.security.tokens import Officer, Role

from .stories import START, report

LEG = UUID("019f0000-0000-7000-8000-00000000000a")
AGENCY, UNIT = "35.3578.dishub", "35.3578.dishub.parkir"
FILE = EvidenceFile(
    UUID(int=1), EvidenceState.CLEARED, "image/jpeg", 10, START + timedelta(1), "k", leg_id=LEG, agency=AGENCY
)


def held(unit: str | None = UNIT, state: Kind = Kind.ACKNOWLEDGED) -> Tracked:
    """A case of one leg, with a file of its agency that no completion names."""
    leg = Leg(str(LEG), AGENCY, state=state, unit=unit)
    return Tracked(report(), Progress(legs=(leg,)), evidence=(FILE,))


def officer(agency: str) -> Officer:
    return Officer("petugas-1", Role.LIAISON, agency)


SCOPES = {
    "the unit that has it": (UNIT, UNIT, True),
    "a desk of that unit's agency": (UNIT, AGENCY, True),
    "the government above": (UNIT, "35.3578", True),
    "another unit of the same agency": (UNIT, "35.3578.dishub.terminal", False),
    "a part of the unit that has it": (UNIT, f"{UNIT}.timur", False),
    "a unit whose name begins the same": (UNIT, f"{AGENCY}.park", False),
    "a unit, while the agency has it itself": (None, UNIT, False),
    "the agency itself": (None, AGENCY, True),
}


@pytest.mark.parametrize("who", sorted(SCOPES))
def test_files_are_for_whoever_has_the_case_in_their_subtree(who):
    unit, scope, sees = SCOPES[who]
    assert may_see(officer(scope), held(unit)) is sees


@pytest.mark.parametrize("who", sorted(SCOPES))
def test_evidence_of_work_is_added_by_whoever_sees_the_files(who):
    unit, scope, sees = SCOPES[who]
    assert (leg_for(officer(scope), held(unit), LEG) is not None) is sees


@pytest.mark.parametrize("who", sorted(SCOPES))
def test_a_file_that_no_completion_names_is_shown_to_whoever_has_its_leg(who):
    unit, scope, sees = SCOPES[who]
    assert bool(visible(held(unit), officer(scope)).evidence) is sees


@pytest.mark.parametrize("scope", [UNIT, AGENCY])
def test_what_was_given_back_is_seen_by_nobody_below(scope):
    assert not may_see(officer(scope), held(state=Kind.RETURNED))


def test_what_was_handed_on_to_another_unit_leaves_the_first():
    again = held()
    legs = tuple(replace(leg, unit=f"{AGENCY}.terminal") for leg in again.progress.legs)
    assert not may_see(officer(UNIT), replace(again, progress=replace(again.progress, legs=legs)))
