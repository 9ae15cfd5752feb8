"""Which officers may see the files of a report, and which may add to them. Pure."""

from services.intake.domain.moments import Kind
from services.intake.domain.view import Tracked
from shared.security.tokens import AGENCY_ROLES, Officer, Role

_NATIONAL = frozenset({Role.NATIONAL_ADMIN, Role.SUPERVISOR})
_READERS = _NATIONAL | AGENCY_ROLES
_GIVEN_UP = frozenset({Kind.RETURNED, Kind.REDIRECTED})


def may_see(officer: Officer, tracked: Tracked) -> bool:
    """The national level and its supervisors see all; an agency, what it or a unit below it holds a part of.

    Operators and auditors see no content. What an agency has given back is no longer its business.
    """
    if officer.role not in _READERS:
        return False
    if officer.agency is None:
        return True
    return any(
        f"{leg.agency}.".startswith(f"{officer.agency}.") and leg.state not in _GIVEN_UP
        for leg in tracked.progress.legs
    )


def may_see_captured(officer: Officer) -> bool:
    """When and where a photo was taken can lead to whoever took it: for the national level alone."""
    return officer.role in _NATIONAL and officer.agency is None


def may_add(officer: Officer, tracked: Tracked) -> bool:
    """An officer of the national level, for a reporter who cannot send files."""
    return officer.role is Role.NATIONAL_ADMIN and may_see(officer, tracked)
