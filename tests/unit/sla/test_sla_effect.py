"""What an amendment moves, added up; the calendar's year as people look at it; what is typed on its forms."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.desk_pages.forms import days_of, fields_of
from services.sla.desk_pages.proposing import number_of
from services.sla.desk_pages.words import wrong_fields
from services.sla.desk_pages.year import free_days, months
from services.sla.domain.effect import Effect, Shift, shift
from shared.calendar import Amendment, Book, Day, DayKind
from shared.contracts import ClockKind
from shared.web.pages import Form
from shared.web.problems import invalid

FRIDAY, MONDAY = datetime(2026, 7, 10, 16, 59, 59, tzinfo=UTC), datetime(2026, 7, 13, 16, 59, 59, tzinfo=UTC)
DAYS = st.dates(date(2026, 7, 1), date(2026, 8, 1))
SHIFTS = st.builds(
    Shift, st.sampled_from(ClockKind), st.sampled_from(["", "35", "kl"]), DAYS, DAYS, st.booleans()
)


@given(st.dictionaries(SHIFTS.filter(lambda one: one.before != one.after), st.integers(1, 50), max_size=12))
def test_every_deadline_is_in_one_line_by_rule_and_in_one_by_place(counted):
    effect = Effect.of(Counter(counted))
    lines = [line for _, line in effect.by_rule()], [line for _, line in effect.by_place()]
    assert [sum(line.clocks for line in found) for found in lines] == [effect.clocks] * 2
    assert [sum(line.late for line in found) for found in lines] == [effect.late] * 2
    assert all(line.later + line.earlier == line.clocks for found in lines for line in found)


@pytest.mark.parametrize(
    ("now", "before", "after", "late"),
    [
        (datetime(2026, 7, 9, tzinfo=UTC), FRIDAY, MONDAY, False),
        (datetime(2026, 7, 12, tzinfo=UTC), FRIDAY, MONDAY, False),
        (datetime(2026, 7, 12, tzinfo=UTC), MONDAY, FRIDAY, True),
        (datetime(2026, 7, 14, tzinfo=UTC), MONDAY, FRIDAY, False),
    ],
)
def test_late_is_what_was_not_and_is_now(now, before, after, late):
    found = shift(ClockKind.SETTLEMENT, "35.3578.dishub", before, after, now)
    assert found is not None
    assert (found.place, found.late) == ("35", late)


def test_a_deadline_that_stays_is_no_shift():
    assert shift(ClockKind.SETTLEMENT, None, FRIDAY, FRIDAY, FRIDAY) is None


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_every_day_of_a_year_is_on_one_sheet(year):
    cells = [
        cell.date
        for month in months(year, [], date(year, 1, 1))
        for week in month.weeks
        for cell in week
        if cell
    ]
    assert cells == sorted({*cells})
    assert len(cells) == (date(year + 1, 1, 1) - date(year, 1, 1)).days


def test_a_free_day_is_told_with_whose_it_is():
    day = Day(date(2026, 7, 8), DayKind.REGIONAL, "Hari jadi", "Founding day")
    known = datetime(2026, 7, 1, tzinfo=UTC)
    book = Book.packaged().amended(
        Amendment("a", "35.78", known, "ratna", "Perwali", date(2026, 6, 30), added=(day,))
    )
    scopes = {one.day.date: one.scope for one in free_days(book, "35.78", 2026)}
    assert (scopes[date(2026, 7, 8)], scopes[date(2026, 12, 25)]) == ("35.78", "indonesia")
    assert date(2026, 7, 8) not in {one.day.date for one in free_days(book, "35", 2026)}


def test_rows_of_a_form_in_which_nothing_stands_are_none():
    form = Form(
        {"added.0.kind": "national", "added.3.date": "2026-07-08", "added.3.kind": "national"}, genuine=True
    )
    assert days_of(form)["added"] == [{"date": "2026-07-08", "kind": "national"}]


def test_what_was_typed_comes_back_under_the_names_of_its_fields():
    typed = {"source": "SKB", "removed": ["2026-07-08"], "added": [{"date": "2026-07-09", "name": "Cuti"}]}
    assert days_of(Form(fields_of(typed), genuine=True)) == typed


def test_what_is_wrong_with_a_field_says_so_by_its_name():
    wrong = wrong_fields(invalid("added.0.name_en", "wajib diisi", "is required"), english=False)
    assert wrong == {"added.0.name_en": "Nama dalam bahasa Inggris: wajib diisi."}


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("", None), ("-1", None), ("٣", None), ("9" * 5_000, None)]
)
def test_what_a_form_gives_for_a_number_is_one_or_nothing(text, number):
    assert number_of(text) == number
