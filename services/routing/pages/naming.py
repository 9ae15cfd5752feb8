"""Names of agencies for pages, and finding an agency by what somebody typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.routing.domain.agencies import Agencies, Agency, AgencyKind

MOST_FOUND = 12


@dataclass(frozen=True)
class Unit:
    """A unit in the tree of its agency; `depth` 0 is directly below it."""

    code: str
    name: str
    depth: int


def name_of(known: Agencies, code: str) -> str:
    """What people call an agency; one that is not known (any more) stays its code."""
    agency = known.get(code)
    return agency.name if agency else code


def tree(known: Agencies, of: str, day: date) -> list[Unit]:
    """Every valid unit below an agency, parents before their children."""
    children: dict[str, list[Agency]] = {}
    for code in known.units(of, day):
        unit = known.get(code)
        if unit is not None and unit.parent is not None:
            children.setdefault(unit.parent, []).append(unit)

    def below(code: str, depth: int) -> Iterator[Unit]:
        for unit in children.get(code, ()):
            yield Unit(unit.code, unit.name, depth)
            yield from below(unit.code, depth + 1)

    return list(below(of, 0))


def agencies_like(known: Agencies, typed: str, day: date) -> list[Agency]:
    """The one of that code, or those whose name holds every word; governments before their units."""
    exact = known.valid(typed.strip().casefold(), day)
    if exact is not None:
        return [exact]
    words = typed.casefold().split()
    if not words:
        return []
    found = [
        agency
        for agency in known
        if agency.valid_on(day) and all(word in agency.name.casefold() for word in words)
    ]
    found.sort(key=lambda agency: (agency.kind is AgencyKind.UNIT, agency.name))
    return found[:MOST_FOUND]
