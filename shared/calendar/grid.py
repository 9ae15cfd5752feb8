"""The days and their closes that all calendars share, made once a process: pure, without any holiday."""

from datetime import UTC, date, datetime, time
from functools import cache

from shared.calendar.zones import Zone

_SATURDAY = 5
_CLOSE = time(23, 59, 59, 999999)


def close_of(day: date, zone: Zone) -> datetime:
    """The last microsecond of a day in its zone, in UTC."""
    return datetime.combine(day, _CLOSE, zone.tz).astimezone(UTC)


@cache
def every_day(first: date, last: date) -> tuple[date, ...]:
    """Both ends included."""
    return tuple(map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)))


@cache
def weekdays(first: date, last: date) -> bytes:
    """1 for each day from Monday to Friday (Perpres 21/2023), 0 for the others."""
    return bytes(day.weekday() < _SATURDAY for day in every_day(first, last))


@cache
def every_close(first: date, last: date, zone: Zone) -> tuple[datetime, ...]:
    """The last instant of each of these days in a zone, in UTC."""
    return tuple(close_of(day, zone) for day in every_day(first, last))
