"""When staff may be reminded: inside the hours of a working day, where they are."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import DateOutsideCalendar, Zone, indonesia, load_limits

CALENDAR = indonesia()
HOURS = load_limits().working_hours(date(2026, 11, 22))
WIB, _, WIT = Zone


def at(local: str, zone: Zone = WIB) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone.key))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-20 10:15", "2026-11-20 10:15"),
        ("2026-11-20 07:59:59", "2026-11-20 08:00"),
        ("2026-11-20 08:00", "2026-11-20 08:00"),
        ("2026-11-20 15:59:59", "2026-11-20 15:59:59"),
        ("2026-11-20 16:00", "2026-11-23 08:00"),  # Friday at closing: Monday
        ("2026-11-19 23:59:59.999999", "2026-11-20 08:00"),
        ("2026-11-21 10:00", "2026-11-23 08:00"),
        ("2026-03-17 17:00", "2026-03-25 08:00"),  # Nyepi and Lebaran
    ],
)
def test_the_next_opening_is_the_first_moment_in_working_hours(moment: str, opening: str) -> None:
    assert CALENDAR.next_opening(at(moment), WIB, HOURS) == at(opening)


def test_an_opening_is_where_the_desk_is() -> None:
    friday_afternoon_in_jakarta = at("2026-11-20 15:00")
    assert CALENDAR.next_opening(friday_afternoon_in_jakarta, WIT, HOURS) == at("2026-11-23 08:00", WIT)


def test_an_opening_is_told_in_utc() -> None:
    assert CALENDAR.next_opening(at("2026-11-20 10:15"), WIB, HOURS).tzinfo is UTC


def test_no_opening_is_known_after_the_calendars_last_day() -> None:
    with pytest.raises(DateOutsideCalendar):
        CALENDAR.next_opening(at("2037-12-31 17:00"), WIB, HOURS)


@given(
    st.datetimes(datetime(2022, 1, 2), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(Zone),
)
def test_an_opening_lies_in_working_hours_and_nothing_before_it_does(moment: datetime, zone: Zone) -> None:
    opening = CALENDAR.next_opening(moment, zone, HOURS).astimezone(zone.tz)
    assert CALENDAR.is_working_day(opening.date())
    assert HOURS.opens <= opening.time() < HOURS.closes
    assert opening == moment or (opening.time() == HOURS.opens and moment < opening)
    assert CALENDAR.working_days_between(zone.date_of(moment), opening.date()) <= 1
