"""What starts, pauses, resumes and stops each clock, fact by fact."""

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from services.sla.domain.clocks import Clock, Clocks
from services.sla.domain.facts import Recorded
from services.sla.domain.fold import fold
from services.sla.domain.measure import ClockState, measure
from shared.calendar import Book, Pause, load_limits
from shared.contracts import CaseStatus, Classification, ClockKind

MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)
LEG, OTHER_LEG = UUID(int=1), UUID(int=2)
LIMITS = load_limits()


def day(days: float) -> datetime:
    """So many days after Monday 6 July 2026, nine in the morning in Jakarta."""
    return MONDAY + timedelta(days=days)


def fact(kind: str, days: float, leg: UUID | None = None, **more: object) -> Recorded:
    event_id = uuid5(NAMESPACE_URL, f"{kind} {days} {leg}")
    return Recorded(event_id, kind, day(days), leg, "35.3578.dishub" if leg else None, **more)  # type: ignore[arg-type]


def created(days: float, leg: UUID = LEG, zone: str = "WIB") -> Recorded:
    return fact("disposition.created", days, leg, zone=zone, classification=Classification.NON_SUPERVISION)


def ended(days: float, status: CaseStatus) -> Recorded:
    return fact("case.status-changed", days, status=status)


SUBMITTED = fact("report.submitted", 0)
HELD = fact("case.clarification-requested", 1)
SUPPLEMENTED = fact("report.supplemented", 3)
CREATED = created(1)
RESPONDED = fact("disposition.responded", 3, LEG)
COMPLETED = fact("disposition.completed", 4, LEG)
CLOSED = fact("case.closed", 8)


def clocks(*facts: Recorded) -> Clocks:
    return fold(facts, LIMITS)


def last(kind: ClockKind, *facts: Recorded) -> Clock:
    return [clock for clock in clocks(*facts).clocks if clock.kind is kind][-1]


def running(*facts: Recorded) -> set[ClockKind]:
    return {clock.kind for clock in clocks(*facts).clocks if clock.stopped_at is None}


def test_a_submission_starts_verification() -> None:
    assert running(SUBMITTED) == {ClockKind.VERIFICATION}


def test_verifying_alone_does_not_stop_verification_before_the_case_is_sent() -> None:
    assert running(SUBMITTED, fact("case.verified", 0.5)) == {ClockKind.VERIFICATION}


def test_the_first_disposition_stops_verification_and_starts_the_legs_clocks() -> None:
    assert running(SUBMITTED, CREATED) == {
        ClockKind.FIRST_RESPONSE,
        ClockKind.SETTLEMENT,
        ClockKind.OMBUDSMAN,
    }


def test_each_leg_has_its_own_first_response_and_settlement() -> None:
    legs = [c.leg_id for c in clocks(SUBMITTED, CREATED, created(1.1, OTHER_LEG)).clocks if c.leg_id]
    assert legs == [LEG, LEG, OTHER_LEG, OTHER_LEG]


def test_a_case_has_one_way_to_the_ombudsman_however_many_legs() -> None:
    kinds = [c.kind for c in clocks(SUBMITTED, CREATED, created(1.1, OTHER_LEG)).clocks]
    assert kinds.count(ClockKind.OMBUDSMAN) == 1


def test_a_question_to_the_reporter_pauses_verification() -> None:
    assert last(ClockKind.VERIFICATION, SUBMITTED, HELD).pauses == (Pause(HELD.occurred_at, None),)


def test_a_question_to_the_reporter_starts_the_completion_clock() -> None:
    assert ClockKind.COMPLETION in running(SUBMITTED, HELD)


def test_a_supplement_starts_verification_again() -> None:
    restarted = last(ClockKind.VERIFICATION, SUBMITTED, HELD, SUPPLEMENTED)
    assert (restarted.round, restarted.started_at) == (2, SUPPLEMENTED.occurred_at)


def test_a_supplement_nobody_asked_for_moves_no_clock() -> None:
    assert clocks(SUBMITTED, SUPPLEMENTED).clocks == clocks(SUBMITTED).clocks


