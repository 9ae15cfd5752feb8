"""Working-day arithmetic: which day a limit ends, in whose zone, and which days it jumped over.

Pure and immutable. The day of the start is day zero. A deadline is the last microsecond of its last working
day in the agency's zone (23:59:59.999999): whoever acts at that instant is in time, whoever acts after it is
late, and its local date is the date people read.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import accumulate, compress
from typing import NamedTuple

from shared.calendar.days import WEEKDAYS, WEEKDAYS_EN, Day, DayKind, Holidays, Unit
from shared.calendar.escalation import WorkingHours
from shared.calendar.grid import close_of, every_close, every_day, weekdays
from shared.calendar.zones import Zone

HORIZON_YEARS = 10
"""How far beyond its known days a calendar still answers (provisionally)."""
MOON_TOLERANCE = 1
"""Days by which an estimated holiday may yet move."""

_SATURDAY = 5
_TABLES = 16


class DateOutsideCalendar(ValueError):
    """The calendar holds no knowledge of this date; an answer would be invented."""


class Deadline(NamedTuple):
    """Where a limit ends. ``provisional``: days may still be decreed or moved that would change it."""

    due_at: datetime
    provisional: bool
    start_date: date
    due_date: date
    calendar: "Calendar"

    @property
    def skipped(self) -> tuple[Day, ...]:
        """Every day between start and deadline that did not count, with its name."""
        return self.calendar.skipped_days(self.start_date, self.due_date)


_deadline = tuple.__new__
"""`Deadline(...)` by a shorter way: it would take a third of the time of the whole arithmetic."""


class Calendar:
    """The days that count, from the first known year to the horizon: counted once and looked up ever after.

    They are working days, or with `Unit.CALENDAR_DAYS` all days: see `counting`.
    """

    def __init__(self, holidays: Holidays, unit: Unit = Unit.WORKING_DAYS) -> None:
        self.holidays, self.unit = holidays, unit
        self.first_day = holidays.first_day
        self.last_day = date(holidays.known_through.year + HORIZON_YEARS, 12, 31)
        self._first = self.first_day.toordinal()
        works = unit is Unit.WORKING_DAYS
        self._free = {day.date.toordinal(): day for day in holidays.days} if works else {}
        self._every_day = every_day(self.first_day, self.last_day)
        self._counts = bytearray(
            weekdays(self.first_day, self.last_day) if works else b"\1" * len(self._every_day)
        )
        for ordinal in self._free:
            if 0 <= ordinal - self._first < len(self._counts):
                self._counts[ordinal - self._first] = False
        # Looked up by a day's distance from the first day, so that no deadline has to search.
        self._counted = array("H", accumulate(self._counts))
        self._working = list(compress(self._every_day, self._counts))
        self._closes: dict[str, list[datetime]] = {}
        self._tables: dict[int, dict[date, date]] = {}
        self._estimates = [ordinal for ordinal in sorted(self._free) if self._free[ordinal].estimated]
        self._settled = self._settled_through() if works else self.last_day

    @property
    def id(self) -> str:
        return self.holidays.id

    @property
    def version(self) -> str:
        return self.holidays.version

    @property
    def known_through(self) -> date:
        return self.holidays.known_through

    def counting(self, unit: Unit) -> "Calendar":
        """The same calendar for a limit in another unit: in calendar days, no day is jumped over."""
        return self if unit is self.unit else self._counting_otherwise

    @cached_property
    def _counting_otherwise(self) -> "Calendar":
        return Calendar(self.holidays, next(unit for unit in Unit if unit is not self.unit))

    def is_working_day(self, day: date) -> bool:
        before = self._count(day)
        return before > 0 and self._working[before - 1] == day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative if ``end`` lies before it."""
        return self._count(end) - self._count(start)

    def add_working_days(self, start: datetime, days: int, zone: Zone) -> Deadline:
        """The close of the ``days``-th working day after the day on which ``start`` falls in ``zone``.

        Zero days: the close of the day of the start itself. Raises `DateOutsideCalendar`.
        """
        return self.deadline_after(zone.date_of(start), days, zone)

    def deadline_after(self, start: date, days: int, zone: Zone) -> Deadline:
        """As `add_working_days`, from a day in the zone."""
        if days <= 0:
            due_date, due_at = self._day_zero(start, days), close_of(start, zone)
        else:
            index = self._index(start, days)
            due_date, due_at = self._working[index], self._closes_in(zone)[index]
        provisional = due_date > self._settled and self.is_provisional(start, due_date)
        return _deadline(Deadline, (due_at, provisional, start, due_date, self))

    def due_date(self, start: date, days: int) -> date:
        """The date of `deadline_after` and nothing else."""
        return self._working[self._index(start, days)] if days > 0 else self._day_zero(start, days)

    def due_at(self, start: date, days: int, zone: Zone) -> datetime:
        """The moment of `deadline_after` and nothing else."""
        if days <= 0:
            return close_of(self._day_zero(start, days), zone)
        return self._closes_in(zone)[self._index(start, days)]

    def due_dates(self, starts: Sequence[date], days: int) -> list[date]:
        """`due_date` of many starts of one limit: a table for the limit, then one look-up each."""
        if days <= 0:
            return [self._day_zero(start, days) for start in starts]
        table = self._table(days)
        try:
            return list(map(table.__getitem__, starts))
        except KeyError as missing:
            self._index(missing.args[0], days)
            raise

    def _table(self, days: int) -> dict[date, date]:
        """For every start, where a limit of so many days ends; a handful of limits is kept."""
        table = self._tables.get(days)
        if table is None:
            due = self._working
            table = {
                day: due[counted + days - 1]
                for day, counted in zip(self._every_day, self._counted, strict=True)
                if counted + days <= len(due)
            }
            if len(self._tables) == _TABLES:
                self._tables.clear()
            self._tables[days] = table
        return table

    def _index(self, start: date, days: int) -> int:
        """Which of the working days is the ``days``-th after ``start``."""
        offset = start.toordinal() - self._first
        if offset >= 0:
            try:
                index = self._counted[offset] + days - 1
            except IndexError:
                raise self._outside(start) from None
            if index < len(self._working):
                return index
            raise DateOutsideCalendar(f"{days} working days after {start} pass {self.last_day}")
        raise self._outside(start)

    def _outside(self, day: date) -> DateOutsideCalendar:
        return DateOutsideCalendar(f"{day} lies outside {self.first_day}..{self.last_day}")

    def _day_zero(self, start: date, days: int) -> date:
        if days < 0:
            raise ValueError("a limit cannot be negative")
        self._count(start)
        return start

    def _closes_in(self, zone: Zone) -> list[datetime]:
        closes = self._closes.get(zone._value_)  # an enum member hashes slowly
        if closes is None:
            every = every_close(self.first_day, self.last_day, zone)
            closes = self._closes[zone._value_] = list(compress(every, self._counts))
        return closes

    def next_opening(self, moment: datetime, zone: Zone, hours: WorkingHours) -> datetime:
        """The first moment, in UTC, at or after ``moment`` in the hours of a working day in ``zone``."""
        day = zone.date_of(moment)
        if self.is_working_day(day) and moment < hours.closing(day, zone):
            return max(moment.astimezone(UTC), hours.opening(day, zone))
        index = self._count(day)
        if index == len(self._working):
            raise self._outside(day + date.resolution)
        return hours.opening(self._working[index], zone)

    def skipped_days(self, start: date, end: date) -> tuple[Day, ...]:
        """The days after ``start``, up to and including ``end``, that are not working days."""
        self._count(start), self._count(end)
        return tuple(self._skipped(start, end))

    def _skipped(self, start: date, end: date) -> Iterator[Day]:
        if self.unit is Unit.CALENDAR_DAYS:
            return
        for ordinal in range(start.toordinal() + 1, end.toordinal() + 1):
            if ordinal in self._free:
                yield self._free[ordinal]
                continue
            day = date.fromordinal(ordinal)
            if (weekday := day.weekday()) >= _SATURDAY:
                yield Day(day, DayKind.WEEKEND, WEEKDAYS[weekday], WEEKDAYS_EN[weekday])

    def _count(self, day: date) -> int:
        """Working days from the calendar's first day up to and including ``day``."""
        offset = day.toordinal() - self._first
        if 0 <= offset < len(self._counted):
            return self._counted[offset]
        raise self._outside(day)

    def is_provisional(self, start: date, due: date) -> bool:
        """Whether a day may still be decreed, or an estimated one move, so that the deadline would change."""
        if due <= self._settled:
            return False
        if due > self.holidays.known_through:
            return True
        upcoming = bisect_left(self._estimates, start.toordinal())
        return (
            upcoming < len(self._estimates) and self._estimates[upcoming] - MOON_TOLERANCE <= due.toordinal()
        )

    def _settled_through(self) -> date:
        """No limit that ends on this day or earlier is provisional."""
        first_estimate = min(self._estimates, default=self.last_day.toordinal())
        return min(self.holidays.known_through, date.fromordinal(first_estimate - MOON_TOLERANCE - 1))


def days_at(days: int, percent: int) -> int:
    """How many whole days of a limit have passed when ``percent`` of it may be called used: rounded down.

    So at most that share has passed, and that day's close lies strictly before the deadline of any limit of
    one day or more: 3 days warn after 1 and 2, 5 after 2 and 4, 10 after 5 and 8, 60 after 30 and 48.
    """
    return days * percent // 100
