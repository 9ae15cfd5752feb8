"""An amendment told as a fact is the same amendment to those who hear of it, in whatever order."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import (
    NATION,
    Amendment,
    Basis,
    Book,
    Day,
    DayKind,
    Limit,
    PolicyAmendment,
    Unit,
    load_limits,
)
from shared.calendar.in_force import InForce, in_force, put_in_force
from shared.calendar.telling import amendment_of, fact_of
from shared.contracts import Classification, ClockKind
from shared.contracts.codec import decode, encode
from tests.support.amended import KNOWN, SIGNED, free_day, limit, reviewed_afterwards

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
NOW = datetime(2026, 7, 1, 3, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
free = st.builds(Day, DAYS, st.sampled_from(DayKind), words, words, st.none(), st.booleans())
calendars = st.builds(
    Amendment,
    id=st.just("calendar-7"),
    scope=st.sampled_from([NATION, "35", "35.78"]),
    known_at=st.just(KNOWN),
    author=st.just(""),
    source=words,
    decided=st.just(SIGNED),
    added=st.lists(free, max_size=3).map(tuple),
    removed=st.lists(DAYS, max_size=3).map(tuple),
    known_through=st.none() | DAYS,
)
limits = st.builds(
    Limit,
    st.sampled_from(ClockKind),
    st.none() | st.sampled_from(Classification),
    st.integers(1, 90),
    st.sampled_from(Unit),
    st.sampled_from(Basis),
    words,
    DAYS,
    st.none() | st.just("35.3578"),
)
policies = st.builds(
    PolicyAmendment, st.just("policy-7"), st.just(KNOWN), st.just(""), words, limits, st.booleans()
)


@given(calendars | policies)
def test_what_is_heard_is_what_was_told(amendment) -> None:
    fact = fact_of(amendment, 7, SIGNED, NOW)
    assert amendment_of(decode(fact.schema_name(), encode(fact))) == amendment


def test_who_entered_an_amendment_is_not_told() -> None:
    amendment = replace(amendment_of(free_day(date(2026, 7, 8))), author="petugas-rahasia")
    assert b"rahasia" not in encode(fact_of(amendment, 1, SIGNED, NOW))


def test_a_free_day_that_was_heard_of_is_free() -> None:
    rules = InForce.of([amendment_of(free_day(date(2026, 7, 8)))])
    assert (
        Book.packaged().calendar().is_working_day(date(2026, 7, 8)),
        rules.calendar().is_working_day(date(2026, 7, 8)),
    ) == (True, False)


def test_a_region_has_its_own_day_alone() -> None:
    rules = InForce.of([amendment_of(free_day(date(2026, 7, 8), scope="35.78"))])
    free = [rules.calendar(region).is_working_day(date(2026, 7, 8)) for region in (None, "35.78", "35.79")]
    assert free == [True, False, True]


@pytest.mark.parametrize(("started", "days"), [(date(2026, 6, 30), 3), (date(2026, 7, 1), 7)])
def test_a_limit_holds_for_what_starts_from_its_day_on(started, days) -> None:
    rules = InForce.of([amendment_of(limit(ClockKind.VERIFICATION, 7))])
    assert rules.days(ClockKind.VERIFICATION, started) == days


def test_amendments_of_a_day_count_in_the_order_of_their_being_known() -> None:
    facts = [free_day(date(2026, 7, 8 + number), number) for number in range(3)]
    found = {
        tuple(InForce.of(map(amendment_of, order)).calendar().holidays.days) for order in permutations(facts)
    }
    assert len(found) == 1


def test_what_is_put_in_force_is_what_dates_are_promised_by() -> None:
    rules = InForce.of([amendment_of(free_day(date(2026, 7, 8)))])
    with reviewed_afterwards():
        put_in_force(rules)
        assert in_force() is rules
    assert in_force().limits.limits == load_limits().limits
