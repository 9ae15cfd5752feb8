"""Whatever order facts arrive in, and however often: the same clocks, the same timers, the same deadlines."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.clocks import Clocks
from services.sla.domain.facts import FIRST, HEARD, LAST, Recorded
from services.sla.domain.fold import fold
from services.sla.domain.measure import END, deadlines, measure
from shared.calendar import Book, load_limits
from shared.contracts import CaseStatus, Classification, ClockKind

START = datetime(2026, 1, 5, 2, tzinfo=UTC)
LEGS = [UUID(int=1), UUID(int=2), UUID(int=3)]
LIMITS = load_limits()
OPENING = Recorded(UUID(int=9), "report.submitted", START)

TYPES = st.sampled_from([heard.type for heard in HEARD])
ZONES = st.sampled_from(["WIB", "WITA", "WIT", "elsewhere"])
STEPS = st.integers(0, 40 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
DRAFTS = st.tuples(TYPES, st.sampled_from(LEGS), ZONES, st.sampled_from(CaseStatus), STEPS)


def history(drafts: list[tuple[str, UUID, str, CaseStatus, timedelta]]) -> list[Recorded]:
    """Random facts, possible and impossible, in the order of time."""
    times = accumulate((draft[-1] for draft in drafts), initial=START)
    next(times)
    return [
        OPENING,
        *(
            Recorded(
                event_id=UUID(int=100 + number),
                type=kind,
                occurred_at=at,
                leg_id=leg if kind.startswith("disposition.") else None,
                agency="35.3578.dishub" if kind.startswith("disposition.") else None,
                zone=zone,
                classification=Classification.INFORMATION,
                status=status,
            )
            for number, ((kind, leg, zone, status, _), at) in enumerate(zip(drafts, times, strict=True))
        ),
    ]


HISTORIES = st.lists(DRAFTS, max_size=14).map(history)


def outcome(facts: list[Recorded]) -> tuple[Clocks, object, object]:
    clocks = fold(facts, LIMITS)
    measured = [measure(clock, Book.packaged(), LIMITS) for clock in clocks.clocks]
    pending = [(one.clock, mark, at) for one in measured for mark, at in one.pending]
    return clocks, pending, deadlines(measured)


@given(HISTORIES, st.data())
def test_order_and_repetition_of_facts_do_not_matter(facts: list[Recorded], data: st.DataObject) -> None:
    repeated = facts + data.draw(st.lists(st.sampled_from(facts), max_size=5))
    assert outcome(data.draw(st.permutations(repeated))) == outcome(facts)


@given(HISTORIES)
def test_no_clock_of_one_kind_and_leg_runs_twice_at_once(facts: list[Recorded]) -> None:
    running = [(c.kind, c.leg_id) for c in fold(facts, LIMITS).clocks if c.stopped_at is None]
    assert len(running) == len(set(running))


@given(HISTORIES)
def test_no_two_timers_share_an_identity(facts: list[Recorded]) -> None:
    _, due, _ = outcome(facts)
    identities = [(clock.kind, clock.started_by, mark) for clock, mark, _ in due]  # type: ignore[attr-defined]
    assert len(identities) == len(set(identities))


@given(HISTORIES)
def test_only_the_reopening_window_runs_once_a_case_has_ended(facts: list[Recorded]) -> None:
    clocks = fold(facts, LIMITS)
    running = {clock.kind for clock in clocks.clocks if clock.stopped_at is None}
    assert clocks.open or running <= {ClockKind.REOPENING}


@given(HISTORIES)
def test_no_timer_is_due_before_its_clock_started(facts: list[Recorded]) -> None:
    _, due, _ = outcome(facts)
    assert all(clock.started_at <= at for clock, _, at in due)  # type: ignore[attr-defined]


@given(HISTORIES)
def test_every_running_clock_has_a_timer_for_its_end_unless_it_is_paused(facts: list[Recorded]) -> None:
    _, due, running = outcome(facts)
    ends = {(clock.kind, clock.leg_id, clock.round) for clock, mark, _ in due if mark == END}  # type: ignore[attr-defined]
    owed = {(d.clock, d.leg_id, d.round) for d in running if d.due_at is not None}  # type: ignore[attr-defined]
    assert owed <= ends


@given(HISTORIES, st.sampled_from(LEGS))
def test_a_word_about_an_unknown_leg_changes_no_clock(facts: list[Recorded], leg: UUID) -> None:
    stray = Recorded(UUID(int=7), "disposition.responded", START + timedelta(days=1), UUID(int=leg.int + 50))
    assert fold([*facts, stray], LIMITS).clocks == fold(facts, LIMITS).clocks


ANY_TIME = st.datetimes(timezones=st.just(UTC)) | st.sampled_from([FIRST, LAST])
NONSENSE = st.lists(
    st.builds(
        Recorded,
        event_id=st.uuids(),
        type=TYPES,
        occurred_at=ANY_TIME,
        leg_id=st.none() | st.sampled_from(LEGS),
        agency=st.none() | st.sampled_from(["", "35.3578.dishub", "99.1", "kl", "\x00", "x" * 300]),
        zone=st.none() | ZONES,
        classification=st.none() | st.sampled_from(Classification),
        status=st.none() | st.sampled_from(CaseStatus),
        calendar=st.none() | st.sampled_from(["35.78", "Mars", ""]),
    ),
    max_size=12,
)


@given(NONSENSE)
def test_facts_that_make_no_sense_break_nothing(facts: list[Recorded]) -> None:
    clocks, _, _ = outcome(facts)
    assert {flag.event_id for flag in clocks.flags} <= {fact.event_id for fact in facts}
