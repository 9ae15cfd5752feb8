"""What one case counts in the reports on performance."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest

from services.sla.domain.cells import ALL, Cell, difference
from services.sla.domain.facts import Recorded
from services.sla.domain.performance import tally
from shared.contracts import CaseStatus
from tests.unit.sla.tallies import (
    ANSWERED,
    CLOSED,
    COMPLETED,
    DISHUB,
    FILED,
    KEMENSOS,
    LEG,
    OTHER,
    SENT,
    VERIFIED,
    contributions,
    counted,
    fact,
    figures,
    measured,
)

OTHERS_ANSWER = fact("disposition.responded", 4, OTHER, agency=KEMENSOS)


def test_nothing_counts_before_the_submission_is_heard_of() -> None:
    assert tally([SENT], measured([SENT])) is None


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ([], "received"),
        ([fact("case.clarification-requested", 1)], "received"),
        ([VERIFIED], "verified"),
        ([VERIFIED, SENT], "verified"),
        ([VERIFIED, SENT, ANSWERED], "in_process"),
        ([VERIFIED, SENT, COMPLETED], "settled"),
        ([VERIFIED, SENT, COMPLETED, fact("report.objected", 9)], "in_process"),
        ([VERIFIED, SENT, COMPLETED, CLOSED], "settled"),
        ([VERIFIED, SENT, CLOSED, fact("case.reopened", 10)], "verified"),
        ([VERIFIED, SENT, fact("disposition.returned", 2, LEG)], "verified"),
        ([VERIFIED, SENT, COMPLETED, fact("disposition.created", 2, OTHER, agency=KEMENSOS)], "in_process"),
        ([fact("case.archived", 1)], "archived"),
        ([fact("case.merged", 1)], "merged"),
        ([fact("case.merged", 1), fact("case.unmerged", 2)], "received"),
        ([fact("case.status-changed", 1, status=CaseStatus.WITHDRAWN)], "withdrawn"),
    ],
)
def test_a_case_has_one_status(facts: list[Recorded], status: str) -> None:
    found = figures(counted(FILED, *facts))
    assert {name for name in found if name in _STATUSES} == {status}


_STATUSES = {"received", "verified", "in_process", "settled", "archived", "merged", "withdrawn"}


@pytest.mark.parametrize(
    ("facts", "untouched"),
    [
        ([], True),
        ([fact("case.clarification-requested", 1)], False),
        ([VERIFIED], False),
        ([VERIFIED, SENT], True),
        ([VERIFIED, SENT, fact("disposition.acknowledged", 2, LEG)], False),
        ([VERIFIED, SENT, ANSWERED], False),
        ([fact("case.archived", 1)], False),
    ],
)
def test_a_case_is_untouched_while_whoever_has_it_has_done_nothing(
    facts: list[Recorded], untouched: bool
) -> None:
    assert ("untouched" in figures(counted(FILED, *facts))) is untouched


def test_durations_are_whole_working_days() -> None:
    found = figures(counted(FILED, VERIFIED, SENT, ANSWERED, COMPLETED))
    assert {name for name in found if "=" in name} == {
        "verification_days=1",
        "first_response_days=2",
        "settlement_days=5",
    }


def test_the_days_of_a_pause_do_not_count() -> None:
    asked, told = fact("case.clarification-requested", 1), fact("report.supplemented", 4)
    sent = fact("disposition.created", 7, LEG)
    held = fact("case.clarification-requested", 8)
    answer = fact("disposition.responded", 10, LEG)
    assert figures(counted(FILED, asked, told, sent, held, answer))["first_response_days=0"] == 1


def test_a_duty_done_late_is_a_breach_of_its_agency_and_of_those_above() -> None:
    late = counted(FILED, VERIFIED, SENT, fact("disposition.responded", 40, LEG))
    above = (ALL, "35", "35.3578", DISHUB)
    assert [figures(late, agency).get("breached_first_response") for agency in above] == [1, 1, 1, 1]


def test_a_verification_breach_is_nobodys_but_the_verifiers() -> None:
    late = counted(FILED, fact("disposition.created", 20, LEG))
    assert figures(late)["breached_verification"] == 1
    assert "breached_verification" not in figures(late, "35")


def test_an_overdue_duty_counts_before_anything_more_happens() -> None:
    overdue = counted(FILED, VERIFIED, SENT).as_of([("first-response", DISHUB), ("settlement", DISHUB)])
    assert figures(overdue, "35.3578")["breached_first_response"] == 1
    assert figures(overdue)["breached_settlement"] == 1


def test_an_overdue_duty_of_a_leg_not_yet_in_the_tally_goes_out_of_the_sums_as_it_came_in() -> None:
    early = counted(FILED, VERIFIED).as_of([("settlement", DISHUB)])
    total = Counter(contributions(early))
    total.update(difference(early, counted(FILED, VERIFIED, SENT)))
    assert {key: n for key, n in total.items() if n} == contributions(counted(FILED, VERIFIED, SENT))


def test_a_case_at_two_agencies_counts_once_above_both() -> None:
    second = fact("disposition.created", 1, OTHER, agency="35.3578.dpubm")
    case = counted(FILED, VERIFIED, SENT, second)
    agencies = (ALL, "35", "35.3578", DISHUB, "35.3578.dpubm")
    assert [figures(case, agency)["cases"] for agency in agencies] == [1, 1, 1, 1, 1]


def test_whoever_sends_a_case_back_has_it_no_more() -> None:
    returned = fact("disposition.returned", 2, LEG)
    elsewhere = fact("disposition.created", 2, OTHER, agency=KEMENSOS)
    case = counted(FILED, VERIFIED, SENT, returned, elsewhere)
    assert "cases" not in figures(case, DISHUB)
    assert figures(case, KEMENSOS)["cases"] == 1


def test_each_agency_is_settled_by_its_own_part() -> None:
    second = fact("disposition.created", 1, OTHER, agency=KEMENSOS)
    case = counted(FILED, VERIFIED, SENT, second, ANSWERED, COMPLETED)
    found = [figures(case, agency).keys() & _STATUSES for agency in (DISHUB, KEMENSOS, ALL)]
    assert found == [{"settled"}, {"verified"}, {"in_process"}]


def test_objections_reopenings_and_the_last_rating_count() -> None:
    case = counted(
        FILED,
        VERIFIED,
        SENT,
        COMPLETED,
        fact("report.objected", 9),
        fact("case.closed", 20),
        fact("report.rated", 21, score=2),
        fact("case.reopened", 22),
        fact("report.rated", 23, score=4),
    )
    found = figures(case)
    assert (found["objections"], found["reopenings"], found["ratings"], found["rating_sum"]) == (1, 1, 1, 4)


def test_what_a_reporter_types_as_a_category_is_not_counted_by_its_name() -> None:
    assert counted(FILED).category is None


def test_a_village_counts_as_its_city() -> None:
    assert counted(FILED).region == "35.78"


@pytest.mark.parametrize(
    ("filed", "month"), [("2026-01-31T16:59:00Z", 202601), ("2026-01-31T17:00:00Z", 202602)]
)
def test_the_month_of_filing_is_that_in_wib(filed: str, month: int) -> None:
    assert counted(replace(FILED, occurred_at=datetime.fromisoformat(filed))).month == month


def test_no_cell_looks_at_more_than_two_dimensions() -> None:
    cells = {cell for cell, _ in contributions(counted(FILED, VERIFIED, SENT))}
    assert max(sum(value != ALL for value in cell[1:]) for cell in cells) == 2


def test_a_unit_is_kept_by_nothing_but_classification() -> None:
    cells = {cell for cell, _ in contributions(counted(FILED, VERIFIED, SENT)) if cell.agency == DISHUB}
    month = counted(FILED).month
    assert cells == {Cell(month, DISHUB), Cell(month, DISHUB, classification="non_supervision")}


@pytest.mark.parametrize(("answers", "objections"), [((ANSWERED,), 0), ((ANSWERED, OTHERS_ANSWER), 1)])
def test_an_objection_counts_once_every_agency_has_answered(answers: tuple, objections: int) -> None:
    second = fact("disposition.created", 1, OTHER, agency=KEMENSOS)
    case = counted(FILED, VERIFIED, SENT, second, *answers, fact("report.objected", 5))
    assert figures(case).get("objections", 0) == objections


def test_a_word_before_the_last_answer_takes_no_completion_back() -> None:
    second = fact("disposition.created", 1, OTHER, agency=KEMENSOS)
    case = counted(FILED, VERIFIED, SENT, second, COMPLETED, fact("report.replied", 8.5))
    assert "settled" in figures(case, DISHUB)
