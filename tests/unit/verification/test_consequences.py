"""What the world hears when a case has changed: each change once, each with the next version."""

from datetime import timedelta

import pytest

from services.verification.domain.consequences import Said, consequences
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind, ClosedBy
from tests.unit.verification.story import START, Story, in_status

S = CaseStatus
NOW = START + timedelta(days=2)


def heard(story: Story, said: Said | None = None) -> tuple[Said, list[c.Fact]]:
    return consequences(said or Said(), story.case, NOW)


def said_of(story: Story) -> Said:
    """What has been said when everybody knows the story so far."""
    return heard(story)[0]


def test_nothing_is_said_before_the_submission_is_known():
    assert heard(Story().told(c.EvidenceCleared)) == (Said(), [])


def test_a_submission_is_heard_as_version_one_without_a_status_before():
    said, [fact] = heard(in_status(S.RECEIVED))
    assert (fact.case_version, fact.status, fact.previous) == (1, S.RECEIVED, None)
    assert (said.version, said.status) == (1, S.RECEIVED)


@pytest.mark.parametrize("status", list(S))
def test_what_was_said_once_is_not_said_again(status):
    said = said_of(in_status(status))
    assert heard(in_status(status), said) == (said, [])


def test_a_change_names_the_status_before_it():
    said, [fact] = heard(in_status(S.ON_HOLD), said_of(in_status(S.RECEIVED)))
    assert (fact.previous, fact.status, fact.case_version) == (S.RECEIVED, S.ON_HOLD, 2)
    assert said.version == 2


def test_a_question_reaches_the_reporter_with_the_change():
    _, [fact] = heard(in_status(S.ON_HOLD))
    assert fact.message == "Di jalan mana?"


def test_an_archive_tells_its_reason_and_explanation():
    _, [fact] = heard(in_status(S.ARCHIVED))
    assert fact.archive_reason is c.ArchiveReason.UNINTELLIGIBLE
    assert fact.message == "Isi laporan terlalu umum."


def test_a_change_carries_the_switches_as_they_are_now():
    _, [fact] = heard(Story().submitted().verified(secret=True).sent())
    assert (fact.anonymous, fact.secret) == (False, True)


def test_a_question_that_was_answered_is_not_asked_again():
    _, [fact] = heard(in_status(S.ON_HOLD).told(c.ReportSupplemented))
    assert (fact.status, fact.message) == (S.RECEIVED, None)


def test_closing_by_the_reporter_is_said_as_a_change_and_as_a_closing_of_one_version():
    _, facts = heard(in_status(S.CLOSED))
    assert [fact.type for fact in facts] == ["case.status-changed", "case.closed"]
    assert {fact.case_version for fact in facts} == {1}
    assert facts[1].closed_by is ClosedBy.REPORTER


def test_closing_by_system_is_said_as_such():
    _, facts = heard(in_status(S.AWAITING_REPORTER).expired(ClockKind.REPLY))
    assert facts[1].closed_by is ClosedBy.SYSTEM


def test_closing_by_an_administrator_is_not_said_twice():
    _, facts = heard(in_status(S.FORWARDED).told(c.CaseClosed))
    assert [fact.type for fact in facts] == ["case.status-changed"]


def test_a_reopening_is_said_with_the_change():
    said = said_of(in_status(S.CLOSED))
    _, facts = heard(in_status(S.CLOSED).told(c.ReportObjected), said)
    assert [fact.type for fact in facts] == ["case.status-changed", "case.reopened"]
    assert {fact.case_version for fact in facts} == {said.version + 1}


def test_a_case_closed_again_after_reopening_is_heard_as_closed():
    said = said_of(in_status(S.CLOSED))
    again = in_status(S.CLOSED).told(c.ReportObjected).leg(c.DispositionCompleted).told(c.ReportAccepted)
    _, facts = heard(again, said)
    assert [fact.type for fact in facts] == ["case.status-changed", "case.reopened", "case.closed"]


def test_an_escalation_has_a_version_of_its_own():
    said = said_of(in_status(S.IN_PROGRESS))
    after, [fact] = heard(in_status(S.IN_PROGRESS).expired(ClockKind.OMBUDSMAN), said)
    assert (fact.type, fact.case_version, after.version) == (
        "case.escalated",
        said.version + 1,
        said.version + 1,
    )


def test_an_appeal_is_heard_as_received_again_without_the_reason_of_the_archiving():
    said = said_of(in_status(S.ARCHIVED))
    _, [fact] = heard(in_status(S.ARCHIVED).told(c.ReportAppealed), said)
    assert (fact.previous, fact.status, fact.archive_reason) == (S.ARCHIVED, S.RECEIVED, None)


def test_a_second_archiving_is_said_to_be_final():
    story = in_status(S.ARCHIVED)
    assert not heard(story)[1][0].appealed
    assert heard(story.told(c.ReportAppealed).told(c.CaseArchived))[1][0].appealed


def test_a_rating_is_no_news_of_the_case():
    said = said_of(in_status(S.CLOSED))
    assert heard(in_status(S.CLOSED).told(c.ReportRated), said) == (said, [])


def test_consequences_carry_the_time_at_which_they_were_drawn():
    assert {fact.occurred_at for fact in heard(in_status(S.CLOSED))[1]} == {NOW}


def test_a_change_says_whether_an_agencys_answer_made_it():
    in_part = Story().submitted().verified().sent("a", "b").leg(c.DispositionResponded, "a")
    for story, by_answer in (
        (in_status(S.IN_PROGRESS), False),
        (in_part, True),
        (in_status(S.AWAITING_REPORTER), True),
        (in_status(S.AWAITING_REPORTER).told(c.ReportObjected), False),
    ):
        assert heard(story)[1][0].by_answer is by_answer
