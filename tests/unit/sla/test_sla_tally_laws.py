"""What holds of every tally, whatever happened and in whichever order it was heard."""

from collections import Counter
from datetime import timedelta
from itertools import accumulate, pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.cells import Cell, Slot, difference
from services.sla.domain.clocks import DUTIES
from services.sla.domain.facts import Recorded
from services.sla.domain.fold import fold
from services.sla.domain.performance import Tally, tally, working_days
from shared.contracts import CaseStatus, Classification
from tests.unit.sla.tallies import (
    DISHUB,
    FILED,
    HEARD_NAMES,
    KEMENSOS,
    LEG,
    LIMITS,
    MONDAY,
    OTHER,
    contributions,
    counted,
    measured,
)

TYPES = st.sampled_from(HEARD_NAMES)
DRAFTS = st.tuples(
    TYPES,
    st.sampled_from([LEG, OTHER]),
    st.sampled_from(CaseStatus),
    st.integers(0, 30 * 24).map(lambda hours: timedelta(hours=hours)),
)
AGENCIES = {LEG: DISHUB, OTHER: KEMENSOS}


def history(drafts: list[tuple[str, UUID, CaseStatus, timedelta]]) -> list[Recorded]:
    """Random facts after a submission, possible and impossible, in the order of time."""
    times = accumulate((draft[-1] for draft in drafts), initial=MONDAY)
    next(times)
    return [FILED] + [
        Recorded(
            UUID(int=100 + number),
            kind,
            at,
            leg_id=leg if kind.startswith("disposition.") else None,
            agency=AGENCIES[leg] if kind.startswith("disposition.") else None,
            zone="WIB",
            classification=Classification.INFORMATION,
            status=status,
            category="air" if kind == "case.verified" else None,
            score=number % 5 + 1 if kind == "report.rated" else None,
        )
        for number, ((kind, leg, status, _), at) in enumerate(zip(drafts, times, strict=True))
    ]


HISTORIES = st.lists(DRAFTS, max_size=12).map(history)


@given(HISTORIES, st.data())
def test_order_and_repetition_of_facts_do_not_matter(facts: list[Recorded], data: st.DataObject) -> None:
    repeated = data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts), max_size=4))))
    assert counted(*repeated) == counted(*facts)


@given(HISTORIES, st.data())
def test_differences_step_by_step_add_up_to_what_is_counted_from_scratch(
    facts: list[Recorded], data: st.DataObject
) -> None:
    arriving = data.draw(st.permutations(facts))
    known = [tally(arriving[:number], measured(arriving[:number])) for number in range(len(arriving) + 1)]
    total: Counter[tuple[Cell, Slot]] = Counter()
    for before, after in pairwise(known):
        for key, number in difference(before, after).items():
            total[key] += number
    assert {key: number for key, number in total.items() if number} == contributions(known[-1])


@given(HISTORIES)
def test_a_tally_reads_as_it_was_written(facts: list[Recorded]) -> None:
    case = counted(*facts).as_of([("settlement", DISHUB), ("verification", None)])
    assert Tally.read(case.text()) == case


@given(HISTORIES)
def test_a_case_has_ended_here_exactly_where_its_clocks_have(facts: list[Recorded]) -> None:
    assert (counted(*facts).ended is None) is fold(facts, LIMITS).open


@given(HISTORIES)
def test_a_duty_done_in_time_took_no_more_working_days_than_its_limit(facts: list[Recorded]) -> None:
    for one in measured(facts):
        if (
            one.clock.kind in DUTIES
            and one.clock.stopped_at
            and one.due_at
            and one.clock.stopped_at <= one.due_at
        ):
            assert (working_days(one) or 0) <= one.clock.limit.days
