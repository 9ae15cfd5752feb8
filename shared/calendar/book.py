"""Every free day there is and since when it is known: the calendar of any region as of any moment.

Immutable. What was known at a moment of the past never changes by what is learnt later.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Self

from shared.calendar.amendments import Amendment, AmendmentConflict
from shared.calendar.days import Day, Holidays, load_holidays
from shared.calendar.history import Change, history, horizons
from shared.calendar.regional import load_regional
from shared.calendar.regions import NATION, scopes_of
from shared.calendar.working_days import HORIZON_YEARS, Calendar, DateOutsideCalendar

_CALENDARS = 512
"""How many laid-out calendars a book keeps: a region with days of its own, times what was known when."""


class Book:
    """The reviewed file and every amendment on top of it; ``version`` counts them: ``2026-11-21+3``."""

    def __init__(
        self,
        holidays: Holidays,
        regional: Sequence[Amendment] = (),
        accepted: Sequence[Amendment] = (),
        new: Sequence[Amendment] = (),
    ) -> None:
        self.holidays, self.regional = holidays, tuple(regional)
        self.amendments: tuple[Amendment, ...] = tuple(sorted((*accepted, *new), key=attrgetter("known_at")))
        self.changes = history(holidays, regional, accepted, new)
        self._horizons = horizons(holidays, accepted, new)
        self._scopes = {change.scope for change in self.changes} | {NATION}
        self._laid = lru_cache(maxsize=_CALENDARS)(self._lay)
        # What is known changes at these moments only.
        told = {one.known_at for one in self.changes} | {one.known_at for one in self._horizons}
        told |= {one.known_at for one in self.amendments}
        self._moments = sorted({moment.astimezone(UTC) for moment in told})
        self._chains: dict[str | None, tuple[str, ...]] = {}

    @classmethod
    def packaged(cls) -> "Book":
        """The reviewed file alone, read once a process."""
        return _packaged()

    @property
    def version(self) -> str:
        return self._version(len(self.amendments))

    def _version(self, amendments: int) -> str:
        return f"{self.holidays.version}+{amendments}" if amendments else self.holidays.version

    @property
    def known_through(self) -> date:
        """Up to here the free days are complete, by all that is known."""
        return max(horizon.through for horizon in self._horizons)

    def amended(self, *amendments: Amendment) -> Self:
        """This book with new amendments on top.

        Raises `ImpossibleAmendment`, `UnknownRegion`, `DateOutsideCalendar`, or `AmendmentConflict` naming
        both: adding a day that is free already, removing one that is not there or that another has removed,
        completing a year that is complete.
        """
        for amendment in amendments:
            amendment.check()
        after = type(self)(self.holidays, self.regional, self.amendments, amendments)
        earlier = {amendment.id: amendment for amendment in self.amendments}
        for amendment in amendments:
            after._check_dates(amendment)
            if amendment.id in earlier:
                raise AmendmentConflict(amendment.id, amendment.id, amendment.decided, "is on record already")
            earlier[amendment.id] = amendment
        return after

    def restored(self, *amendments: Amendment) -> Self:
        """This book with amendments that were accepted before, perhaps on an older file.

        What the file has taken up since is no conflict, and stays known since the amendment and not before.
        """
        return type(self)(self.holidays, self.regional, (*self.amendments, *amendments))

    def _check_dates(self, amendment: Amendment) -> None:
        """An amendment reaches no further than the reviewed file answers, and completes what was open."""
        first, last = self.holidays.first_day, date(self.holidays.known_through.year + HORIZON_YEARS, 12, 31)
        through = amendment.known_through
        for day in (*(one.date for one in amendment.added), *([through] if through else [])):
            if not first <= day <= last:
                raise DateOutsideCalendar(f"{day} lies outside {first}..{last}")
        for horizon in self._horizons:
            if through is not None and horizon.by != amendment.id and horizon.through >= through:
                raise AmendmentConflict(amendment.id, horizon.by, through, "is complete already")

    def calendar(self, region: str | None = None, known_at: datetime | None = None) -> Calendar:
        """The working days of a region by what was known at a moment; without one, by all that is known.

        Raises `UnknownRegion` for a code that is no region's.
        """
        chain = self._chains.get(region)
        if chain is None:
            chain = self._chains[region] = tuple(s for s in scopes_of(region) if s in self._scopes)
        known = len(self._moments) if known_at is None else bisect_right(self._moments, known_at)
        return self._laid(chain, known)

    def days(self, region: str | None = None, known_at: datetime | None = None) -> tuple[Day, ...]:
        """The free days of a region, in order; as `calendar`."""
        return self.calendar(region, known_at).holidays.days

    def diff(
        self, since: datetime, until: datetime | None = None, region: str | None = None
    ) -> tuple[Change, ...]:
        """What became known about a region's days after ``since`` and up to ``until``, in that order."""
        scopes = scopes_of(region)
        return tuple(
            change
            for change in self.changes
            if change.scope in scopes
            and since < change.known_at
            and (until is None or change.known_at <= until)
        )

    def _lay(self, scopes: tuple[str, ...], known: int) -> Calendar:
        until = self._moments[known - 1] if known else None
        free: dict[str, dict[date, Day]] = {scope: {} for scope in scopes}
        for change in self.changes:
            if until is None or change.known_at > until:
                break
            if change.scope in free and change.added:
                free[change.scope][change.day.date] = change.day
            elif change.scope in free:
                del free[change.scope][change.day.date]
        # Where a regional day falls on one of the nation's, the wider scope gives the name.
        merged = {day.date: day for scope in reversed(scopes) for day in free[scope].values()}
        told = [h.through for h in self._horizons if until is not None and h.known_at <= until]
        count = sum(until is not None and amendment.known_at <= until for amendment in self.amendments)
        return Calendar(
            Holidays(
                id=scopes[-1],
                version=self._version(count),
                first_day=self.holidays.first_day,
                known_through=max(told, default=self.holidays.first_day - date.resolution),
                provenance=self.holidays.provenance,
                days=tuple(merged[day] for day in sorted(merged)),
            )
        )


@cache
def _packaged() -> Book:
    return Book(load_holidays(), load_regional())


def indonesia() -> Calendar:
    """The national calendar in its reviewed version, laid out once a process."""
    return _packaged().calendar()
