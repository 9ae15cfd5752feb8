"""Which clock moves a case when it expires, and that one of an earlier run moves nothing."""

import pytest

from shared import contracts as c
from shared.contracts import ArchiveReason, CaseStatus, ClockKind, ClosedBy
from tests.unit.verification.story import AT_WORK, EVERY_STATUS, expired, in_status, word

S = CaseStatus


def test_silence_closes_a_case_by_system():
    story = in_status(S.AWAITING_REPORTER).expired(ClockKind.REPLY)
    assert (story.status, story.case.closed_by) == (S.CLOSED, ClosedBy.SYSTEM)


def test_a_reply_clock_of_an_earlier_answer_closes_nothing():
    story = in_status(S.AWAITING_REPORTER)
    earlier = story.case.awaiting_since
    story.told(c.ReportReplied).leg(c.DispositionCompleted).expired(ClockKind.REPLY, since=earlier)
    assert (story.status, story.refusal) == (S.AWAITING_REPORTER, "an earlier run of this clock")


def test_who_objects_before_a_late_timer_fires_objects_in_time():
    story = in_status(S.AWAITING_REPORTER)
    since, due = story.case.awaiting_since, story.tick()
    story.told(c.ReportObjected).add(expired(story.tick(), ClockKind.REPLY, since, due))
    assert (story.status, story.case.reopenings) == (S.IN_PROGRESS, 0)


def test_a_decision_before_a_late_timer_fires_stands():
    story = in_status(S.ON_HOLD)
    since, due = story.case.held_at, story.tick()
    story.verified().add(expired(story.tick(), ClockKind.COMPLETION, since, due))
    assert story.status is S.FORWARDED


def test_an_unanswered_question_archives_the_case_as_not_completed():
    story = in_status(S.ON_HOLD).expired(ClockKind.COMPLETION)
    assert (story.status, story.case.archive_reason) == (S.ARCHIVED, ArchiveReason.NOT_COMPLETED)


def test_a_completion_clock_of_an_earlier_question_archives_nothing():
    story = in_status(S.ON_HOLD)
    earlier = story.case.held_at
    story.told(c.ReportSupplemented).held().expired(ClockKind.COMPLETION, since=earlier)
    assert (story.status, story.refusal) == (S.ON_HOLD, "an earlier run of this clock")


@pytest.mark.parametrize("status", AT_WORK)
def test_sixty_days_unsettled_escalate_a_case_and_leave_its_status(status):
    story = in_status(status).expired(ClockKind.OMBUDSMAN)
    assert (story.status, story.case.escalated) == (status, True)


@pytest.mark.parametrize("status", AT_WORK)
def test_consent_to_the_ombudsman_counts_once_it_was_offered_and_leaves_the_status(status):
    story = in_status(status)
    story.add(word(c.ReportReferralConsented, story.tick()))
    assert (story.refusal, story.case.referral) == ("not offered", None)
    story.expired(ClockKind.OMBUDSMAN)
    story.add(word(c.ReportReferralConsented, story.tick()))
    assert story.case.referral is not None and story.status == status


@pytest.mark.parametrize("status", [s for s in EVERY_STATUS if s not in AT_WORK], ids=str)
def test_a_case_that_is_not_at_work_is_not_escalated(status):
    assert not in_status(status).expired(ClockKind.OMBUDSMAN).case.escalated


@pytest.mark.parametrize("clock", [ClockKind.VERIFICATION, ClockKind.SETTLEMENT, ClockKind.REOPENING])
@pytest.mark.parametrize("status", EVERY_STATUS, ids=str)
def test_no_other_clock_moves_a_case(status, clock):
    assert in_status(status).expired(clock).status is status
