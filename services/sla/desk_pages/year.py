"""A year as people look at it: twelve months of days, and the free days with whose they are. Pure."""

from calendar import Calendar as Weeks
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.calendar import Book, Day, DayKind, scopes_of

_SATURDAY = 5


@dataclass(frozen=True)
class Cell:
    """One day in a month's sheet. `free` is None on a working day and on a weekend."""

    date: date
    weekend: bool
    free: Day | None
    today: bool


@dataclass(frozen=True)
class Month:
    """Weeks of seven, Monday first; None stands for a day of another month."""

    first: date
    weeks: Sequence[Sequence[Cell | None]]


@dataclass(frozen=True)
class FreeDay:
    """A free day, and whose it is: `indonesia`, `35` or `35.78`."""

    day: Day
    scope: str

    @property
    def on_a_weekend(self) -> bool:
        return self.day.date.weekday() >= _SATURDAY


def months(year: int, free: Sequence[Day], today: date) -> list[Month]:
    """The sheets of a year. A free day on a weekend is shown as free: people look for it."""
    by_date = {day.date: day for day in free if day.kind is not DayKind.WEEKEND}
    return [_month(date(year, number, 1), by_date, today) for number in range(1, 13)]


def _month(first: date, free: Mapping[date, Day], today: date) -> Month:
    weeks = [
        [
            Cell(day, day.weekday() >= _SATURDAY, free.get(day), day == today)
            if day.month == first.month
            else None
            for day in week
        ]
        for week in Weeks().monthdatescalendar(first.year, first.month)
    ]
    return Month(first, weeks)


def free_days(book: Book, region: str | None, year: int) -> list[FreeDay]:
    """The free days that count in a region, each with the widest scope that frees it."""
    scopes = scopes_of(region)
    free: set[tuple[str, date]] = set()
    for change in book.changes:
        if change.scope in scopes:
            (free.add if change.added else free.discard)((change.scope, change.day.date))
    return [
        FreeDay(day, next(scope for scope in scopes if (scope, day.date) in free))
        for day in book.days(region)
        if day.date.year == year
    ]
