"""What became known about free days, and when: the packaged days and the amendments as one list of changes.

Pure. Refuses an amendment that contradicts another; never decides which of the two is right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from shared.calendar.amendments import Amendment, AmendmentConflict
from shared.calendar.days import Day, Decree, Holidays
from shared.calendar.regions import NATION
from shared.calendar.zones import Zone

EVER = datetime.min.replace(tzinfo=UTC)
"""Since when something is known that no act is named for."""


@dataclass(frozen=True, slots=True)
class Change:
    """One day that became free (``added``) or a working day again, since ``known_at``, by the act ``by``."""

    known_at: datetime
    scope: str
    day: Day
    added: bool
    by: str


@dataclass(frozen=True, slots=True)
class Horizon:
    """Since ``known_at``, the nation's list of free days is complete through ``through``."""

    known_at: datetime
    through: date
    by: str


class _Told(NamedTuple):
    """What an act says of a date: a day, or None if it is to be a working day again."""

    known_at: datetime
    scope: str
    date: date
    day: Day | None
    by: str


def history(
    holidays: Holidays,
    regional: Sequence[Amendment],
    accepted: Sequence[Amendment],
    new: Sequence[Amendment],
) -> tuple[Change, ...]:
    """Every change in the order in which it became known. Raises `AmendmentConflict` for a new amendment.

    What was accepted once is never refused again: where it has lost its object it has no effect.
    """
    told = [*_reviewed(holidays, regional, accepted)]
    for amendment in (*accepted, *new):
        told += _amended(amendment)
    ledger = _Ledger(holidays.version, {amendment.id for amendment in new})
    changes = (ledger.take(one) for one in sorted(told, key=attrgetter("known_at")))
    return tuple(change for change in changes if change is not None)


def horizons(
    holidays: Holidays, accepted: Sequence[Amendment], new: Sequence[Amendment]
) -> tuple[Horizon, ...]:
    """How far the list reached, by the moment it became known."""
    said_first = {amendment.known_through for amendment in accepted}
    told = [Horizon(a.known_at, a.known_through, a.id) for a in (*accepted, *new) if a.known_through]
    acts = [(act, act.known_through) for act in holidays.decrees if act.known_through]
    told += [Horizon(known_since(act), through, act.id) for act, through in acts if through not in said_first]
    if not acts:  # a file that does not say which act completed which year
        told.append(Horizon(EVER, holidays.known_through, holidays.version))
    return tuple(sorted(told, key=attrgetter("known_at")))


@cache
def known_since(decree: Decree | None) -> datetime:
    """A packaged act is known from the start of the day it was signed, in Jakarta."""
    if decree is None:
        return EVER
    return datetime.combine(decree.decided, time(), Zone.WIB.tz).astimezone(UTC)


def _reviewed(
    holidays: Holidays, regional: Sequence[Amendment], accepted: Sequence[Amendment]
) -> Iterator[_Told]:
    """What the reviewed files know, except where an accepted amendment has told it first.

    A later file takes up what an amendment has said. The amendment stays what made the day known, so that no
    deadline of the past changes with a new file.
    """
    was_free: dict[tuple[str, date], bool] = {}
    for amendment in accepted:
        for day in amendment.removed:
            was_free.setdefault((amendment.scope, day), True)
        for one in amendment.added:
            was_free.setdefault((amendment.scope, one.date), False)
    for one in (*holidays.days, *holidays.withdrawn):
        if was_free.get((NATION, one.date), True):
            by = one.decree.id if one.decree else holidays.version
            yield _Told(known_since(one.decree), NATION, one.date, one, by)
        if one.withdrawn and (NATION, one.date) not in was_free:
            yield _Told(known_since(one.withdrawn), NATION, one.date, None, one.withdrawn.id)
    for act in regional:
        yield from (told for told in _amended(act) if was_free.get((act.scope, told.date), True))


def _amended(amendment: Amendment) -> Iterator[_Told]:
    known_at, scope, by = amendment.known_at, amendment.scope, amendment.id
    for day in amendment.removed:
        yield _Told(known_at, scope, day, None, by)
    for one in amendment.days():
        yield _Told(known_at, scope, one.date, one, by)


class _Ledger:
    """Which days are free, and by whose word, while the acts are being read."""

    def __init__(self, version: str, new: set[str]) -> None:
        self.version, self.new = version, new
        self.last: dict[tuple[str, date], Change] = {}

    def take(self, told: _Told) -> Change | None:
        """What the act changes, or None if it has lost its object."""
        key = (told.scope, told.date)
        before = self.last.get(key)
        free = before is not None and before.added
        if (told.day is not None) is free:
            self._refuse(told, before.by if before else self.version)
            return None
        day = told.day or (before.day if before else None)
        assert day is not None
        self.last[key] = change = Change(told.known_at, told.scope, day, told.day is not None, told.by)
        return change

    def _refuse(self, told: _Told, theirs: str) -> None:
        """The one that is new contradicts the other, whichever of them became known first."""
        ours = told.by
        if ours not in self.new:
            ours, theirs = theirs, ours
        if ours in self.new:
            why = "is not a free day there" if told.day is None else "is a free day there already"
            raise AmendmentConflict(ours, theirs, told.date, why)
