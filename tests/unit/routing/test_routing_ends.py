"""What the reporter's words and the end of a case do to its legs."""

from datetime import timedelta

import pytest

from services.routing.domain.leg import LegState
from shared.contracts import CaseStatus
from tests.unit.routing.stories import (
    ANSWER,
    HOUR,
    MONDAY,
    Desk,
    objected,
    reopened,
    replied,
    status,
    verified,
)
from tests.unit.routing.test_routing_legs import ACK, CITY, COMPLETE, RESPOND, city_desk, refused


@pytest.mark.parametrize("word", [objected, replied])
def test_a_reporter_who_is_not_content_is_owed_another_answer(word):
    desk = city_desk()
    desk.act(desk.only, COMPLETE, ANSWER)
    desk.hear(word(MONDAY + HOUR))
    assert (desk.state(desk.only), desk.only.answered_at) == ("acknowledged", None)


def test_a_reply_before_all_have_answered_changes_nothing():
    desk = Desk().hear(verified(agencies=("kl.kemensos", CITY)))
    desk.act(desk.at(CITY), RESPOND, ANSWER)
    desk.hear(replied(MONDAY + HOUR))
    assert desk.state(desk.at(CITY)) == "answered"


@pytest.mark.parametrize("end", [s for s in CaseStatus if s.final])
def test_the_end_of_a_case_settles_its_legs(end):
    desk = city_desk().hear(status(end, 5, MONDAY + HOUR))
    assert desk.state(desk.only) == "settled"


def test_a_settled_leg_refuses_with_the_reason():
    desk = city_desk().hear(status(CaseStatus.WITHDRAWN, 5, MONDAY + HOUR))
    assert "Dicabut" in refused(desk, desk.only, ACK).reason


def test_an_older_status_heard_late_changes_nothing():
    desk = city_desk().hear(status(CaseStatus.CLOSED, 9, MONDAY + HOUR))
    desk.hear(status(CaseStatus.IN_PROGRESS, 4, MONDAY + 2 * HOUR))
    assert desk.state(desk.only) == "settled"


def test_a_case_that_ended_before_it_was_heard_of_has_settled_legs():
    desk = Desk().hear(status(CaseStatus.WITHDRAWN, 5, MONDAY + HOUR), verified())
    assert desk.state(desk.only) == "settled"


def test_a_reopened_case_works_again():
    desk = city_desk()
    desk.act(desk.only, COMPLETE, ANSWER)
    desk.hear(status(CaseStatus.CLOSED, 5, MONDAY + HOUR), reopened(7, MONDAY + 2 * HOUR))
    assert desk.state(desk.only) == "acknowledged"


def test_a_second_round_settles_the_first():
    desk = city_desk().hear(verified(MONDAY + HOUR, round=2, case_version=8, agencies=("kl.kemensos",)))
    assert (desk.state(desk.at(CITY)), desk.state(desk.at("kl.kemensos"))) == ("settled", "created")


def test_what_follows_is_later_than_what_it_follows_from_even_if_a_clock_is_behind():
    desk = Desk(now=MONDAY - 3 * HOUR).hear(verified(MONDAY))
    desk.act(desk.only, RESPOND, ANSWER)
    assert [fact.occurred_at > MONDAY for fact in desk.said] == [True, True]


def test_an_answer_after_an_objection_of_the_same_instant_stands():
    desk = city_desk()
    desk.act(desk.only, COMPLETE, ANSWER)
    desk.hear(objected(desk.said[-1].occurred_at + timedelta(microseconds=1)))
    assert desk.act(desk.only, COMPLETE, ANSWER).state is LegState.COMPLETED
