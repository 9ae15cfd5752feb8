"""Who can be sent a case: agencies as a tree of paths, each valid from one day to another.

A path nests (`35` over `35.3578` over `35.3578.dishub`), and whoever is above may see. Only a `parent` may
act for another: a province watches its cities and does not answer for them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from services.routing.domain.agency import NATIONAL, Agency, AgencyKind
from services.routing.domain.places import PATH
from services.routing.domain.soundness import faults

__all__ = ["NATIONAL", "PATH", "Agencies", "Agency", "AgencyKind", "levels_above"]


class Agencies:
    """Every agency by its code. Raises ValueError for a tree that could leave a case without a way."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self._by_code: dict[str, Agency] = {}
        self._children: dict[str, list[str]] = defaultdict(list)
        for agency in agencies:
            if agency.code in self._by_code:
                raise ValueError(f"agency {agency.code} appears twice")
            self._by_code[agency.code] = agency
            if agency.parent is not None:
                self._children[agency.parent].append(agency.code)
        if fault := next(faults(self._by_code), None):
            raise ValueError(fault.message_en)
        self.national = self._by_code[NATIONAL]

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

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
        """Every valid unit below an agency, at whatever depth."""
        found: list[str] = []
        for code in self._children.get(of, ()):
            found += [code] if self.valid(code, day) else []
            found += self.units(code, day)
        return sorted(found)

    def coordinator(self, code: str, day: date) -> Agency | None:
        """The desk above an agency within its own tree, on that day; None for whoever has nobody above."""
        agency = self._by_code.get(code)
        while agency is not None and agency.parent is not None:
            agency = self._by_code[agency.parent]
            if agency.valid_on(day):
                return agency
        return None

    def heirs(self, code: str, day: date) -> list[str]:
        """Who has taken over from an agency that has ended: valid that day, in the order they are named."""
        found: list[str] = []
        open_ends, seen = [code], {code}
        while open_ends:
            agency = self._by_code.get(open_ends.pop(0))
            for successor in agency.successors if agency and agency.ended_by(day) else ():
                if successor in seen:
                    continue
                seen.add(successor)
                if self.valid(successor, day):
                    found.append(successor)
                else:
                    open_ends.append(successor)
        return found

    def orphaned_by(self, day: date) -> list[str]:
        """Every office that has ended, and everything below it."""
        found: list[str] = []
        ahead = [agency.code for agency in self if agency.ended_by(day)]
        while ahead:
            code = ahead.pop()
            found.append(code)
            ahead += self._children.get(code, ())
        return sorted(set(found))


def levels_above(code: str) -> list[str]:
    """The paths above a path, nearest first: `35.3578.dishub` lies below `35.3578` and `35`."""
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
