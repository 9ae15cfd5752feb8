"""What the agencies' words about their legs make of a case, and what an objection asks of them again."""

import pytest

from services.verification.domain.case import LegState
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.unit.verification.story import Story, in_status, leg_id

S = CaseStatus


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


@pytest.mark.parametrize("kind", [c.DispositionReturned, c.DispositionRedirected])
def test_a_part_that_was_given_back_is_waited_for_until_the_next_agency_has_answered(kind):
    story = Story().submitted().verified().sent("a", "b").leg(c.DispositionCompleted, "a")
    to_third = {"to_agency": "third", "to_leg_id": leg_id("third")}
    story.leg(kind, "b", **(to_third if kind is c.DispositionRedirected else {}))
    assert story.status is S.IN_PROGRESS
    story.leg(c.DispositionRedirected, "b", **to_third).sent("third")
    assert story.status is S.IN_PROGRESS
    assert story.leg(c.DispositionCompleted, "third").status is S.AWAITING_REPORTER


def test_a_part_that_joins_another_agencys_is_waited_for_with_that_one_alone():
    story = Story().submitted().verified().sent("a", "b")
    story.leg(c.DispositionRedirected, "a", to_agency="b", to_leg_id=leg_id("b"))
    assert story.leg(c.DispositionCompleted, "b").status is S.AWAITING_REPORTER


def test_a_part_that_was_given_back_after_the_end_keeps_a_reopened_case_from_nothing():
    story = Story().submitted().verified().sent("a", "b").leg(c.DispositionAsked, "a").told(c.ReportAccepted)
    story.leg(c.DispositionReturned, "b").told(c.ReportObjected)
    assert story.leg(c.DispositionCompleted, "a").status is S.AWAITING_REPORTER


def test_a_case_whose_only_leg_was_returned_is_forwarded_and_not_answered():
    story = in_status(S.IN_PROGRESS).leg(c.DispositionReturned)
    assert (story.status, story.case.active_legs) == (S.FORWARDED, [])


def test_the_next_agency_takes_the_place_of_the_one_that_returned_the_case():
    story = in_status(S.FORWARDED).leg(c.DispositionReturned).leg(c.DispositionRedirected)
    story.sent("b").leg(c.DispositionCompleted, "b")
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


def test_a_case_is_unproven_while_a_completion_without_evidence_stands():
    story = Story().submitted().verified().sent("a", "b").leg(c.DispositionCompleted, "a")
    assert not story.case.unproven
    story.leg(c.DispositionCompleted, "b", without_evidence="Kamera rusak.")
    assert story.case.unproven
    story.told(c.ReportObjected)
    assert not story.case.unproven
