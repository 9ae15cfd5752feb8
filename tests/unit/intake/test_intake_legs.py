"""A report at two agencies: whom its reporter is told to wait for."""

from services.intake.domain import answers
from services.intake.domain.progress import Progress, progress
from services.intake.domain.view import Tracked
from services.intake.open311.requests import as_request
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.unit.intake.stories import (
    NAMES,
    acknowledged,
    answered,
    asked,
    moments,
    report,
    returned,
    sent,
    status,
)

AT_BOTH = [status(1, CaseStatus.FORWARDED, 1), sent(0), sent(1)]
IN_PART = [
    *AT_BOTH,
    answered(0, case_answered=False),
    status(2, CaseStatus.IN_PROGRESS, 5.1, previous=CaseStatus.FORWARDED),
]
"""The first has answered."""
SECOND = answered(1, hours=6, case_answered=True)


def of(*facts: c.Fact) -> Progress:
    return progress(moments(list(facts)))


def names(found: Progress) -> list[str | None]:
    return [leg.agency_name for leg in found.awaited]


def test_whoever_has_yet_to_answer_is_waited_for_once_the_other_has():
    assert names(of(*AT_BOTH)) == []
    assert names(of(*IN_PART)) == [NAMES[1]]


def test_nobody_is_waited_for_when_all_have_answered():
    assert names(of(*IN_PART, SECOND, status(3, CaseStatus.AWAITING_REPORTER, 6.1))) == []


def test_after_an_objection_the_answers_before_it_count_no_more():
    objected = status(4, CaseStatus.IN_PROGRESS, 7, previous=CaseStatus.AWAITING_REPORTER)
    assert names(of(*IN_PART, SECOND, status(3, CaseStatus.AWAITING_REPORTER, 6.1), objected)) == []


def test_an_answer_that_says_nothing_of_others_leaves_nobody_named():
    assert names(of(*AT_BOTH, answered(0), status(2, CaseStatus.IN_PROGRESS, 5.1))) == []


def test_while_an_agency_asks_it_is_the_reporter_who_is_waited_for():
    held = status(3, CaseStatus.ON_HOLD, 6.1, previous=CaseStatus.IN_PROGRESS, message="Di halte mana?")
    assert names(of(*IN_PART, asked(1, hours=6), held)) == []


def test_an_agency_that_gave_the_report_back_has_it_no_more():
    found = of(*AT_BOTH, returned(0), acknowledged(1))
    assert [leg.agency_name for leg in found.with_agencies] == [NAMES[1]]


def test_a_question_by_sms_names_who_has_the_report_or_has_yet_to_answer():
    at_both = answers.status(Tracked(report(), of(*AT_BOTH)))
    in_part = answers.status(Tracked(report(), of(*IN_PART)))
    assert at_both.endswith(f"Instansi: {NAMES[0]}, {NAMES[1]}.")
    assert in_part.endswith(f"Menunggu jawaban: {NAMES[1]}.")


def test_open311_names_every_agency_that_has_the_request():
    assert as_request(Tracked(report(), of(*AT_BOTH)))["agency_responsible"] == ", ".join(NAMES)
    assert as_request(Tracked(report(), of(*AT_BOTH, returned(0))))["agency_responsible"] == NAMES[1]
