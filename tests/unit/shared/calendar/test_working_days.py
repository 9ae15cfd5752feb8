"""Worked examples from real calendars, and the arithmetic against a calendar walked day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import Calendar, DateOutsideCalendar, DayKind, Zone, indonesia

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


@pytest.mark.parametrize(
    ("start", "zone", "days", "due"),
    [
        ("2025-03-21 10:00", Zone.WIB, 5, "2025-04-08"),  # Lebaran 2025: 28 March to 7 April is free
        ("2025-03-21 10:00", Zone.WIB, 14, "2025-04-22"),  # and Good Friday on 18 April
        ("2026-03-16 08:00", Zone.WIB, 5, "2026-03-30"),  # Nyepi and Lebaran 2026: 18 to 24 March
        ("2026-03-16 08:00", Zone.WITA, 14, "2026-04-13"),  # and Good Friday on 3 April
        ("2025-08-15 16:00", Zone.WIB, 5, "2025-08-25"),  # 18 August 2025, decreed on the 7th
        ("2024-12-24 23:59", Zone.WIB, 3, "2024-12-31"),  # Christmas and its joint leave
        ("2026-11-21 12:00", Zone.WIB, 3, "2026-11-25"),  # filed on a Saturday
        ("2026-11-20 23:30", Zone.WIT, 3, "2026-11-25"),  # Friday evening in WIT
        ("2026-01-02 09:00", Zone.WIB, 60, "2026-04-09"),  # sixty days across Imlek, Lebaran, Good Friday
    ],
)
def test_a_worked_example_ends_on_its_date(start: str, zone: Zone, days: int, due: str) -> None:
    deadline = CALENDAR.add_working_days(at(start, zone), days, zone)
    assert deadline.due_at == at(f"{due} 23:59:59.999999", zone)


def test_the_same_instant_is_another_day_zero_further_east() -> None:
    thursday_night_in_jakarta = at("2026-11-19 22:30", Zone.WIB)
    wib = CALENDAR.add_working_days(thursday_night_in_jakarta, 5, Zone.WIB)
    wit = CALENDAR.add_working_days(thursday_night_in_jakarta, 5, Zone.WIT)
    assert (wib.due_date, wit.due_date) == (date(2026, 11, 26), date(2026, 11, 27))


def test_a_friday_evening_in_wit_seen_from_wib_closes_two_hours_before_midnight() -> None:
    deadline = CALENDAR.add_working_days(at("2026-11-20 23:30", Zone.WIT), 3, Zone.WIT)
    assert deadline.due_at == at("2026-11-25 21:59:59.999999", Zone.WIB)


def test_a_deadline_can_be_asked_as_it_was_known_before_a_decree() -> None:
    before = Calendar(CALENDAR.holidays.as_known_on(date(2025, 8, 1)))
    deadline = before.add_working_days(at("2025-08-15 16:00", Zone.WIB), 5, Zone.WIB)
    assert deadline.due_date == date(2025, 8, 22)


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
    warning = CALENDAR.fraction_point(start, days, percent, zone)
    assert start <= warning < CALENDAR.add_working_days(start, days, zone).due_at


@pytest.mark.parametrize(
    ("days", "half", "most"), [(3, 1, 2), (5, 2, 4), (10, 5, 8), (14, 7, 11), (60, 30, 48)]
)
def test_warnings_come_after_whole_working_days(days: int, half: int, most: int) -> None:
    start = at("2026-03-02 08:00", Zone.WIB)
    points = [CALENDAR.fraction_point(start, days, percent, Zone.WIB) for percent in (50, 80)]
    assert points == [CALENDAR.add_working_days(start, n, Zone.WIB).due_at for n in (half, most)]


@given(st.dates(date(2022, 1, 1), date(2027, 12, 31)))
def test_a_working_day_is_a_weekday_without_a_decree(day: date) -> None:
    free = {one.date for one in CALENDAR.holidays.days}
    assert CALENDAR.is_working_day(day) == (day.weekday() < 5 and day not in free)


@pytest.mark.parametrize(
    ("start", "days", "provisional"),
    [
        ("2026-11-02 08:00", 5, False),
        ("2027-12-20 08:00", 14, True),  # ends in 2028, whose joint leave nobody has decreed
        ("2027-03-01 08:00", 5, True),  # ends the day before an estimated feast, which may come a day early
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
