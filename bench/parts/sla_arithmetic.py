"""Nanoseconds a deadline, beside `numpy.busday_offset` and `workalendar` on the same questions and free days.

All must give the same dates before anything is timed.
"""

import random
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from time import perf_counter_ns
from typing import Any

from bench.results import Result
from shared.calendar import Calendar, Zone, indonesia

BAR_NS = 1_000
QUESTIONS = 20_000
FEW = 500
"""As many as the slowest is asked."""
REPEATS = 7
LIMITS = (3, 5, 10, 14, 60)

Question = tuple[date, int]


def measure() -> list[Result]:
    """One deadline at a time, and many of one limit at once. The best of several rounds counts."""
    try:
        import numpy  # noqa: F401, ICN001
        import workalendar  # type: ignore[import-untyped]  # noqa: F401
    except ImportError as missing:
        sys.exit(f"{missing.name} is missing: install the `bench` extra (pip install -e '.[bench]').")
    calendar = indonesia()
    return _one_at_a_time(calendar, questions()) + _many_at_once(calendar, questions())


def questions() -> list[Question]:
    """The same in every run: any day of the years that the calendar knows, with every limit there is."""
    rng = random.Random(1)
    first = date(2022, 1, 1)
    return [(first + timedelta(days=rng.randrange(365 * 5)), rng.choice(LIMITS)) for _ in range(QUESTIONS)]


def _one_at_a_time(calendar: Calendar, asked: list[Question]) -> list[Result]:
    numpy_one, workalendar_one = _numpy_one(calendar), _workalendar_one(calendar)
    expected = [calendar.due_date(*question) for question in asked]
    _agree("numpy.busday_offset", expected, [numpy_one(*q).astype(object) for q in _numpy_questions(asked)])
    _agree("workalendar", expected[:FEW], [workalendar_one(*q) for q in asked[:FEW]])

    moments = [(datetime(d.year, d.month, d.day, 3, tzinfo=UTC), days, Zone.WITA) for d, days in asked]
    whole = _each(calendar.add_working_days, moments)
    close = _each(calendar.due_at, [(day, days, Zone.WITA) for day, days in asked])
    ours = _each(calendar.due_date, asked)
    numpys = _each(numpy_one, _numpy_questions(asked))
    workalendars = _each(workalendar_one, asked[:FEW])
    return [
        _within("moment to close, zone, provisional", whole),
        _within("day to close in the zone", close),
        _beside("working days alone", ours, "numpy.busday_offset, one by one", numpys, bar=1),
        _beside("working days alone", ours, "workalendar.add_working_days", workalendars, bar=50),
        Result("numpy.busday_offset, one by one", numpys, "ns"),
        Result("workalendar.add_working_days", workalendars, "ns"),
    ]


def _many_at_once(calendar: Calendar, asked: list[Question]) -> list[Result]:
    """All starts of one limit; numpy's are an array already, ours the `date` objects that rows come with."""
    import numpy as np

    starts, limit, days = [day for day, _ in asked], 14, _busdays(calendar)
    array = np.array(starts, dtype="datetime64[D]")

    def vectorised(starts: Any, limit: int) -> Any:
        return np.busday_offset(starts, limit, roll="backward", busdaycal=days)

    _agree("numpy.busday_offset", calendar.due_dates(starts, limit), vectorised(array, limit).tolist())
    ours = _each(calendar.due_dates, [(starts, limit)]) / QUESTIONS
    numpys = _each(vectorised, [(array, limit)]) / QUESTIONS
    return [
        _beside("many at once", ours, "numpy.busday_offset, one array", numpys, bar=1),
        Result("numpy.busday_offset, one array", numpys, "ns"),
    ]


def _numpy_questions(asked: Sequence[Question]) -> list[tuple[Any, int]]:
    """In numpy's own type, so that it need not convert a `date` each time."""
    import numpy as np

    return [(np.datetime64(day, "D"), days) for day, days in asked]


def _busdays(calendar: Calendar) -> Any:
    import numpy as np

    return np.busdaycalendar(holidays=[day.date for day in calendar.holidays.days])


def _numpy_one(calendar: Calendar) -> Callable[[Any, int], Any]:
    import numpy as np

    days = _busdays(calendar)
    # "backward": a start on a free day counts from the working day before it, as day zero does.
    return lambda start, limit: np.busday_offset(start, limit, roll="backward", busdaycal=days)


def _workalendar_one(calendar: Calendar) -> Callable[[date, int], date]:
    """It has no Indonesia: its own engine with the same free days."""
    from workalendar.core import SAT, SUN  # type: ignore[import-untyped]
    from workalendar.core import Calendar as Workalendar

    class Indonesia(Workalendar):  # type: ignore[misc]
        def get_weekend_days(self) -> tuple[int, int]:
            return SAT, SUN

        def get_calendar_holidays(self, year: int) -> list[tuple[date, str]]:
            return [(day.date, day.name) for day in calendar.holidays.days if day.date.year == year]

    add: Callable[[date, int], date] = Indonesia().add_working_days
    return add


def _agree(name: str, ours: list[date], theirs: list[date]) -> None:
    different = sum(a != b for a, b in zip(ours, theirs, strict=True))
    if different:
        sys.exit(f"{name} gives {different} other dates of {len(ours)}: there is nothing to compare.")


def _each(function: Callable[..., object], arguments: Sequence[tuple[Any, ...]]) -> float:
    """Nanoseconds a call, the loop's own time taken off."""
    return max(0.0, _round(function, arguments) - _round(_nothing, arguments))


def _round(function: Callable[..., object], arguments: Sequence[tuple[Any, ...]]) -> float:
    best = float("inf")
    for _ in range(REPEATS):
        begin = perf_counter_ns()
        for one in arguments:
            function(*one)
        best = min(best, (perf_counter_ns() - begin) / len(arguments))
    return best


def _nothing(*_: object) -> None:
    """What a call costs before it does anything."""


def _beside(name: str, ours: float, against: str, theirs: float, *, bar: float) -> Result:
    return Result(name, ours, "ns", against, theirs / ours, bar, theirs / ours >= bar)


def _within(name: str, ours: float) -> Result:
    return Result(name, ours, "ns", "1 µs", BAR_NS / ours, 1, ours <= BAR_NS)
