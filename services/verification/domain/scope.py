"""Which cases are an officer's to see and to decide: two levels, by agency and by region.

The national level has every case. An agency has the cases that were sent to it or below it. The coordinator
of a province, regency or city also sees what waits for verification in its region, but nothing secret and no
complaint about abuse of authority: those may be about the very people who would read them.
"""

import re
from dataclasses import dataclass

from shared.governments import same_government
from shared.security.tokens import Officer, Role

_GOVERNMENT = re.compile(r"(?P<province>\d\d)(?:\.(?P=province)(?P<city>\d\d))?")
"""The path of a whole regional government: ``35`` or ``35.3578``; a department below it is none."""


@dataclass(frozen=True)
class Scope:
    """`agency` None: every case. `region`: what happened there too; with `triage` only what is undecided."""

    agency: str | None = None
    region: str | None = None
    triage: bool = False

    def covers(self, agency: str) -> bool:
        """Whether an agency is this scope's own or a part of the same government."""
        return self.agency is None or same_government(self.agency, agency)


def scope_of(officer: Officer) -> Scope:
    """A supervisor without an agency supervises all; a coordinator always has one."""
    if officer.role is Role.NATIONAL_ADMIN:
        return Scope()
    return Scope(officer.agency, _region_of(officer.agency), triage=officer.role is Role.COORDINATOR)


def _region_of(agency: str | None) -> str | None:
    government = _GOVERNMENT.fullmatch(agency or "")
    if government is None:
        return None
    province, city = government["province"], government["city"]
    return f"{province}.{city}" if city else province


def lineage(agency: str) -> list[str]:
    """An agency and everything above it: ``35``, ``35.3578``, ``35.3578.dishub``."""
    parts = agency.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]
