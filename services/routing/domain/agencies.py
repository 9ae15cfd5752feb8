"""Who can be sent a case: agencies as a tree of paths, each valid from one day to another.

A path nests (`35` over `35.3578` over `35.3578.dishub`), and whoever is above may see. Only a `parent` may
act for another: a province watches its cities and does not answer for them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.calendar import Zone

NATIONAL = "nasional"
"""The desk where everything ends that no other agency may have: always valid, and it returns nothing."""

PATH = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")


class AgencyKind(StrEnum):
    """What an agency is in the state's order."""

    NATIONAL = "national"
    MINISTRY = "ministry"
    INSTITUTION = "institution"
    STATE_COMPANY = "state_company"
    PROVINCE = "province"
    REGENCY = "regency"
    CITY = "city"
    UNIT = "unit"


@dataclass(frozen=True)
class Agency:
    """`code` is its path in topics. Valid from a first to a last day, each of them open where it is None."""

    code: str
    name: str
    kind: AgencyKind
    zone: Zone
    parent: str | None = None
    desk_email: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Agencies:
    """Every agency by its code. Raises ValueError for a tree that could leave a case without a way."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self._by_code: dict[str, Agency] = {}
        for agency in agencies:
            if agency.code in self._by_code:
                raise ValueError(f"agency {agency.code} appears twice")
            self._by_code[agency.code] = agency
        for agency in self._by_code.values():
            self._check(agency)
        desk = self._by_code.get(NATIONAL)
        if desk is None or desk.valid_from or desk.valid_to:
            raise ValueError(f"the desk {NATIONAL!r} must exist and be valid on every day")
        self.national = desk

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._by_code.values())

    def get(self, code: str) -> Agency | None:
        return self._by_code.get(code)

    def valid(self, code: str, day: date) -> Agency | None:
        """The agency, if there is one of this code on that day."""
        agency = self._by_code.get(code)
        return agency if agency is not None and agency.valid_on(day) else None

    def may_act_for(self, actor: str, code: str) -> bool:
        """True for the agency itself and for those it is a part of."""
        above: str | None = code
        while above is not None:
            if above == actor:
                return True
            agency = self._by_code.get(above)
            above = agency.parent if agency else None
        return False

    def unit(self, of: str, name: str, day: date) -> Agency | None:
        """The valid unit below `of` that `name` means: its whole path, or the path as seen from `of`."""
        for code in (name, f"{of}.{name}"):
            agency = self.valid(code, day)
            if agency is not None and code != of and self.may_act_for(of, code):
                return agency
        return None

    def units(self, of: str, day: date) -> list[str]:
        return sorted(
            a.code for a in self if a.code != of and a.valid_on(day) and self.may_act_for(of, a.code)
        )

    def _check(self, agency: Agency) -> None:
        if not PATH.fullmatch(agency.code):
            raise ValueError(f"{agency.code!r} is no agency path")
        if agency.valid_from and agency.valid_to and agency.valid_to < agency.valid_from:
            raise ValueError(f"agency {agency.code} ends before it begins")
        # A parent is the beginning of its child's path, so that the tree can hold no circle.
        if agency.parent is not None and (
            agency.parent not in self._by_code or not agency.code.startswith(f"{agency.parent}.")
        ):
            raise ValueError(f"agency {agency.code} has no parent {agency.parent!r} above it")


def levels_above(code: str) -> list[str]:
    """The paths above a path, nearest first: `35.3578.dishub` lies below `35.3578` and `35`."""
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