def test_verifying_a_case_on_hold_ends_the_wait_for_the_reporter() -> None:
    verified = fact("case.verified", 2)
    assert last(ClockKind.VERIFICATION, SUBMITTED, HELD, verified).pauses == (
        Pause(HELD.occurred_at, verified.occurred_at),
    )


def test_a_question_after_the_disposition_pauses_the_agencys_clocks() -> None:
    settlement = last(ClockKind.SETTLEMENT, SUBMITTED, CREATED, fact("case.clarification-requested", 2))
    assert settlement.pauses == (Pause(day(2), None),)


def test_a_response_stops_the_first_response_of_its_own_leg_alone() -> None:
    first = [
        c
        for c in clocks(SUBMITTED, CREATED, created(1.1, OTHER_LEG), RESPONDED).clocks
        if c.kind is ClockKind.FIRST_RESPONSE
    ]
    assert [(c.leg_id, c.stopped_at) for c in first] == [(LEG, RESPONDED.occurred_at), (OTHER_LEG, None)]


def test_a_response_starts_the_reporters_reply_clock() -> None:
    assert last(ClockKind.REPLY, SUBMITTED, CREATED, RESPONDED).started_at == RESPONDED.occurred_at


def test_a_further_answer_restarts_the_reply_clock() -> None:
    reply = last(ClockKind.REPLY, SUBMITTED, CREATED, RESPONDED, COMPLETED)
    assert (reply.round, reply.started_at) == (2, COMPLETED.occurred_at)


def test_a_response_leaves_settlement_running() -> None:
    assert last(ClockKind.SETTLEMENT, SUBMITTED, CREATED, RESPONDED).stopped_at is None


def test_completion_stops_settlement() -> None:
    assert last(ClockKind.SETTLEMENT, SUBMITTED, CREATED, COMPLETED).stopped_at == COMPLETED.occurred_at


def test_the_way_to_the_ombudsman_waits_for_every_leg() -> None:
    assert ClockKind.OMBUDSMAN in running(SUBMITTED, CREATED, created(1.1, OTHER_LEG), COMPLETED)


@pytest.mark.parametrize("word", ["report.replied", "report.objected"])
def test_a_reply_or_an_objection_stops_the_reply_clock(word: str) -> None:
    assert ClockKind.REPLY not in running(SUBMITTED, CREATED, COMPLETED, fact(word, 6))


@pytest.mark.parametrize("word", ["report.replied", "report.objected"])
def test_a_reply_or_an_objection_gives_settlement_the_waiting_back(word: str) -> None:
    settlement = last(ClockKind.SETTLEMENT, SUBMITTED, CREATED, COMPLETED, fact(word, 6))
    assert (settlement.stopped_at, settlement.pauses) == (None, (Pause(COMPLETED.occurred_at, day(6)),))


def test_acceptance_stops_the_reply_clock() -> None:
    assert running(SUBMITTED, CREATED, COMPLETED, fact("report.accepted", 6)) == set()


def test_a_returned_leg_has_no_clocks_left() -> None:
    assert running(SUBMITTED, CREATED, fact("disposition.returned", 2, LEG)) == {ClockKind.OMBUDSMAN}


def test_the_next_agency_has_its_full_time_and_the_case_keeps_its_own() -> None:
    facts = SUBMITTED, CREATED, fact("disposition.returned", 2, LEG), created(2, OTHER_LEG)
    assert last(ClockKind.FIRST_RESPONSE, *facts).started_at == day(2)
    assert last(ClockKind.OMBUDSMAN, *facts).started_at == day(1)


def test_closing_stops_everything_and_opens_the_reopening_window() -> None:
    assert running(SUBMITTED, CREATED, RESPONDED, CLOSED) == {ClockKind.REOPENING}


def test_the_status_and_the_closing_together_open_one_window() -> None:
    both = ended(8, CaseStatus.CLOSED), CLOSED
    assert [c.kind for c in clocks(SUBMITTED, *both).clocks].count(ClockKind.REOPENING) == 1


@pytest.mark.parametrize("status", [CaseStatus.ARCHIVED, CaseStatus.WITHDRAWN])
def test_an_archived_or_withdrawn_case_has_no_clock_left(status: CaseStatus) -> None:
    assert running(SUBMITTED, HELD, ended(2, status)) == set()


