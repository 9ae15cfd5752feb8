"""A paused limit against an oracle that asks of every single day whether the clock ran through it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import Pause, Run, Zone, indonesia, run_clock

CALENDAR = indonesia()
START = datetime(2026, 11, 2, 3, tzinfo=UTC)  # a Monday, 10 in the morning in Jakarta


def on(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=ZoneInfo("Asia/Jakarta"))


def run(days: int, *pauses: Pause) -> Run:
    return run_clock(CALENDAR, START, days, pauses, Zone.WIB)


def oracle(start: datetime, days: int, pauses: list[Pause], zone: Zone) -> date | None:
    """Day by day: a working day counts if no pause touches it; None if the clock stands still for good."""
    tz = ZoneInfo(zone.key)
    spans = [(p.begin.astimezone(tz).date(), p.end and p.end.astimezone(tz).date()) for p in pauses]
    day = start.astimezone(tz).date()
    while days:
        day += timedelta(days=1)
        if any(end is None and begin <= day for begin, end in spans):
            return None
        touched = any(end is not None and begin <= day <= end for begin, end in spans)
        days -= CALENDAR.is_working_day(day) and not touched
    return day


OFFSETS = st.floats(-3, 60, allow_nan=False)
PAUSES = st.lists(st.tuples(OFFSETS, st.one_of(st.none(), st.floats(0, 12, allow_nan=False))), max_size=5)


@given(st.integers(1, 30), PAUSES, st.sampled_from(Zone), st.randoms())
def test_a_paused_limit_ends_where_a_day_by_day_walk_arrives(days, spans, zone, random) -> None:  # type: ignore[no-untyped-def]
    pauses = [
        Pause(
            START + timedelta(days=begin),
            None if length is None else START + timedelta(days=begin) + timedelta(days=length),
        )
        for begin, length in spans
    ]
    random.shuffle(pauses)
    deadline = run_clock(CALENDAR, START, days, pauses, zone).deadline
    assert (deadline and deadline.due_date) == oracle(START, days, pauses, zone)


def test_a_pause_gives_back_every_working_day_it_touches() -> None:
    result = run(5, Pause(on(4), on(6)))
    assert result.given_back == (date(2026, 11, 4), date(2026, 11, 5), date(2026, 11, 6))


def test_a_pause_moves_the_deadline_by_the_days_it_gives_back() -> None:
    deadline = run(5, Pause(on(4), on(6))).deadline
    assert deadline is not None
    assert deadline.due_date == date(2026, 11, 12)


def test_a_pause_over_a_weekend_gives_back_working_days_only() -> None:
    assert run(5, Pause(on(6), on(9))).given_back == (date(2026, 11, 6), date(2026, 11, 9))


def test_a_pause_within_day_zero_gives_nothing_back() -> None:
    assert run(5, Pause(on(2, 11), on(2, 15))).given_back == ()


def test_an_open_pause_leaves_no_deadline_but_remembers_what_was_used() -> None:
    assert run(5, Pause(on(5), None)) == Run(None, 2, ())


def test_a_pause_after_the_limit_has_run_out_changes_nothing() -> None:
    assert run(3, Pause(on(9), None)) == run(3)


def test_skipped_days_are_told_from_the_start_and_not_from_the_last_pause() -> None:
    deadline = run(5, Pause(on(4), on(6))).deadline
    assert deadline is not None
    assert [day.date.day for day in deadline.skipped] == [7, 8]
