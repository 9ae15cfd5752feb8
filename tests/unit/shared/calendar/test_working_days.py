"""The arithmetic of working days against a calendar walked day by day, and in calendar days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import DateOutsideCalendar, DayKind, Pause, Unit, Zone, indonesia, run_clock
from shared.calendar.working_days import days_at

CALENDAR = indonesia()
ZONES = st.sampled_from(Zone)
MOMENTS = st.datetimes(datetime(2022, 1, 2), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
LIMITS = st.integers(0, 130)


def at(local: str, zone: Zone) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone.key))


def walk(start: datetime, days: int, zone: Zone) -> date:
    """The oracle: one day after the other, asking nothing but the weekday and the list of free days."""
    free = {day.date for day in CALENDAR.holidays.days}
    day = start.astimezone(ZoneInfo(zone.key)).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in free
    return day


def test_every_day_jumped_over_has_a_name() -> None:
    deadline = CALENDAR.add_working_days(at("2026-03-16 08:00", Zone.WIB), 2, Zone.WIB)
    assert [(day.date.day, day.kind, day.name) for day in deadline.skipped] == [
        (18, DayKind.JOINT_LEAVE, "Cuti Bersama Hari Suci Nyepi"),
        (19, DayKind.NATIONAL, "Hari Suci Nyepi"),
        (20, DayKind.JOINT_LEAVE, "Cuti Bersama Hari Raya Idul Fitri"),
        (21, DayKind.NATIONAL, "Hari Raya Idul Fitri"),
        (22, DayKind.NATIONAL, "Hari kedua dari Hari Raya Idul Fitri"),
        (23, DayKind.JOINT_LEAVE, "Cuti Bersama Hari Raya Idul Fitri"),
        (24, DayKind.JOINT_LEAVE, "Cuti Bersama Hari Raya Idul Fitri"),
    ]


@given(MOMENTS, LIMITS, ZONES)
def test_a_deadline_is_where_a_day_by_day_walk_arrives(start: datetime, days: int, zone: Zone) -> None:
    assert CALENDAR.add_working_days(start, days, zone).due_date == walk(start, days, zone)


@given(MOMENTS, LIMITS, ZONES)
def test_the_lean_ways_give_the_same_deadline(start: datetime, days: int, zone: Zone) -> None:
    day = zone.date_of(start)
    full = CALENDAR.add_working_days(start, days, zone)
    lean = (CALENDAR.due_at(day, days, zone), CALENDAR.due_date(day, days), CALENDAR.due_dates([day], days))
    assert lean == (full.due_at, full.due_date, [full.due_date])


@given(MOMENTS, LIMITS, ZONES)
def test_a_deadline_is_the_last_microsecond_of_its_day_in_the_agencys_zone(
    start: datetime, days: int, zone: Zone
) -> None:
    deadline = CALENDAR.add_working_days(start, days, zone)
    local = (deadline.due_at + timedelta(microseconds=1)).astimezone(ZoneInfo(zone.key))
    assert local == datetime.combine(deadline.due_date + timedelta(days=1), datetime.min.time(), local.tzinfo)


@given(MOMENTS, LIMITS, ZONES)
def test_skipped_and_counted_days_make_up_the_whole_span(start: datetime, days: int, zone: Zone) -> None:
    deadline = CALENDAR.add_working_days(start, days, zone)
    assert len(deadline.skipped) + days == (deadline.due_date - deadline.start_date).days


@given(MOMENTS, LIMITS, ZONES)
def test_counting_back_finds_the_limit_again(start: datetime, days: int, zone: Zone) -> None:
    deadline = CALENDAR.add_working_days(start, days, zone)
    assert CALENDAR.working_days_between(deadline.start_date, deadline.due_date) == days


@given(MOMENTS, st.integers(1, 130), st.integers(1, 99), ZONES)
def test_a_warning_comes_after_the_start_and_strictly_before_the_deadline(
    start: datetime, days: int, percent: int, zone: Zone
) -> None:
    warning = CALENDAR.add_working_days(start, days_at(days, percent), zone).due_at
    assert start <= warning < CALENDAR.add_working_days(start, days, zone).due_at


@pytest.mark.parametrize(
    ("days", "half", "most"), [(3, 1, 2), (5, 2, 4), (10, 5, 8), (14, 7, 11), (60, 30, 48)]
)
def test_warnings_come_after_whole_working_days(days: int, half: int, most: int) -> None:
    assert (days_at(days, 50), days_at(days, 80)) == (half, most)


@given(st.dates(date(2022, 1, 1), date(2027, 12, 31)))
def test_a_working_day_is_a_weekday_without_a_decree(day: date) -> None:
    free = {one.date for one in CALENDAR.holidays.days}
    assert CALENDAR.is_working_day(day) == (day.weekday() < 5 and day not in free)


@pytest.mark.parametrize(
    ("start", "days", "provisional"),
    [
        ("2026-11-02 08:00", 5, False),
        ("2027-12-20 08:00", 14, True),  # ends in 2028, whose joint leave nobody has decreed
        ("2027-03-01 08:00", 5, True),  # over a feast that is an estimate
        ("2027-02-22 08:00", 5, False),
        ("2027-05-10 08:00", 5, True),  # spans an estimated feast
        ("2027-05-20 08:00", 5, False),
    ],
)
def test_a_deadline_that_may_yet_move_says_so(start: str, days: int, provisional: bool) -> None:
    assert CALENDAR.add_working_days(at(start, Zone.WIB), days, Zone.WIB).provisional is provisional


@pytest.mark.parametrize(
    ("start", "days"), [("2021-12-31 08:00", 5), ("2037-12-30 08:00", 5), ("2038-01-02", 1)]
)
def test_a_date_outside_the_calendar_is_refused(start: str, days: int) -> None:
    with pytest.raises(DateOutsideCalendar):
        CALENDAR.add_working_days(at(start, Zone.WIB), days, Zone.WIB)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add_working_days(datetime(2026, 1, 1), 3, Zone.WIB)  # noqa: DTZ001


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(at("2026-01-05", Zone.WIB), -1, Zone.WIB)


@pytest.mark.parametrize("days", [0, 3])
@pytest.mark.parametrize("start", [date(2021, 1, 1), date(2021, 12, 31), date(2038, 1, 1)])
def test_the_lean_ways_refuse_a_day_outside_the_calendar(start: date, days: int) -> None:
    for lean in (CALENDAR.due_date, lambda day, days: CALENDAR.due_dates([day], days)):
        with pytest.raises(DateOutsideCalendar):
            lean(start, days)


def test_many_deadlines_at_once_refuse_a_limit_that_passes_the_last_day() -> None:
    with pytest.raises(DateOutsideCalendar, match="pass"):
        CALENDAR.due_dates([date(2026, 11, 20), date(2037, 12, 30)], 5)


EVERY_DAY = CALENDAR.counting(Unit.CALENDAR_DAYS)


@given(MOMENTS, LIMITS, ZONES)
def test_a_limit_in_calendar_days_jumps_over_nothing(start: datetime, days: int, zone: Zone) -> None:
    deadline = EVERY_DAY.add_working_days(start, days, zone)
    told = (deadline.due_date, deadline.skipped, deadline.provisional)
    assert told == (zone.date_of(start) + timedelta(days=days), (), False)


def test_a_pause_gives_back_whole_calendar_days() -> None:
    pause = Pause(at("2026-11-05 12:00", Zone.WIB), at("2026-11-08 09:00", Zone.WIB))  # Thursday to Sunday
    run = run_clock(EVERY_DAY, at("2026-11-02 09:00", Zone.WIB), 30, (pause,), Zone.WIB)
    assert run.deadline is not None
    assert (run.deadline.due_date, len(run.given_back)) == (date(2026, 12, 6), 4)


def test_counting_working_days_again_is_the_same_calendar() -> None:
    assert EVERY_DAY.counting(Unit.WORKING_DAYS).holidays is CALENDAR.holidays
