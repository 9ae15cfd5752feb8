"""What a book of amendments knows, since when, for whom; and what it refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.calendar import (
    Amendment,
    AmendmentConflict,
    Book,
    DateOutsideCalendar,
    Day,
    DayKind,
    Decree,
    ImpossibleAmendment,
    UnknownRegion,
    Zone,
    load_holidays,
)
from shared.calendar.regional import load_regional

BOOK = Book.packaged()
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
A_MINUTE = timedelta(minutes=1)
FREE = date(2026, 12, 24)  # joint leave for Christmas
WORKING = date(2026, 12, 10)
OTHER = date(2026, 12, 11)


def free(day: date, **told: Any) -> Day:
    return Day(day, DayKind.JOINT_LEAVE, "Libur", "Free day", **told)


def amendment(
    number: int = 1, *, scope: str = "indonesia", known_at: datetime = NOW, **change: Any
) -> Amendment:
    decided = known_at.date() - timedelta(days=1)
    return Amendment(f"calendar-{number}", scope, known_at, "admin", f"SKB {number}", decided, **change)


ADDS = amendment(added=(free(WORKING),))
REMOVES = amendment(2, removed=(FREE,))


def dates(book: Book, region: str | None = None, known_at: datetime | None = None) -> set[date]:
    return {day.date for day in book.days(region, known_at)}


def test_an_added_day_is_free_from_the_moment_it_is_known() -> None:
    book = BOOK.amended(ADDS)
    assert [WORKING in dates(book, None, at) for at in (NOW - A_MINUTE, NOW, None)] == [False, True, True]


def test_a_removed_day_was_free_until_that_is_known() -> None:
    book = BOOK.amended(REMOVES)
    assert [FREE in dates(book, None, at) for at in (NOW - A_MINUTE, NOW, None)] == [True, False, False]


def test_a_book_stays_as_it_was_when_it_is_amended() -> None:
    before = dates(BOOK)
    BOOK.amended(ADDS)
    assert dates(BOOK) == before


def test_the_order_of_amendments_does_not_matter() -> None:
    assert BOOK.amended(ADDS, REMOVES).days() == BOOK.amended(REMOVES).amended(ADDS).days()


def test_an_added_day_names_the_act_behind_it() -> None:
    day = next(day for day in BOOK.amended(ADDS).days() if day.date == WORKING)
    assert day.decree == Decree("calendar-1", "SKB 1", date(2026, 11, 21))


def test_a_version_counts_the_amendments_known_at_the_moment() -> None:
    book = BOOK.amended(ADDS, replace(REMOVES, known_at=LATER))
    versions = [book.calendar(known_at=at).version for at in (NOW - A_MINUTE, NOW, None)]
    assert versions == [BOOK.version, f"{BOOK.version}+1", f"{BOOK.version}+2"]


@pytest.mark.parametrize(
    ("scope", "regions"),
    [
        ("indonesia", {None, "35", "35.78", "51"}),
        ("35", {"35", "35.78"}),
        ("35.78", {"35.78"}),
    ],
)
def test_a_day_is_free_in_its_scope_and_below(scope: str, regions: set[str | None]) -> None:
    book = BOOK.amended(replace(ADDS, scope=scope))
    assert {region for region in (None, "35", "35.78", "51") if WORKING in dates(book, region)} == regions


def test_a_regional_day_on_a_day_of_the_nation_is_no_conflict_and_keeps_the_nations_name() -> None:
    book = BOOK.amended(amendment(scope="35", added=(free(date(2026, 12, 25)),)))
    assert next(day.name for day in book.days("35") if day.date == date(2026, 12, 25)) == "Hari Raya Natal"


def test_a_regional_day_outlives_the_nations_on_the_same_date() -> None:
    book = BOOK.amended(amendment(scope="35", added=(free(FREE),)), REMOVES)
    assert [FREE in dates(book, region) for region in (None, "35")] == [False, True]


def test_an_estimated_day_is_confirmed_by_replacing_it() -> None:
    lebaran = date(2027, 3, 10)
    book = BOOK.amended(amendment(removed=(lebaran,), added=(free(lebaran),)))
    day = next(day for day in book.days() if day.date == lebaran)
    assert (day.estimated, day.name) == (False, "Libur")


@pytest.mark.parametrize(("days", "provisional"), [(1, False), (2, True), (3, True)])
def test_a_deadline_on_the_eve_of_an_estimated_day_is_provisional(days: int, provisional: bool) -> None:
    calendar = BOOK.amended(amendment(added=(free(WORKING, estimated=True),))).calendar()
    assert calendar.deadline_after(date(2026, 12, 7), days, Zone.WIB).provisional == provisional


def test_the_decree_of_a_year_moves_the_date_to_which_days_are_known() -> None:
    book = BOOK.amended(amendment(added=(free(date(2028, 1, 26)),), known_through=date(2028, 12, 31)))
    through = [book.calendar(known_at=at).known_through for at in (NOW - A_MINUTE, NOW)]
    assert through == [date(2027, 12, 31), date(2028, 12, 31)]


def test_before_the_decree_of_a_year_its_deadlines_were_provisional() -> None:
    calendar = BOOK.calendar(known_at=datetime(2025, 8, 1, tzinfo=UTC))
    assert calendar.known_through == date(2025, 12, 31)


def test_a_diff_tells_what_became_known_between_two_moments() -> None:
    changes = BOOK.diff(datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 8, 31, tzinfo=UTC))
    assert [(change.day.date, change.added, change.by) for change in changes] == [
        (date(2025, 8, 18), True, "skb-2025-1")
    ]


def test_a_diff_names_the_day_that_was_withdrawn() -> None:
    changes = BOOK.amended(REMOVES).diff(NOW - A_MINUTE)
    assert [(change.day.name, change.added) for change in changes] == [
        ("Cuti Bersama Hari Raya Natal", False)
    ]


def test_a_diff_of_a_region_leaves_out_what_others_decreed() -> None:
    assert BOOK.amended(replace(ADDS, scope="51")).diff(NOW - A_MINUTE, region="35.78") == ()


@pytest.mark.parametrize(
    ("first", "second", "theirs", "on"),
    [
        (ADDS, amendment(2, added=(free(WORKING),)), "calendar-1", WORKING),
        (REMOVES, amendment(3, removed=(FREE,)), "calendar-2", FREE),
        (ADDS, amendment(2, added=(free(date(2026, 12, 25)),)), "skb-2026", date(2026, 12, 25)),
        (ADDS, amendment(2, removed=(OTHER,)), BOOK.version, OTHER),
        (ADDS, amendment(2, scope="35", removed=(WORKING,)), BOOK.version, WORKING),
        (ADDS, amendment(2, known_at=NOW - A_MINUTE, added=(free(WORKING),)), "calendar-1", WORKING),
        (
            amendment(1, known_through=date(2028, 12, 31)),
            amendment(2, known_through=date(2028, 12, 31)),
            "calendar-1",
            date(2028, 12, 31),
        ),
        (ADDS, amendment(2, known_through=date(2027, 12, 31)), "skb-2027", date(2027, 12, 31)),
        (ADDS, amendment(1, added=(free(OTHER),)), "calendar-1", ADDS.decided),
    ],
    ids=[
        "added by another",
        "removed by another",
        "free by the reviewed file",
        "never free",
        "free in a wider scope only",
        "added by another that became known later",
        "year completed by another",
        "year completed by the reviewed file",
        "on record already",
    ],
)
def test_an_amendment_that_contradicts_another_is_refused_with_both_named(
    first: Amendment, second: Amendment, theirs: str, on: date
) -> None:
    with pytest.raises(AmendmentConflict) as refused:
        BOOK.amended(first).amended(second)
    assert (refused.value.ours, refused.value.theirs, refused.value.on) == (second.id, theirs, on)


@pytest.mark.parametrize(
    ("impossible", "field"),
    [
        (amendment(), "added"),
        (amendment(added=(free(WORKING), free(WORKING))), "added"),
        (amendment(removed=(FREE, FREE)), "removed"),
        (replace(ADDS, known_at=datetime(2026, 11, 22)), "known_at"),  # noqa: DTZ001
        (replace(ADDS, decided=date(2026, 11, 23)), "decided"),
        (amendment(scope="35", known_through=date(2028, 12, 31)), "known_through"),
    ],
)
def test_an_amendment_that_makes_no_sense_is_refused_by_field(impossible: Amendment, field: str) -> None:
    with pytest.raises(ImpossibleAmendment) as refused:
        BOOK.amended(impossible)
    assert refused.value.field == field


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2038, 1, 1), date.max])
def test_a_day_outside_the_years_of_the_calendar_is_refused(day: date) -> None:
    with pytest.raises(DateOutsideCalendar, match=str(day)):
        BOOK.amended(amendment(added=(free(day),)))


@pytest.mark.parametrize("scope", ["99", "35.7", "3578", "35.78.01", "jawa", "", "kl", "٣٥"])
def test_an_amendment_for_an_unknown_region_is_refused(scope: str) -> None:
    with pytest.raises(UnknownRegion):
        BOOK.amended(replace(ADDS, scope=scope))


def test_a_day_that_a_later_file_takes_up_stays_known_since_its_amendment() -> None:
    decree = Decree("skb-2026-1", "SKB 1", ADDS.decided)
    later = load_holidays()
    days = sorted((*later.days, replace(free(WORKING), decree=decree)), key=lambda day: day.date)
    book = Book(replace(later, days=tuple(days))).restored(ADDS)
    assert [WORKING in dates(book, None, at) for at in (NOW - A_MINUTE, NOW)] == [False, True]


def test_a_day_that_a_later_file_withdraws_stays_free_until_its_amendment() -> None:
    later = load_holidays()
    gone = next(day for day in later.days if day.date == FREE)
    withdrawn = replace(gone, withdrawn=Decree("skb-2026-1", "SKB 2", date(2026, 11, 1)))
    days = tuple(day for day in later.days if day.date != FREE)
    book = Book(replace(later, days=days, withdrawn=(withdrawn,))).restored(REMOVES)
    assert [FREE in dates(book, None, at) for at in (NOW - A_MINUTE, NOW)] == [True, False]


def test_what_was_restored_is_still_contradicted_by_what_is_new() -> None:
    with pytest.raises(AmendmentConflict, match="calendar-1"):
        BOOK.restored(ADDS).amended(amendment(2, added=(free(WORKING),)))


def test_a_book_read_back_from_its_amendments_is_the_same() -> None:
    amended = BOOK.amended(ADDS).amended(REMOVES)
    assert BOOK.restored(ADDS, REMOVES).changes == amended.changes


def test_regional_days_of_a_reviewed_file_count_in_their_region(tmp_path: Any) -> None:
    path = tmp_path / "regional.yaml"
    path.write_text(
        """
acts:
  - id: perwali-1
    scope: "35.78"
    decided: 2026-11-01
    source: Keputusan Wali Kota
    days: [{date: 2026-12-10, name: Libur Kota, name_en: City holiday}]
""",
        encoding="utf-8",
    )
    book = Book(load_holidays(), load_regional(path))
    assert [WORKING in dates(book, region) for region in (None, "35", "35.78")] == [False, False, True]


def test_regional_days_of_the_reviewed_file_do_not_count_as_amendments() -> None:
    assert BOOK.version == load_holidays().version