def test_reopening_gives_the_agencies_their_clocks_back() -> None:
    facts = SUBMITTED, CREATED, COMPLETED, CLOSED, fact("case.reopened", 10)
    assert running(*facts) == {ClockKind.SETTLEMENT, ClockKind.OMBUDSMAN}


def test_a_reopened_case_can_be_closed_and_reopened_again() -> None:
    again = fact("case.reopened", 10), fact("case.closed", 11)
    assert last(ClockKind.REOPENING, SUBMITTED, CREATED, COMPLETED, CLOSED, *again).round == 2


def test_merging_stops_verification_and_undoing_it_starts_verification_anew() -> None:
    merged, unmerged = fact("case.merged", 1), fact("case.unmerged", 5)
    assert running(SUBMITTED, merged) == set()
    again = last(ClockKind.VERIFICATION, SUBMITTED, merged, unmerged)
    assert (again.round, again.started_at, again.pauses) == (2, day(5), ())


def test_an_appeal_starts_the_verification_of_an_archived_case_anew() -> None:
    again = last(ClockKind.VERIFICATION, SUBMITTED, fact("case.archived", 2), fact("report.appealed", 5))
    assert (again.round, again.started_at, again.stopped_at) == (2, day(5), None)


def test_an_appealed_case_that_is_archived_again_has_ended() -> None:
    appealed = SUBMITTED, fact("case.archived", 2), fact("report.appealed", 5), fact("case.archived", 6)
    assert running(*appealed) == set()


def test_a_case_is_open_from_its_submission_to_its_end() -> None:
    assert [clocks().open, clocks(SUBMITTED).open, clocks(SUBMITTED, CLOSED).open] == [False, True, False]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ((SUBMITTED, RESPONDED), "no such leg"),
        ((SUBMITTED, fact("disposition.returned", 2, LEG)), "no such leg"),
        ((SUBMITTED, CREATED, created(2)), "the leg exists already"),
        ((SUBMITTED, fact("report.submitted", 1)), "submitted twice"),
        ((SUBMITTED, CLOSED, fact("case.clarification-requested", 9)), "the case was already closed"),
        ((SUBMITTED, fact("case.reopened", 1)), "the case was not closed"),
        ((SUBMITTED, fact("case.unmerged", 1)), "the case was not merged"),
        ((SUBMITTED, fact("report.appealed", 1)), "the case was not archived"),
        (
            (
                SUBMITTED,
                *(fact(kind, n) for n, kind in enumerate(("case.archived", "report.appealed") * 2, start=1)),
            ),
            "appealed before",
        ),
        ((SUBMITTED, CREATED, fact("disposition.returned", 2, LEG), RESPONDED), "the leg had already left"),
        ((CLOSED,), "no submission has been heard of"),
        ((SUBMITTED, fact("case.archived", -1)), "earlier than the submission"),
        ((SUBMITTED, created(1, zone="Mars")), "unknown zone"),
        ((fact("report.submitted", -2000),), "no limit in force"),
    ],
)
def test_an_impossible_fact_is_flagged_with_its_reason(facts: tuple[Recorded, ...], reason: str) -> None:
    assert any(flag.reason.startswith(reason) for flag in clocks(*facts).flags)


def test_a_plausible_history_raises_no_flag() -> None:
    history = SUBMITTED, CREATED, RESPONDED, COMPLETED, fact("report.accepted", 7), CLOSED
    assert clocks(*history).flags == ()


@pytest.mark.parametrize(
    ("stopped", "state"), [(None, ClockState.OVERDUE), (5, ClockState.IN_TIME), (12, ClockState.LATE)]
)
def test_a_first_response_is_judged_by_when_it_came(stopped: float | None, state: ClockState) -> None:
    answers = [] if stopped is None else [fact("disposition.responded", stopped, LEG)]
    clock = last(ClockKind.FIRST_RESPONSE, SUBMITTED, CREATED, *answers)
    assert measure(clock, Book.packaged(), LIMITS).state(day(30)) is state


def test_an_acknowledgement_moves_no_clock() -> None:
    acknowledged = fact("disposition.acknowledged", 2, LEG)
    assert clocks(SUBMITTED, CREATED, acknowledged) == clocks(SUBMITTED, CREATED)
