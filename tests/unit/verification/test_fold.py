"""Which fact takes a case from which status to which, and that every other combination changes nothing."""

from datetime import timedelta

import pytest

from services.verification.domain.case import LegState
from services.verification.domain.fold import RECORDED
from shared import contracts as c
from shared.contracts import ArchiveReason, CaseStatus, ClockKind, ClosedBy
from tests.unit.verification.story import (
    OTHER,
    START,
    Story,
    expired,
    in_status,
    leg_id,
    submitted,
    verified,
    word,
)

S = CaseStatus
UNDECIDED = (S.RECEIVED, S.ON_HOLD)
AT_WORK = (S.FORWARDED, S.IN_PROGRESS, S.AWAITING_REPORTER)
EVERY_STATUS = (None, *S)

MOVES = {
    c.ReportSubmitted: {None: S.RECEIVED},
    c.ClarificationRequested: {S.RECEIVED: S.ON_HOLD},
    c.ReportSupplemented: {S.RECEIVED: S.RECEIVED, S.ON_HOLD: S.RECEIVED, **{s: s for s in AT_WORK}},
    c.CaseVerified: dict.fromkeys(UNDECIDED, S.FORWARDED),
    c.CaseArchived: dict.fromkeys(UNDECIDED, S.ARCHIVED),
    c.CaseMerged: dict.fromkeys(UNDECIDED, S.MERGED),
    c.CaseUnmerged: {S.MERGED: S.RECEIVED},
    c.CaseClosed: dict.fromkeys(AT_WORK, S.CLOSED),
    c.ReportAccepted: {S.AWAITING_REPORTER: S.CLOSED},
    c.ReportObjected: dict.fromkeys((S.AWAITING_REPORTER, S.CLOSED), S.IN_PROGRESS),
    c.ReportReplied: {S.AWAITING_REPORTER: S.IN_PROGRESS},
    c.ReportWithdrawn: dict.fromkeys((*UNDECIDED, *AT_WORK), S.WITHDRAWN),
    c.ReportAppealed: {S.ARCHIVED: S.RECEIVED},
    c.ReportRated: {S.CLOSED: S.CLOSED},
}
"""Fact → status before → status after. What is not here is refused."""


@pytest.mark.parametrize("fact", MOVES, ids=lambda fact: fact.type)
@pytest.mark.parametrize("before", EVERY_STATUS, ids=str)
def test_a_fact_moves_a_case_as_the_table_says_or_changes_nothing(fact, before):
    story = in_status(before)
    was = story.case
    made = {c.ReportSubmitted: submitted, c.CaseVerified: verified}.get(fact)
    story.add(made(story.tick()) if made else word(fact, story.tick()))
    if before in MOVES[fact]:
        assert (story.refusal, story.status) == (None, MOVES[fact][before])
    else:
        assert story.refusal in {"submitted twice", f"not possible while {before or 'not yet submitted'}"}
        assert _without_history(story.case) == _without_history(was)


@pytest.mark.parametrize("before", [s for s in EVERY_STATUS if s not in AT_WORK], ids=str)
def test_a_disposition_reaches_only_a_case_at_work(before):
    story = in_status(before)
    legs = story.case.legs
    story.sent("late")
    assert story.case.legs == legs
    assert story.refusal


@pytest.mark.parametrize(
    "fact",
    [
        c.DispositionAcknowledged,
        c.DispositionResponded,
        c.DispositionCompleted,
        c.DispositionReturned,
        c.DispositionRedirected,
    ],
)
def test_a_word_about_an_unknown_leg_changes_nothing(fact):
    story = in_status(S.FORWARDED).leg(fact, "nowhere")
    assert (story.status, story.refusal) == (S.FORWARDED, "no such leg")


def test_every_recorded_fact_is_tried_in_these_tests():
    legs = {f for f in RECORDED if issubclass(f, c.DispositionFact)}
    clocks = {c.SlaExpired, c.SlaWarning, c.SlaBreached, c.DeadlinesAmended}
    consents = {c.ReportReferralConsented}
    assert set(RECORDED) == {*MOVES, *legs, *clocks, *consents, c.EvidenceCleared}


def test_a_submission_counts_as_the_first_fact_even_if_a_clock_says_otherwise():
    story = Story().add(word(c.EvidenceCleared, START))
    story.add(submitted(START + timedelta(hours=1)))
    assert [step.entry.fact.type for step in story.case.history] == ["report.submitted", "evidence.cleared"]


def test_a_case_is_anonymous_and_secret_until_its_submission_says_otherwise():
    assert Story().case.anonymous and Story().case.secret
    assert not Story().submitted().case.secret


def test_a_verification_hides_what_the_reporter_did_not_hide():
    case = Story().submitted().verified(anonymous=True, secret=True).case
    assert case.anonymous and case.secret


def test_no_verification_uncovers_what_the_reporter_hid():
    case = Story().submitted(anonymous=True, secret=True).verified(anonymous=False, secret=False).case
    assert case.anonymous and case.secret


def test_answers_to_the_categorys_questions_are_part_of_the_text():
    answer = c.ReportAnswer(question="since", label="Sejak kapan?", value="dua bulan")
    text = Story().submitted(answers=(answer,)).case.text
    assert text == "Lampu di depan sekolah padam.\n\nSejak kapan: dua bulan"


def test_a_supplement_becomes_part_of_the_text():
    case = Story().submitted().held().told(c.ReportSupplemented, text="Di Jalan Melati.").case
    assert case.text == "Lampu di depan sekolah padam.\n\nDi Jalan Melati."


