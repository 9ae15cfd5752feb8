"""Paused limits in any region, as known at any moment, with amendments: against a walk day by day."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendar import Amendment, AmendmentConflict, Book, Day, DayKind, Pause, Zone, run_clock
from tests.unit.shared.calendar.oracle import Oracle

REGIONS = st.sampled_from([None, "35", "35.78", "51", "91.71"])
SCOPES = st.sampled_from(["indonesia", "indonesia", "35", "35.78", "51"])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Book, datetime]:
    """A book with amendments around one moment, each known at a moment of its own."""
    around = draw(st.datetimes(datetime(2022, 2, 1), datetime(2028, 3, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    book = Book.packaged()
    near = st.integers(-10, 60).map(lambda days: (around + timedelta(days=days)).date())
    for number in range(draw(st.integers(0, 5))):
        known_at = around + timedelta(hours=draw(st.integers(-1000, 1500)))
        scope, estimated = draw(SCOPES), draw(st.booleans())
        kind = DayKind.JOINT_LEAVE if scope == "indonesia" else DayKind.REGIONAL
        added = [
            Day(day, kind, "Libur", "Free", estimated=estimated) for day in draw(st.sets(near, max_size=4))
        ]
        free = [day.date for day in book.days() if abs(day.date - around.date()).days < 90]
        removed = draw(st.sets(st.sampled_from(free), max_size=2)) if free and scope == "indonesia" else set()
        if not (added or removed):
            continue
        amendment = Amendment(
            f"calendar-{number}",
            scope,
            known_at,
            "tester",
            "act",
            known_at.date() - timedelta(days=1),
            tuple(added),
            tuple(removed),
        )
        try:
            book = book.amended(amendment)
        except AmendmentConflict:
            continue
    return book, around


HOURS = st.integers(-1500, 2000).map(lambda hours: timedelta(hours=hours))
MINUTES = st.integers(-30_000, 30_000).map(lambda minutes: timedelta(minutes=minutes))
BEGIN = st.integers(-72, 960).map(lambda hours: timedelta(hours=hours))
LENGTH = st.none() | st.integers(0, 290).map(lambda hours: timedelta(hours=hours))
CLOCK = st.tuples(
    MINUTES,
    st.sampled_from([1, 3, 5, 10, 14, 60]),
    st.lists(st.tuples(BEGIN, LENGTH), max_size=3),
    st.sampled_from(Zone),
    REGIONS,
    st.none() | HOURS,
)
"""Start, limit, pauses, zone, region, and when it is asked; all moments around that of the world."""

WORLDS = 10_000 if settings.get_current_profile_name() == "deep" else 40
"""With ten clocks each: a hundred thousand random cases in the deep run."""


@settings(max_examples=WORLDS)
@given(worlds(), st.lists(CLOCK, min_size=10, max_size=10))
def test_any_clock_in_any_region_as_known_at_any_moment_ends_where_a_walk_arrives(
    world: tuple[Book, datetime], clocks: list[Any]
) -> None:
    book, around = world
    oracle = Oracle(book.amendments)
    for since, days, spans, zone, region, asked in clocks:
        start, known_at = around + since, None if asked is None else around + asked
        pauses = [
            Pause(start + begin, None if length is None else start + begin + length)
            for begin, length in spans
        ]
        deadline = run_clock(book.calendar(region, known_at), start, days, pauses, zone).deadline
        expected = oracle.answer(start, days, pauses, zone, region, known_at)
        if deadline is None:
            assert expected.due is None
        else:
            found = (deadline.due_date, deadline.provisional, [day.date for day in deadline.skipped])
            assert found == tuple(expected)
