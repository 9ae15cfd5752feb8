"""Agencies ask the reporter, and hear what the reporter says: to whom, how often, and whose time rests."""

from datetime import timedelta

import pytest

from services.routing.domain.deadlines import NOTHING, owed
from services.routing.domain.refusal import Refused
from shared.contracts import CaseStatus, DispositionAsked, DispositionReporterSaid, ReporterWord, ResponseKind
from tests.unit.routing.stories import (
    ANSWER,
    HOUR,
    MONDAY,
    WHY_NOT,
    Desk,
    accepted,
    objected,
    rated,
    replied,
    silent,
    status,
    supplemented,
    verified,
    withdrawn,
)

QUESTION = "Lubangnya di sisi mana?"
TWO = ("35.3578.dishub", "kl.kemensos")


def desk(*agencies: str) -> Desk:
    one = Desk().hear(verified(agencies=agencies or TWO[:1]))
    one.now += HOUR
    return one


def asked(*agencies: str) -> Desk:
    """The first of the agencies has asked, an hour ago."""
    one = desk(*agencies)
    one.act(one.at((agencies or TWO)[0]), ResponseKind.QUESTION, QUESTION)
    one.now += HOUR
    return one


def told(one: Desk, agency: str = TWO[0]) -> list[tuple[ReporterWord, bool]]:
    words = [fact for fact in one.said if isinstance(fact, DispositionReporterSaid) and fact.agency == agency]
    return [(fact.word, fact.answers_question) for fact in words]


def test_a_question_is_said_with_the_agencys_name():
    question = asked().said[-1]
    assert isinstance(question, DispositionAsked)
    assert (question.text, question.agency_name, question.leg_version) == (
        QUESTION,
        "Dinas Perhubungan Kota Surabaya",
        2,
    )


@pytest.mark.parametrize("before", [None, ResponseKind.ACKNOWLEDGEMENT, ResponseKind.RESPONSE])
def test_an_open_leg_may_ask(before):
    one = desk()
    if before:
        one.act(one.only, before, ANSWER)
    assert one.act(one.only, ResponseKind.QUESTION, QUESTION).asked


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (ResponseKind.QUESTION, "question-open"),
        (ResponseKind.COMPLETION, "transition-refused"),
    ],
)
def test_a_question_that_does_not_fit_is_refused_with_the_reason(before, code):
    one = desk()
    one.act(one.only, before, ANSWER)
    with pytest.raises(Refused) as refused:
        one.act(one.only, ResponseKind.QUESTION, QUESTION)
    assert refused.value.code == code


def test_a_question_needs_words():
    one = desk()
    with pytest.raises(Refused) as refused:
        one.act(one.only, ResponseKind.QUESTION, "Apa?")
    assert refused.value.faults[0].field == "text"


def test_a_leg_whose_case_has_ended_asks_nothing():
    one = desk().hear(status(CaseStatus.WITHDRAWN, 3, MONDAY + HOUR))
    with pytest.raises(Refused) as refused:
        one.act(one.only, ResponseKind.QUESTION, QUESTION)
    assert refused.value.code == "case-ended"


@pytest.mark.parametrize("word", [replied, supplemented, objected])
def test_the_reporters_next_words_answer_the_question(word):
    one = asked()
    one.hear(word(one.now))
    assert told(one)[0][1]
    assert one.only.asked is None


def test_what_was_said_before_the_question_does_not_answer_it():
    one = asked().hear(supplemented(MONDAY + HOUR / 2))
    assert told(one) == [(ReporterWord.SUPPLEMENT, False)]
    assert one.only.asked


def test_one_answer_answers_every_question_that_waits():
    one = asked(*TWO)
    one.act(one.at(TWO[1]), ResponseKind.QUESTION, QUESTION)
    one.now += HOUR
    one.hear(replied(one.now))
    assert [told(one, agency) for agency in TWO] == [[(ReporterWord.REPLY, True)]] * 2


def test_after_the_answer_the_agency_may_ask_again():
    one = asked()
    one.hear(replied(one.now))
    assert one.act(one.only, ResponseKind.QUESTION, QUESTION).asked


def test_the_reporters_silence_ends_the_wait_and_is_told():
    one = asked()
    one.hear(silent(one.only.asked.occurred_at, one.now))
    assert told(one) == [(ReporterWord.SILENCE, True)]


