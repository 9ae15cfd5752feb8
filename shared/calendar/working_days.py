"""Working-day arithmetic: which day a limit ends, in whose zone, and which days it jumped over.

Pure and immutable. The day of the start is day zero. A deadline is the last microsecond of its last working
day in the agency's zone (23:59:59.999999): whoever acts at that instant is in time, whoever acts after it is
late, and its local date is the date people read.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from typing import NamedTuple

from shared.calendar.days import WEEKDAYS, WEEKDAYS_EN, Day, DayKind, Holidays, load_holidays
from shared.calendar.zones import Zone

HORIZON_YEARS = 10
"""How far beyond its known days a calendar still answers (provisionally)."""
MOON_TOLERANCE = 1
"""Days by which an estimated holiday may yet move."""

_SATURDAY = 5
_CLOSE = time(23, 59, 59, 999999)


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


class Calendar:
    """Working days from the first known year to the horizon, counted once and looked up ever after."""

    def __init__(self, holidays: Holidays) -> None:
        self.holidays = holidays
        self.first_day = holidays.first_day
        self.last_day = date(holidays.known_through.year + HORIZON_YEARS, 12, 31)
        self._first = self.first_day.toordinal()
        self._free = {day.date.toordinal(): day for day in holidays.days}
        # Looked up by a day's distance from the first day, so that no deadline has to search.
        self._working: list[date] = []
        self._counted: list[int] = []
        for ordinal in range(self._first, self.last_day.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day.weekday() < _SATURDAY and ordinal not in self._free:
                self._working.append(day)
            self._counted.append(len(self._working))
        self._next_estimate = self._next_estimates()
        self._closes = {zone.value: [close_of(day, zone) for day in self._working] for zone in Zone}

    @property
    def id(self) -> str:
        return self.holidays.id

    @property
    def version(self) -> str:
        return self.holidays.version

    @property
    def known_through(self) -> date:
        return self.holidays.known_through

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
            return self._day_zero(start, days, zone)
        index = self._count(start) + days - 1
        try:
            due_date = self._working[index]
        except IndexError:
            raise DateOutsideCalendar(f"{days} working days after {start} pass {self.last_day}") from None
        due_at = self._closes[zone._value_][index]
        return Deadline(due_at, self.is_provisional(start, due_date), start, due_date, self)

    def _day_zero(self, start: date, days: int, zone: Zone) -> Deadline:
        if days < 0:
            raise ValueError("a limit cannot be negative")
        return Deadline(close_of(start, zone), self.is_provisional(start, start), start, start, self)

    def fraction_point(self, start: datetime, days: int, percent: int, zone: Zone) -> datetime:
        """When ``percent`` of a limit has been used: the close of working day floor(days x percent / 100).

        So at most that share has passed, and the moment lies strictly before the deadline of any limit of
        one day or more: 3 days warn after 1 and 2, 5 after 2 and 4, 10 after 5 and 8, 60 after 30 and 48.
        """
        return self.add_working_days(start, days_at(days, percent), zone).due_at

    def skipped_days(self, start: date, end: date) -> tuple[Day, ...]:
        """The days after ``start``, up to and including ``end``, that are not working days."""
        self._count(start), self._count(end)
        return tuple(self._skipped(start, end))

    def _skipped(self, start: date, end: date) -> Iterator[Day]:
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
        raise DateOutsideCalendar(f"{day} lies outside {self.first_day}..{self.last_day}")

    def is_provisional(self, start: date, due: date) -> bool:
        """Whether a day may still be decreed, or an estimated one move, so that the deadline would change."""
        if due > self.holidays.known_through:
            return True
        return self._next_estimate[start.toordinal() - self._first] <= due

    def _next_estimates(self) -> list[date]:
        """For each day, the earliest day on which the next estimated holiday (or itself) may yet fall."""
        upcoming, following = date.max, []
        for ordinal in range(self.last_day.toordinal(), self._first - 1, -1):
            if (free := self._free.get(ordinal)) is not None and free.estimated:
                upcoming = date.fromordinal(ordinal - MOON_TOLERANCE)
            following.append(upcoming)
        return following[::-1]


def close_of(day: date, zone: Zone) -> datetime:
    """The last microsecond of a day in its zone, in UTC."""
    return datetime.combine(day, _CLOSE, zone.tz).astimezone(UTC)


def days_at(days: int, percent: int) -> int:
    """How many whole working days of a limit have passed when ``percent`` of it may be called used."""
    return days * percent // 100


@cache
def indonesia() -> Calendar:
    """The national calendar in its current version, read once a process."""
    return Calendar(load_holidays())
