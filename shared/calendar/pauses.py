"""A limit that can be interrupted: a working day counts only if the clock ran through the whole of it.

So the day of the start is day zero, and every working day that a pause touches is given back whole.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from shared.calendar.working_days import Calendar, Deadline
from shared.calendar.zones import Zone


class Pause(NamedTuple):
    """A stretch in which the clock stood still; ``end`` is None while it still does."""

    begin: datetime
    end: datetime | None


class Run(NamedTuple):
    """How far a limit has got: either its deadline, or (paused) the working days it has left."""

    deadline: Deadline | None
    used: int
    given_back: tuple[date, ...]
    """Working days that pauses took out of the count, in order."""


def run_clock(calendar: Calendar, start: datetime, days: int, pauses: Sequence[Pause], zone: Zone) -> Run:
    """Lay ``days`` working days from ``start`` around the pauses, which may overlap and come in any order.

    A pause that begins after the limit has run out changes nothing: what was late stays late.
    ``used`` counts the days passed before the pause that is still open, or all of them.
    """
    if not pauses:
        return Run(calendar.add_working_days(start, days, zone), days, ())
    cursor, used = zone.date_of(start), 0
    given_back: list[date] = []
    for begin, end in merged_days(pauses, zone):
        if end is not None and end <= cursor:
            continue
        deadline = calendar.deadline_after(cursor, days - used, zone)
        if begin > cursor and deadline.due_date < begin:
            return Run(_since(deadline, start, zone), days, tuple(given_back))
        if begin > cursor:
            used += _days_strictly_between(calendar, cursor, begin)
        if end is None:
            return Run(None, used, tuple(given_back))
        first = max(begin, cursor + _ONE_DAY)
        given_back += [day for day in _each(first, end) if calendar.is_working_day(day)]
        cursor = end
    deadline = calendar.deadline_after(cursor, days - used, zone)
    return Run(_since(deadline, start, zone), days, tuple(given_back))


def merged_days(pauses: Iterable[Pause], zone: Zone) -> list[tuple[date, date | None]]:
    """The local days touched by pauses, as disjoint first..last spans in order; last is None while open."""
    spans: list[tuple[date, date | None]] = []
    for pause in sorted(pauses, key=lambda p: p.begin):
        begin = zone.date_of(pause.begin)
        end = None if pause.end is None else max(begin, zone.date_of(pause.end))
        if spans and ((last := spans[-1][1]) is None or begin <= last):
            spans[-1] = (spans[-1][0], None if last is None or end is None else max(last, end))
        else:
            spans.append((begin, end))
    return spans


_ONE_DAY = date.resolution


def _days_strictly_between(calendar: Calendar, after: date, before: date) -> int:
    return calendar.working_days_between(after, before - _ONE_DAY)


def _each(first: date, last: date) -> list[date]:
    return [date.fromordinal(o) for o in range(first.toordinal(), last.toordinal() + 1)]


def _since(deadline: Deadline, start: datetime, zone: Zone) -> Deadline:
    """The same deadline, with its skipped days told from the clock's own start."""
    start_date = zone.date_of(start)
    provisional = deadline.calendar.is_provisional(start_date, deadline.due_date)
    return deadline._replace(start_date=start_date, provisional=provisional)