def test_an_earlier_run_of_the_reporters_time_says_nothing_about_this_question():
    one = asked().hear(silent(MONDAY, MONDAY + HOUR * 3))
    assert told(one) == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (replied, ReporterWord.REPLY),
        (supplemented, ReporterWord.SUPPLEMENT),
        (objected, ReporterWord.OBJECTION),
        (accepted, ReporterWord.ACCEPTANCE),
        (withdrawn, ReporterWord.WITHDRAWAL),
        (rated, ReporterWord.RATING),
    ],
)
def test_every_agency_that_has_the_case_hears_every_word_once(word, kind):
    one = desk(*TWO)
    one.hear(word(one.now))
    one.hear_entry(one.entries[-3])  # the same fact once more
    assert [told(one, agency) for agency in TWO] == [[(kind, False)]] * 2


def test_an_agency_that_completed_hears_of_the_acceptance():
    one = desk()
    one.act(one.only, ResponseKind.COMPLETION, ANSWER)
    one.now += HOUR
    assert told(one.hear(accepted(one.now))) == [(ReporterWord.ACCEPTANCE, False)]


def test_who_returned_the_case_hears_nothing_more():
    one = desk()
    first = one.act(one.only, ResponseKind.RETURN, WHY_NOT)
    one.now += HOUR
    one.hear(supplemented(one.now))
    assert told(one, first.agency) == []
    assert told(one, one.newest.agency) == [(ReporterWord.SUPPLEMENT, False)]


def test_the_next_agency_hears_what_was_said_about_the_report_before_it_came():
    one = asked()
    one.hear(replied(one.now))
    one.now += HOUR
    one.act(one.only, ResponseKind.RETURN, WHY_NOT)
    assert told(one, one.newest.agency) == [(ReporterWord.REPLY, False)]


def test_what_came_with_the_disposition_is_not_told_again():
    said = "Di depan pasar."
    text = f"Jalan Kenanga berlubang sejak Mei.\n\n{said}"
    one = Desk().hear(supplemented(MONDAY - HOUR, said), verified(agencies=TWO[:1], text=text))
    assert told(one) == []


def test_what_verification_had_not_yet_heard_is_told():
    one = Desk().hear(supplemented(MONDAY - HOUR), verified(agencies=TWO[:1]))
    assert told(one) == [(ReporterWord.SUPPLEMENT, False)]


def test_a_word_is_true_from_when_it_was_said_however_late_it_comes():
    one = asked()
    said_at = one.now
    one.now += timedelta(days=3)
    one.hear(replied(said_at))
    assert one.said[-1].occurred_at - said_at < timedelta(seconds=1)


def test_nobody_owes_anything_while_a_question_waits():
    one = asked(*TWO)
    assert [owed(one.docket, leg) for leg in one.docket.legs.values()] == [NOTHING, NOTHING]


def test_the_working_days_of_the_wait_are_given_back():
    before = owed(desk().docket, desk().only)
    one = asked()
    one.hear(replied(MONDAY + timedelta(days=2)))  # asked on Monday, answered on Wednesday
    after = owed(one.docket, one.only)
    assert after.respond_by - before.respond_by == timedelta(days=2)
    assert after.settle_by - before.settle_by == timedelta(days=4)  # over a weekend


def test_a_question_is_no_first_response():
    one = asked()
    one.hear(replied(one.now))
    assert not one.only.ever_answered
    assert one.act(one.only, ResponseKind.RETURN, WHY_NOT)


@pytest.mark.parametrize("kind", [ResponseKind.RESPONSE, ResponseKind.COMPLETION])
def test_an_agency_that_answers_by_itself_waits_no_longer(kind):
    one = asked()
    one.act(one.only, kind, ANSWER)
    assert (one.only.asked, one.docket.held_since) == (None, None)


def test_the_end_of_the_case_ends_the_wait():
    one = asked()
    one.hear(status(CaseStatus.WITHDRAWN, 3, one.now))
    assert (one.only.asked, one.docket.held_since) == (None, None)


def test_the_time_to_return_the_case_rests_too():
    one = asked()
    one.now = MONDAY + timedelta(days=20)
    assert one.act(one.only, ResponseKind.RETURN, WHY_NOT)


def test_what_was_late_before_the_question_stays_late():
    one = desk()
    one.now = MONDAY + timedelta(days=20)
    one.act(one.only, ResponseKind.QUESTION, QUESTION)
    assert owed(one.docket, one.only).respond_by < one.now
