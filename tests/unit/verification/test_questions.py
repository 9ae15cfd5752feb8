"""An agency's question holds the case, and gives it back to work: whoever answers, and whoever does not."""

import pytest

from services.verification.domain.consequences import Said, consequences
from services.verification.domain.decisions import Action, Refused, Verification, close, possible, verify
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind
from tests.unit.verification.story import START, Story, leg_id


def at_work(*agencies: str) -> Story:
    return Story().submitted().verified().sent(*agencies)


def asked(*agencies: str) -> Story:
    """The first of the agencies asks the reporter."""
    story = at_work(*agencies)
    return story.leg(c.DispositionAsked, (agencies or ("a",))[0], text="Di jalan mana?")


def answered(story: Story, agency: str = "a") -> Story:
    return story.leg(c.DispositionReporterSaid, agency)


def test_a_question_holds_the_case_with_its_words():
    case = asked().case
    assert (case.status, case.message) == (CaseStatus.ON_HOLD, "Di jalan mana?")


def test_its_answer_gives_the_case_back_to_work():
    case = answered(asked()).case
    assert (case.status, case.message) == (CaseStatus.IN_PROGRESS, None)


def test_who_asks_has_not_had_the_last_word():
    story = at_work().leg(c.DispositionResponded)
    assert story.status is CaseStatus.AWAITING_REPORTER
    assert answered(story.leg(c.DispositionAsked)).status is CaseStatus.IN_PROGRESS


def test_a_word_that_answers_no_question_changes_nothing():
    assert asked().leg(c.DispositionReporterSaid, answers_question=False).status is CaseStatus.ON_HOLD


@pytest.mark.parametrize("word", [c.ReportReplied, c.ReportSupplemented, c.ReportObjected])
def test_the_reporters_own_word_is_kept_and_routing_says_what_it_answers(word):
    story = asked().told(word)
    assert (story.status, story.refusal) == (CaseStatus.ON_HOLD, None)


def test_a_supplement_to_an_agency_sends_nothing_back_to_verification():
    story = asked().told(c.ReportSupplemented)
    assert answered(story).status is CaseStatus.IN_PROGRESS
    assert story.case.supplements


def test_silence_archives_no_case_that_an_agency_has():
    story = asked().expired(ClockKind.COMPLETION)
    assert (story.status, story.refusal) == (CaseStatus.ON_HOLD, None)
    said = story.leg(c.DispositionReporterSaid, word=c.ReporterWord.SILENCE)
    assert said.status is CaseStatus.IN_PROGRESS


def test_the_case_is_held_until_the_last_question_is_answered():
    story = asked("a", "b").leg(c.DispositionAsked, "b", text="Kapan?")
    assert (story.case.message, answered(story).status) == ("Kapan?", CaseStatus.ON_HOLD)
    assert answered(story, "b").status is CaseStatus.IN_PROGRESS


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (c.DispositionCompleted, CaseStatus.AWAITING_REPORTER),
        (c.DispositionReturned, CaseStatus.FORWARDED),
    ],
)
def test_the_agencys_own_next_word_ends_its_wait(word, status):
    assert asked().leg(word).status is status


def test_a_reply_to_a_question_sends_no_other_agency_back_to_work():
    story = at_work("a", "b").leg(c.DispositionCompleted, "b").leg(c.DispositionAsked, "a")
    case = answered(story.told(c.ReportReplied)).case
    assert case.legs[leg_id("b")].answered_at is not None


@pytest.mark.parametrize("word", [c.ReportAccepted, c.ReportWithdrawn, c.CaseClosed])
def test_a_held_case_can_end(word):
    assert asked().told(word).status.final


@pytest.mark.parametrize("word", [c.CaseArchived, c.CaseMerged, c.ClarificationRequested])
def test_a_case_that_an_agency_has_is_decided(word):
    story = asked().told(word)
    assert (story.status, story.refusal is None) == (CaseStatus.ON_HOLD, False)


def test_an_officer_can_close_it_and_nothing_else():
    case = asked().case
    assert possible(case.status, asking=case.asking) == (Action.CLOSURE,)
    assert close(case, 4, START)
    with pytest.raises(Refused) as refused:
        verify(case, Verification(c.Classification.ASPIRATION, "x"), 4, START)
    assert refused.value.possible == (Action.CLOSURE,)


def test_the_world_hears_the_hold_and_its_end():
    story = at_work().leg(c.DispositionAcknowledged)
    said, _ = consequences(Said(), story.case, START)
    said, held = consequences(said, story.leg(c.DispositionAsked).case, START)
    _, resumed = consequences(said, answered(story).case, START)
    told = [(fact.previous, fact.status) for fact in held + resumed]
    assert told == [
        (CaseStatus.IN_PROGRESS, CaseStatus.ON_HOLD),
        (CaseStatus.ON_HOLD, CaseStatus.IN_PROGRESS),
    ]
