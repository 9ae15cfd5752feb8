"""When the verification of a case is due, as the queue has it."""

from datetime import UTC, datetime, timedelta

import pytest

from services.verification.domain.deadline import ZONE, due_at, working_days_left
from shared import contracts as c
from shared.calendar.in_force import InForce, put_in_force
from shared.calendar.telling import amendment_of
from shared.contracts import CaseStatus
from tests.support.amended import free_day, reviewed_afterwards
from tests.unit.verification.story import START, Story, in_status, moved, submitted, told_due

S = CaseStatus
THURSDAY = datetime(2026, 7, 9, 16, 59, 59, 999999, tzinfo=UTC)
"""START is a Monday in Jakarta; three working days later ends in the night from Thursday to Friday."""
FRIDAY = THURSDAY + timedelta(days=1)


def test_a_submission_is_to_be_verified_within_three_working_days_of_jakarta():
    assert due_at(in_status(S.RECEIVED).case) == THURSDAY


@pytest.mark.parametrize("status", [None, *(s for s in S if s is not S.RECEIVED)], ids=str)
def test_a_case_that_does_not_wait_for_verification_is_not_due(status):
    assert due_at(in_status(status).case) is None


@pytest.mark.parametrize("again", ["supplement", "appeal", "unmerging"])
def test_the_clock_starts_anew_when_a_case_comes_back(again):
    before, fact = {
        "supplement": (S.ON_HOLD, c.ReportSupplemented),
        "appeal": (S.ARCHIVED, c.ReportAppealed),
        "unmerging": (S.MERGED, c.CaseUnmerged),
    }[again]
    story = in_status(before)
    story.now += timedelta(days=1)
    assert due_at(story.told(fact).case) == FRIDAY


def test_a_supplement_that_nobody_asked_for_moves_no_deadline():
    story = in_status(S.RECEIVED)
    story.now += timedelta(days=1)
    assert due_at(story.told(c.ReportSupplemented).case) == THURSDAY


@pytest.mark.parametrize("fact", [c.SlaWarning, c.SlaBreached])
def test_what_sla_says_outweighs_the_reviewed_calendar(fact):
    story = in_status(S.RECEIVED)
    story.add(told_due(fact, story.tick(), START, FRIDAY))
    assert due_at(story.case) == FRIDAY


def test_a_warning_of_an_earlier_run_says_nothing_of_this_one():
    story = in_status(S.ON_HOLD).told(c.ReportSupplemented)
    story.add(told_due(c.SlaWarning, story.tick(), START, FRIDAY))
    assert due_at(story.case) == THURSDAY


def test_a_warning_of_another_clock_moves_nothing():
    story = in_status(S.RECEIVED)
    story.add(told_due(c.SlaWarning, story.tick(), START, FRIDAY, c.ClockKind.SETTLEMENT))
    assert due_at(story.case) == THURSDAY


def test_a_deadline_that_the_law_moved_is_moved():
    story = in_status(S.RECEIVED)
    story.add(moved(story.tick(), FRIDAY))
    assert due_at(story.case) == FRIDAY


def test_a_moved_deadline_of_another_clock_moves_nothing():
    story = in_status(S.RECEIVED)
    story.add(moved(story.tick(), FRIDAY, c.ClockKind.SETTLEMENT))
    assert due_at(story.case) == THURSDAY


def test_a_time_that_no_calendar_knows_has_no_deadline():
    assert due_at(Story().add(submitted(datetime(1970, 1, 1, tzinfo=UTC))).case) is None


@pytest.mark.parametrize(("days", "left"), [(0, 3), (1, 2), (3, 0), (4, -1), (7, -2)])
def test_the_days_left_are_working_days_and_negative_when_overdue(days, left):
    assert working_days_left(THURSDAY, START + timedelta(days=days)) == left


def test_a_day_that_became_free_makes_the_verification_due_a_day_later():
    case = in_status(S.RECEIVED).case
    before = due_at(case)
    with reviewed_afterwards():
        put_in_force(InForce.of([amendment_of(free_day(ZONE.date_of(before)))]))
        assert due_at(case) == FRIDAY > before
