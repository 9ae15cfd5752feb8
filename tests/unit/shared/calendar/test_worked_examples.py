"""Deadlines worked out by hand on real calendars, each with its reason."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from shared.calendar import Book, Zone

BOOK = Book.packaged()
WIB, WITA, WIT = Zone


class Example(NamedTuple):
    """`known`: by what was known then, in Jakarta; without it, by all that is known."""

    reason: str
    start: str
    zone: Zone
    days: int
    due: str
    known: str | None = None
    provisional: bool = False


EXAMPLES = [
    Example("Lebaran 2025: 28 March to 7 April is free", "2025-03-21 10:00", WIB, 5, "2025-04-08"),
    Example("Lebaran 2025, and Good Friday on 18 April", "2025-03-21 10:00", WIB, 14, "2025-04-22"),
    Example("filed in the middle of Lebaran 2025", "2025-04-02 09:00", WIB, 3, "2025-04-10"),
    Example("Nyepi and Lebaran 2026: 18 to 24 March is free", "2026-03-16 08:00", WIB, 5, "2026-03-30"),
    Example("Lebaran 2026, and Good Friday on 3 April", "2026-03-16 08:00", WITA, 14, "2026-04-13"),
    Example(
        "the sixty days of an inspection over Imlek and Lebaran", "2026-01-02 09:00", WIB, 60, "2026-04-09"
    ),
    Example("Idul Adha 2026, Waisak on a Sunday, Pancasila", "2026-05-25 09:00", WIB, 5, "2026-06-04"),
    Example(
        "Lebaran 2023 as laid in October 2022: 21 to 26 April",
        "2023-04-17 09:00",
        WIB,
        5,
        "2023-04-28",
        known="2023-03-28 12:00",
    ),
    Example("Lebaran 2023 moved in March 2023: 19 to 25 April", "2023-04-17 09:00", WIB, 5, "2023-05-02"),
    Example(
        "18 August 2025 as of 1 August: a Monday like others",
        "2025-08-15 16:00",
        WIB,
        5,
        "2025-08-22",
        known="2025-08-01 12:00",
    ),
    Example(
        "18 August 2025 in the last minute before its decree",
        "2025-08-15 16:00",
        WIB,
        5,
        "2025-08-22",
        known="2025-08-06 23:59",
    ),
    Example(
        "18 August 2025 on the day of its decree",
        "2025-08-15 16:00",
        WIB,
        5,
        "2025-08-25",
        known="2025-08-07 00:00",
    ),
    Example("18 August 2025 today", "2025-08-15 16:00", WIB, 5, "2025-08-25"),
    Example("filed on a Saturday", "2026-11-21 12:00", WIB, 3, "2026-11-25"),
    Example("filed in the last minute of a Friday in WIT", "2026-11-20 23:59", WIT, 3, "2026-11-25"),
    Example("Christmas 2024 and its joint leave", "2024-12-24 23:59", WIB, 3, "2024-12-31"),
    Example("year's end 2025: New Year is free", "2025-12-30 09:00", WIB, 5, "2026-01-07"),
    Example(
        "the same before the year 2026 was decreed",
        "2025-12-30 09:00",
        WIB,
        5,
        "2026-01-06",
        known="2025-09-18 09:00",
        provisional=True,
    ),
    Example(
        "ends in 2028, of which nothing is decreed",
        "2027-12-20 08:00",
        WIB,
        14,
        "2028-01-10",
        provisional=True,
    ),
    Example(
        "over a Lebaran that is still an estimate", "2027-03-01 08:00", WIB, 5, "2027-03-16", provisional=True
    ),
]


def at(local: str, zone: Zone) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone.key))


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.reason for example in EXAMPLES])
def test_a_worked_example_ends_on_its_date(example: Example) -> None:
    known_at = at(example.known, WIB) if example.known else None
    deadline = BOOK.calendar(known_at=known_at).add_working_days(
        at(example.start, example.zone), example.days, example.zone
    )
    due_at = at(f"{example.due} 23:59:59.999999", example.zone)
    assert (deadline.due_at, deadline.provisional) == (due_at, example.provisional)


def test_the_same_instant_is_another_day_zero_further_east() -> None:
    thursday_night_in_jakarta = at("2026-11-19 22:30", WIB)
    dates = [
        BOOK.calendar().add_working_days(thursday_night_in_jakarta, 5, zone).due_date for zone in (WIB, WIT)
    ]
    assert dates == [date(2026, 11, 26), date(2026, 11, 27)]


def test_a_friday_evening_in_wit_seen_from_wib_closes_two_hours_before_midnight() -> None:
    deadline = BOOK.calendar().add_working_days(at("2026-11-20 23:30", WIT), 3, WIT)
    assert deadline.due_at == at("2026-11-25 21:59:59.999999", WIB)
