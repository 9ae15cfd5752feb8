"""Which officers may see the files of a report, and which may add to them. Pure."""

from dataclasses import replace
from uuid import UUID

from services.intake.domain import showing
from services.intake.domain.evidence import ForLeg
from services.intake.domain.progress import GIVEN_UP, Leg
from services.intake.domain.view import Tracked
from shared.security.tokens import AGENCY_ROLES, Officer, Role

_NATIONAL = frozenset({Role.NATIONAL_ADMIN, Role.SUPERVISOR})
_READERS = _NATIONAL | AGENCY_ROLES


def may_see(officer: Officer, tracked: Tracked) -> bool:
    """The national level and its supervisors see all; an agency, what it or a unit below it holds a part of;
    a unit, what was handed to it.

    Operators and auditors see no content. What an agency has given back is no longer its business.
    """
    if officer.role not in _READERS:
        return False
    if officer.agency is None:
        return True
    return any(_below(officer.agency, leg) and leg.state not in GIVEN_UP for leg in tracked.progress.legs)


def may_see_captured(officer: Officer) -> bool:
    """When and where a photo was taken can lead to whoever took it: for the national level alone."""
    return officer.role in _NATIONAL and officer.agency is None


def may_add(officer: Officer, tracked: Tracked) -> bool:
    """An officer of the national level, for a reporter who cannot send files."""
    return officer.role is Role.NATIONAL_ADMIN and may_see(officer, tracked)


def leg_for(officer: Officer, tracked: Tracked, wanted: UUID | None) -> ForLeg | None:
    """The leg that an officer may send evidence of work for: of the own agency, or of a unit below it.

    Without `wanted`, the newest. None where there is none, or where the agency has given it back.
    """
    if officer.role not in AGENCY_ROLES | {Role.NATIONAL_ADMIN}:
        return None
    return held_leg(tracked, None if officer.role is Role.NATIONAL_ADMIN else officer.agency, wanted)


def held_leg(tracked: Tracked, scope: str | None, wanted: UUID | None) -> ForLeg | None:
    """The newest leg, or the one that is wanted, which an agency has now; `scope` None is every agency's."""
    for leg in reversed(tracked.progress.legs):
        ours = scope is None or _below(scope, leg)
        if ours and leg.state not in GIVEN_UP and wanted in {None, UUID(leg.leg_id)}:
            return ForLeg(UUID(leg.leg_id), leg.agency)
    return None


def visible(tracked: Tracked, officer: Officer | None) -> Tracked:
    """Without agencies' files that this reader is not to know of: those that no completion names yet.

    An agency sees its own; the national level, all. `officer` None is the reporter.
    """
    named = {file.evidence_id for file in showing.shown(tracked.evidence, tracked.progress.timeline)}
    legs = {leg.leg_id: leg for leg in tracked.progress.legs}
    files = tuple(
        file
        for file in tracked.evidence
        if file.leg_id is None or file.evidence_id in named or _is_own(officer, legs.get(str(file.leg_id)))
    )
    return replace(tracked, evidence=files)


def _is_own(officer: Officer | None, leg: Leg | None) -> bool:
    if officer is None or officer.agency is None:
        return officer is not None
    return leg is not None and _below(officer.agency, leg)


def _below(scope: str, leg: Leg) -> bool:
    """Whether whoever works on a leg (the unit it was handed to, else its agency) is in this subtree, as
    routing's lists have it.
    """
    return f"{leg.unit or leg.agency}.".startswith(f"{scope}.")
