"""A case at two agencies: whose turn it is, and whose time runs meanwhile."""

from uuid import UUID

import pytest

from shared.contracts import ClockKind
from tests.unit.sla.test_sla_fold import (
    COMPLETED,
    CREATED,
    LEG,
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

SENT = (SUBMITTED, CREATED, created(1, OTHER_LEG))
"""To two agencies; the first is done on the fourth day."""
OTHERS_ANSWER = fact("disposition.responded", 6, OTHER_LEG)
WORDS = ("report.replied", "report.objected")


def settlement(leg, *facts):
    [found] = [c for c in clocks(*facts).clocks if c.kind is ClockKind.SETTLEMENT and c.leg_id == leg]
    return found


def test_the_reporters_time_begins_with_the_last_answer_that_was_waited_for():
    assert ClockKind.REPLY not in running(*SENT, COMPLETED)
    assert last(ClockKind.REPLY, *SENT, COMPLETED, OTHERS_ANSWER).started_at == OTHERS_ANSWER.occurred_at


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_reporter_before_the_last_answer_moves_no_clock(word):
    early = fact(word, 5)
    found = clocks(*SENT, COMPLETED, early)
    assert found.clocks == clocks(*SENT, COMPLETED).clocks
    assert [flag.event_id for flag in found.flags] == [early.event_id]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_reporter_after_the_last_answer_sends_every_agency_back_to_work(word):
    facts = (*SENT, COMPLETED, OTHERS_ANSWER, fact(word, 7))
    assert settlement(LEG, *facts).stopped_at is None
    assert ClockKind.REPLY not in running(*facts)


def test_after_an_objection_the_reporters_time_waits_for_both_again():
    facts = (*SENT, COMPLETED, OTHERS_ANSWER, fact("report.objected", 7))
    first, second = (fact("disposition.responded", days, leg) for days, leg in ((8, LEG), (9, OTHER_LEG)))
    assert ClockKind.REPLY not in running(*facts, first)
    assert last(ClockKind.REPLY, *facts, first, second).started_at == day(9)


def test_an_agency_that_asks_after_its_answer_owes_another():
    asked = fact("disposition.asked", 5, LEG)
    said = fact("disposition.reporter-said", 5.5, LEG)
    assert ClockKind.REPLY not in running(*SENT, RESPONDED, asked, said, OTHERS_ANSWER)


def test_the_agency_that_takes_over_is_waited_for_in_place_of_the_one_that_gave_back():
    third = UUID(int=3)
    facts = (*SENT, COMPLETED, created(5, third), fact("disposition.returned", 5, OTHER_LEG))
    assert ClockKind.REPLY not in running(*facts)
    assert ClockKind.REPLY in running(*facts, fact("disposition.responded", 6, third))


def test_another_agency_that_gets_the_case_ends_the_reporters_turn():
    assert ClockKind.REPLY not in running(SUBMITTED, CREATED, COMPLETED, created(5, OTHER_LEG))
