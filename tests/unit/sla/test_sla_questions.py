"""An agency's question to the reporter: whose time rests meanwhile, and how much of it is given back."""

from uuid import UUID

import pytest

from services.sla.domain.clocks import Clock
from services.sla.domain.facts import recorded
from services.sla.domain.fold import fold
from services.sla.domain.measure import measure
from shared.calendar import Book, Pause
from shared.contracts import ClockKind, DispositionReporterSaid, ReporterWord
from tests.unit.sla.test_sla_fold import (
    COMPLETED,
    CREATED,
    LEG,
    LIMITS,
    OTHER_LEG,
    RESPONDED,
    SUBMITTED,
    clocks,
    created,
    day,
    fact,
    last,
    running,
)

ASKED = fact("disposition.asked", 2, LEG)
ANSWERED = fact("disposition.reporter-said", 4, LEG)
REPLIED = fact("report.replied", 3.9)
RESTING = (ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT, ClockKind.OMBUDSMAN)


def due(clock: Clock):
    return measure(clock, Book.packaged(), LIMITS).due_at


@pytest.mark.parametrize("kind", RESTING)
def test_an_agencys_question_pauses_what_it_owes(kind):
    assert last(kind, SUBMITTED, CREATED, ASKED).pauses == (Pause(ASKED.occurred_at, None),)


@pytest.mark.parametrize("kind", RESTING)
def test_its_answer_ends_the_pause(kind):
    pauses = last(kind, SUBMITTED, CREATED, ASKED, REPLIED, ANSWERED).pauses
    assert pauses == (Pause(ASKED.occurred_at, ANSWERED.occurred_at),)


@pytest.mark.parametrize("kind", [ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT])
def test_whole_working_days_are_given_back(kind):
    """Asked on Wednesday, answered on Friday: the three working days that the pause touched."""
    before = last(kind, SUBMITTED, CREATED)
    after = last(kind, SUBMITTED, CREATED, ASKED, REPLIED, ANSWERED)
    calendar = Book.packaged().calendar(None)
    moved = calendar.working_days_between(due(before).date(), due(after).date())
    assert moved == 3


def test_a_question_starts_the_reporters_time_to_answer_and_its_answer_stops_it():
    assert ClockKind.COMPLETION in running(SUBMITTED, CREATED, ASKED)
    assert ClockKind.COMPLETION not in running(SUBMITTED, CREATED, ASKED, REPLIED, ANSWERED)


def test_a_question_is_no_first_response():
    assert ClockKind.FIRST_RESPONSE in running(SUBMITTED, CREATED, ASKED, REPLIED, ANSWERED)


def test_a_question_never_starts_the_reporters_reply_clock_and_stops_one_that_runs():
    answered_on_day_two = fact("disposition.responded", 2, LEG)
    later = fact("disposition.asked", 3, LEG)
    assert ClockKind.REPLY not in running(SUBMITTED, CREATED, ASKED, REPLIED, ANSWERED)
    assert ClockKind.REPLY not in running(SUBMITTED, CREATED, answered_on_day_two, later)


def test_every_agencys_time_rests_until_the_last_question_is_answered():
    other = fact("disposition.asked", 3, OTHER_LEG)
    others_answer = fact("disposition.reporter-said", 5, OTHER_LEG)
    facts = (SUBMITTED, CREATED, created(1.1, OTHER_LEG), ASKED, other, ANSWERED)
    settlements = [c.pauses for c in clocks(*facts).clocks if c.kind is ClockKind.SETTLEMENT]
    assert settlements == [(Pause(day(2), None),)] * 2
    assert last(ClockKind.SETTLEMENT, *facts, others_answer).pauses == (Pause(day(2), day(5)),)


@pytest.mark.parametrize("own", [RESPONDED, COMPLETED, fact("disposition.returned", 4, LEG)])
def test_an_agency_that_goes_on_by_itself_waits_no_longer(own):
    assert ClockKind.COMPLETION not in running(SUBMITTED, CREATED, ASKED, own)
    assert last(ClockKind.OMBUDSMAN, SUBMITTED, CREATED, ASKED, own).pauses[0].end == own.occurred_at


def test_a_reply_to_a_question_sends_no_other_agency_back_to_work():
    done = fact("disposition.completed", 1.5, OTHER_LEG)
    facts = (SUBMITTED, CREATED, created(1.1, OTHER_LEG), done, ASKED, REPLIED, ANSWERED)
    (settled,) = [
        c for c in clocks(*facts).clocks if c.kind is ClockKind.SETTLEMENT and c.leg_id == OTHER_LEG
    ]
    assert settled.stopped_at == done.occurred_at


@pytest.mark.parametrize("answers", [False, True])
def test_only_an_answer_to_a_question_is_kept(answers):
    said = DispositionReporterSaid(
        report_id=UUID(int=5),
        occurred_at=day(4),
        leg_id=LEG,
        agency="35.3578.dishub",
        leg_version=3,
        tracking_id="K7MQ3XW9FA",
        word=ReporterWord.REPLY,
        word_id=UUID(int=6),
        answers_question=answers,
    )
    assert (recorded(UUID(int=7), said) is not None) == answers


def test_an_answer_that_was_not_asked_for_moves_no_clock():
    assert fold([SUBMITTED, CREATED, ANSWERED], LIMITS).clocks == fold([SUBMITTED, CREATED], LIMITS).clocks
