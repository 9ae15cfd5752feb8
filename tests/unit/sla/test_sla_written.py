"""What a recompute writes by itself is byte for byte what the facts' models would have written."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from services.sla import written
from services.sla.outcome import digest, told
from shared.contracts import ClockKind, Deadline, DeadlinesAmended, DeadlinesChanged, MovedDeadline
from shared.contracts.codec import encode

moments = st.datetimes(timezones=st.just(UTC))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
runs = st.fixed_dictionaries(
    {
        "clock": st.sampled_from(ClockKind),
        "leg_id": st.none() | st.uuids(),
        "agency": st.none() | words,
        "round": st.integers(1, 9),
        "zone": st.sampled_from(["WIB", "WITA", "WIT"]),
    }
)


def begun(run: dict) -> str:
    return written.begun(run["clock"].value, run["leg_id"], run["agency"], run["round"])


@given(
    st.uuids(),
    moments,
    st.integers(1, 99),
    st.lists(st.tuples(runs, moments, moments, st.booleans()), max_size=3),
)
def test_changed_deadlines_are_written_as_their_fact_would_be(report_id, now, version, clocks) -> None:
    deadlines = tuple(
        Deadline(**run, started_at=start, due_at=due, provisional=provisional)
        for run, start, due, provisional in clocks
    )
    listed = written.listed(
        written.deadline(begun(run), start, written.laid(due, run["zone"], provisional=provisional))
        for run, start, due, provisional in clocks
    )
    fact = DeadlinesChanged(report_id=report_id, occurred_at=now, clocks_version=version, deadlines=deadlines)
    body = written.deadlines_changed(report_id, written.moment(now), version, listed)
    assert (body, digest(listed.encode())) == (encode(fact), told(deadlines))


@given(st.uuids(), moments, st.lists(st.tuples(runs, moments, moments), max_size=3), st.tuples(*[words] * 4))
def test_amended_deadlines_are_written_as_their_fact_would_be(report_id, now, clocks, why) -> None:
    parts = tuple(MovedDeadline(**run, before=before, after=after) for run, before, after in clocks)
    reasons = dict(zip(("amendment", "cause", "cause_en", "legal_source"), why, strict=True))
    fact = DeadlinesAmended(report_id=report_id, occurred_at=now, moved=parts, **reasons)
    listed = written.listed(
        written.moved(begun(run), run["zone"], before, after) for run, before, after in clocks
    )
    body = written.deadlines_amended(report_id, written.moment(now), written.because(**reasons), listed)
    assert body == encode(fact)