def test_the_same_evidence_is_kept_once():
    case = Story().submitted().told(c.EvidenceCleared).told(c.EvidenceCleared).case
    assert [ref.evidence_id for ref in case.evidence] == [OTHER]


def test_a_case_waits_for_the_reporter_only_when_every_agency_has_answered():
    story = Story().submitted().verified().sent("a", "b").leg(c.DispositionCompleted, "a")
    assert story.status is S.IN_PROGRESS
    assert story.leg(c.DispositionResponded, "b").status is S.AWAITING_REPORTER


def test_an_acknowledgement_is_no_answer():
    story = in_status(S.FORWARDED).leg(c.DispositionAcknowledged)
    assert not story.case.answered


def test_an_acknowledgement_after_the_answer_takes_nothing_back():
    story = in_status(S.AWAITING_REPORTER).leg(c.DispositionAcknowledged)
    assert story.case.legs[leg_id("a")].state is LegState.COMPLETED


def test_a_returned_leg_is_no_longer_waited_for():
    story = Story().submitted().verified().sent("a", "b").leg(c.DispositionCompleted, "a")
    assert story.leg(c.DispositionReturned, "b").status is S.AWAITING_REPORTER


def test_a_case_whose_only_leg_was_returned_is_forwarded_and_not_answered():
    story = in_status(S.IN_PROGRESS).leg(c.DispositionReturned)
    assert (story.status, story.case.active_legs) == (S.FORWARDED, [])


def test_the_next_agency_takes_the_place_of_the_one_that_returned_the_case():
    story = in_status(S.FORWARDED).leg(c.DispositionReturned).sent("b").leg(c.DispositionCompleted, "b")
    assert story.status is S.AWAITING_REPORTER


def test_a_new_leg_takes_an_answered_case_back_to_work():
    assert in_status(S.AWAITING_REPORTER).sent("b").status is S.IN_PROGRESS


def test_after_an_objection_every_agency_owes_another_answer():
    story = Story().submitted().verified().sent("a", "b")
    story.leg(c.DispositionCompleted, "a").leg(c.DispositionCompleted, "b").told(c.ReportObjected)
    assert story.leg(c.DispositionCompleted, "a").status is S.IN_PROGRESS
    assert story.leg(c.DispositionCompleted, "b").status is S.AWAITING_REPORTER


def test_objections_are_counted():
    story = in_status(S.AWAITING_REPORTER).told(c.ReportObjected).leg(c.DispositionCompleted)
    assert story.told(c.ReportObjected).case.objections == 2


def test_a_reply_is_no_objection():
    assert in_status(S.AWAITING_REPORTER).told(c.ReportReplied).case.objections == 0


def test_an_objection_after_closing_reopens_the_case():
    case = in_status(S.CLOSED).told(c.ReportObjected).case
    assert (case.reopenings, case.closed_by) == (1, None)


def test_a_case_forwarded_again_after_an_objection_stays_in_progress():
    story = in_status(S.CLOSED).told(c.ReportObjected).leg(c.DispositionReturned).sent("b")
    assert story.status is S.IN_PROGRESS


def test_a_late_word_of_an_agency_reopens_nothing():
    story = in_status(S.CLOSED).leg(c.DispositionResponded)
    assert (story.status, story.refusal) == (S.CLOSED, None)


def test_the_closer_is_recorded():
    assert in_status(S.CLOSED).case.closed_by is ClosedBy.REPORTER
    assert in_status(S.FORWARDED).told(c.CaseClosed).case.closed_by is ClosedBy.ADMINISTRATOR


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


def test_an_appeal_opens_an_archived_case_and_bars_the_officer_who_archived_it():
    story = Story().submitted()
    story.add(word(c.CaseArchived, story.tick()), "budi").told(c.ReportAppealed, text="Ini bukan spam.")
    assert (story.case.appeal, story.case.barred) == ("Ini bukan spam.", "budi")
    assert (story.case.archive_reason, story.case.message) == (None, None)


def test_an_appeal_against_a_clock_bars_nobody():
    story = in_status(S.ON_HOLD).expired(ClockKind.COMPLETION).told(c.ReportAppealed)
    assert (story.status, story.case.barred) == (S.RECEIVED, None)


def test_a_second_archiving_is_final():
    story = in_status(S.ARCHIVED).told(c.ReportAppealed).told(c.CaseArchived).told(c.ReportAppealed)
    assert (story.status, story.refusal) == (S.ARCHIVED, "appealed before")


def test_an_archiving_that_came_too_late_bars_nobody():
    story = Story().submitted()
    story.add(word(c.CaseArchived, story.tick()), "budi").add(word(c.CaseArchived, story.tick()), "tuti")
    assert story.told(c.ReportAppealed).case.barred == "budi"


def test_an_unmerged_case_is_to_be_verified_again():
    case = in_status(S.MERGED).told(c.CaseUnmerged).case
    assert (case.status, case.merged_into) == (S.RECEIVED, None)


def test_a_fact_of_a_kind_the_case_does_not_know_stays_in_its_history():
    case = Story().submitted().told(c.CaseEscalated).case
    assert [step.refused for step in case.history] == [None, None]


def test_a_rating_is_kept():
    assert in_status(S.CLOSED).told(c.ReportRated, score=2).case.rating == 2


def _without_history(case):
    return {name: value for name, value in vars(case).items() if name != "history"}


def test_a_case_is_unproven_while_a_completion_without_evidence_stands():
    story = Story().submitted().verified().sent("a", "b").leg(c.DispositionCompleted, "a")
    assert not story.case.unproven
    story.leg(c.DispositionCompleted, "b", without_evidence="Kamera rusak.")
    assert story.case.unproven
    story.told(c.ReportObjected)
    assert not story.case.unproven
