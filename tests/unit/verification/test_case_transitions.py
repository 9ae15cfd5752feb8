"""Which fact takes a case from which status to which, and that every other combination changes nothing."""

from datetime import timedelta

import pytest

from services.verification.domain.fold import RECORDED
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.unit.verification.story import (
    AT_WORK,
    EVERY_STATUS,
    START,
    UNDECIDED,
    Story,
    in_status,
    submitted,
    verified,
    word,
)

S = CaseStatus

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


def test_a_fact_of_a_kind_the_case_does_not_know_stays_in_its_history():
    case = Story().submitted().told(c.CaseEscalated).case
    assert [step.refused for step in case.history] == [None, None]


def test_an_unmerged_case_is_to_be_verified_again():
    case = in_status(S.MERGED).told(c.CaseUnmerged).case
    assert (case.status, case.merged_into) == (S.RECEIVED, None)


def _without_history(case):
    return {name: value for name, value in vars(case).items() if name != "history"}
