"""An end that time brought, and that a reporter's word from before it takes back when it comes late."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from services.sla.domain.clocks import Clocks
from services.sla.domain.facts import Recorded, recorded
from services.sla.domain.fold import fold
from services.sla.domain.measure import measure
from services.sla.domain.performance import tally
from shared.calendar import Book, load_limits
from shared.contracts import CaseStatus, CaseStatusChanged, Classification, ClockKind

MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)
LEG = UUID(int=1)
LIMITS = load_limits()


def fact(kind: str, days: float, leg: UUID | None = None, status: CaseStatus | None = None) -> Recorded:
    return Recorded(
        uuid5(LEG, f"{kind} {days}"),
        kind,
        MONDAY + timedelta(days=days),
        leg,
        "35.3578.dishub" if leg else None,
        zone="WIB",
        classification=Classification.NON_SUPERVISION,
        status=status,
    )


def status(days: float, to: CaseStatus) -> Recorded:
    return fact("case.status-changed", days, status=to)


ANSWERED = (
    fact("report.submitted", 0),
    fact("disposition.created", 1, LEG),
    fact("disposition.completed", 3, LEG),
)
CLOSED = (status(20, CaseStatus.CLOSED), fact("case.closed", 20))
OBJECTED = fact("report.objected", 12)
IN_WORK_AGAIN = status(21, CaseStatus.IN_PROGRESS)
HELD = (fact("report.submitted", 0), fact("case.clarification-requested", 1))
ARCHIVED = status(20, CaseStatus.ARCHIVED)
SUPPLEMENTED = fact("report.supplemented", 12)
RECEIVED_AGAIN = status(21, CaseStatus.RECEIVED)


def clocks(*facts: Recorded) -> Clocks:
    return fold(facts, LIMITS)


def running(*facts: Recorded) -> list[ClockKind]:
    return sorted(clock.kind for clock in clocks(*facts).clocks if clock.stopped_at is None)


def test_an_objection_that_came_late_puts_the_agency_to_work_as_one_in_time_would() -> None:
    late = running(*ANSWERED, *CLOSED, OBJECTED, IN_WORK_AGAIN)
    assert late == running(*ANSWERED, OBJECTED) == [ClockKind.OMBUDSMAN, ClockKind.SETTLEMENT]


def test_a_case_whose_closing_is_taken_back_is_open() -> None:
    assert clocks(*ANSWERED, *CLOSED, OBJECTED, IN_WORK_AGAIN).open


def test_the_time_that_the_case_was_closed_is_given_back() -> None:
    found = clocks(*ANSWERED, *CLOSED, OBJECTED, IN_WORK_AGAIN).clocks
    settlement = next(clock for clock in found if clock.kind is ClockKind.SETTLEMENT)
    assert (settlement.pauses[-1].begin, settlement.pauses[-1].end) == (
        CLOSED[0].occurred_at,
        IN_WORK_AGAIN.occurred_at,
    )


def test_a_supplement_that_came_late_lets_verification_run_on() -> None:
    assert running(*HELD, ARCHIVED, SUPPLEMENTED, RECEIVED_AGAIN) == [ClockKind.VERIFICATION]


def test_a_case_that_waits_for_the_reporter_again_is_on_hold_again() -> None:
    asked_again = fact("case.clarification-requested", 13)
    found = clocks(*HELD, ARCHIVED, SUPPLEMENTED, asked_again, status(21, CaseStatus.AWAITING_REPORTER))
    verification = next(
        clock for clock in found.clocks if clock.kind is ClockKind.VERIFICATION and clock.round > 1
    )
    assert verification.pauses[-1].end is None


@pytest.mark.parametrize("skew", [-1, 0, 1])
def test_an_appeal_starts_one_verification_anew_whichever_clock_is_ahead(skew: int) -> None:
    appealed = fact("report.appealed", 21 + skew / 10**6)
    assert running(*HELD, ARCHIVED, appealed, RECEIVED_AGAIN) == [ClockKind.VERIFICATION]
    assert clocks(*HELD, ARCHIVED, appealed, RECEIVED_AGAIN).flags == ()


def test_a_reopening_has_its_whole_effect_though_the_status_is_said_in_the_same_moment() -> None:
    reopened = fact("case.reopened", 21)
    assert clocks(*ANSWERED, *CLOSED, reopened, IN_WORK_AGAIN) == clocks(*ANSWERED, *CLOSED, reopened)


def test_a_case_that_is_open_again_counts_as_one_that_is_not_settled() -> None:
    facts = [*ANSWERED, *CLOSED, OBJECTED, IN_WORK_AGAIN]
    found = tally(facts, [measure(clock, Book.packaged(), LIMITS) for clock in clocks(*facts).clocks])
    assert found is not None and found.ended is None


@pytest.mark.parametrize("previous", sorted(CaseStatus))
def test_a_status_is_kept_if_it_ends_a_case_or_takes_an_end_back(previous: CaseStatus) -> None:
    changed = CaseStatusChanged(
        report_id=LEG,
        occurred_at=MONDAY,
        case_version=2,
        tracking_id="LPR-2026-0000-0001",
        status=CaseStatus.IN_PROGRESS,
        previous=previous,
        anonymous=False,
        secret=False,
    )
    kept = recorded(LEG, changed) is not None
    assert kept == (previous in {CaseStatus.CLOSED, CaseStatus.ARCHIVED})
