"""What an amendment does to deadlines, added up: by rule, by place, from which day to which. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Self, TypeVar

from shared.calendar import Zone
from shared.contracts import ClockKind

NO_AGENCY = ""

_K = TypeVar("_K")


class Shift(NamedTuple):
    """Deadlines of one rule and place that go from one day to another.

    ``place``: a province's code, ``kl`` for ministries, or `NO_AGENCY` for clocks that are no agency's.
    ``late``: overdue at once, though they were not before.
    """

    clock: ClockKind
    place: str
    before: date
    after: date
    late: bool


class Line(NamedTuple):
    """One line of a summary."""

    clocks: int
    later: int
    earlier: int
    late: int


def place_of(agency: str | None) -> str:
    """A province's code, or `kl`; `NO_AGENCY` for clocks that are no agency's."""
    return (agency or NO_AGENCY).partition(".")[0]


def shift(
    clock: ClockKind, agency: str | None, before: datetime, after: datetime, now: datetime
) -> Shift | None:
    """None where the deadline stays. A day's close in any zone falls on that day in Jakarta, too."""
    if before == after:
        return None
    was, becomes = Zone.WIB.date_of(before), Zone.WIB.date_of(after)
    return Shift(clock, place_of(agency), was, becomes, after < now <= before)


@dataclass(frozen=True, slots=True)
class Effect:
    """Open deadlines that an amendment moves, or would. ``estimated``: counted from a random part of them."""

    shifts: tuple[tuple[Shift, int], ...] = ()
    estimated: bool = False

    @classmethod
    def of(cls, counted: Counter[Shift], *, estimated: bool = False) -> Self:
        """The largest first."""
        found = [(one, count) for one, count in counted.items() if count]
        return cls(tuple(sorted(found, key=lambda pair: (-pair[1], pair[0]))), estimated)

    @property
    def clocks(self) -> int:
        return sum(count for _, count in self.shifts)

    @property
    def late(self) -> int:
        return sum(count for one, count in self.shifts if one.late)

    @property
    def later(self) -> int:
        return sum(count for one, count in self.shifts if one.after > one.before)

    @property
    def earlier(self) -> int:
        return self.clocks - self.later

    def by_rule(self) -> list[tuple[ClockKind, Line]]:
        """In the order in which a case meets them."""
        found = self._grouped(lambda one: one.clock)
        return [(clock, found[clock]) for clock in ClockKind if clock in found]

    def by_place(self) -> list[tuple[str, Line]]:
        """The one with most first."""
        return sorted(
            self._grouped(lambda one: one.place).items(), key=lambda pair: (-pair[1].clocks, pair[0])
        )

    def _grouped(self, key: Callable[[Shift], _K]) -> dict[_K, Line]:
        found: dict[_K, Line] = {}
        for one, count in self.shifts:
            was = found.get(key(one), Line(0, 0, 0, 0))
            found[key(one)] = Line(
                was.clocks + count,
                was.later + count * (one.after > one.before),
                was.earlier + count * (one.after < one.before),
                was.late + count * one.late,
            )
        return found


def counted(shifts: Iterable[Shift | None]) -> Counter[Shift]:
    """How many deadlines are moved alike; None is one that stays."""
    return Counter(one for one in shifts if one is not None)
