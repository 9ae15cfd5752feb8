"""The calendar and the limits that this process promises dates by: the reviewed files, and what amended them.

For services that are told of amendments. Changes as a whole, between two statements; never while one counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared.calendar.amendments import Amendment
from shared.calendar.book import Book
from shared.calendar.limits import Limits
from shared.calendar.policy import PolicyAmendment
from shared.calendar.policy_file import load_limits
from shared.calendar.working_days import Calendar
from shared.contracts.enums import Classification, ClockKind


@dataclass(frozen=True, eq=False)
class InForce:
    """One state of the rules."""

    book: Book
    limits: Limits

    @classmethod
    def of(cls, amendments: Iterable[Amendment | PolicyAmendment]) -> "InForce":
        """The reviewed files with these amendments, which sla has accepted; in the order it accepted them."""
        given = list(amendments)
        return cls(
            Book.packaged().restored(*(one for one in given if isinstance(one, Amendment))),
            load_limits().restored(*(one for one in given if isinstance(one, PolicyAmendment))),
        )

    @property
    def count(self) -> int:
        """How many amendments it holds on top of the reviewed files."""
        return len(self.book.amendments) + len(self.limits.amendments)

    def calendar(self, region: str | None = None) -> Calendar:
        """As `Book.calendar`, by all that is known."""
        return self.book.calendar(region)

    def days(self, clock: ClockKind, day: date, classification: Classification | None = None) -> int:
        """The days of a clock that starts on `day`, of no agency. Raises `NoLimit`."""
        return _days(self, clock, day, classification)


@lru_cache(maxsize=1024)
def _days(rules: InForce, clock: ClockKind, day: date, classification: Classification | None) -> int:
    return rules.limits.limit_for(clock, classification, agency=None, started_at=day).days


_current: list[InForce] = []


def in_force() -> InForce:
    """By what to promise a date now. Ask anew for each promise."""
    if not _current:
        _current.append(InForce.of(()))
    return _current[0]


def put_in_force(rules: InForce) -> None:
    """For this process; whoever asks next counts with them."""
    _current[:] = [rules]
