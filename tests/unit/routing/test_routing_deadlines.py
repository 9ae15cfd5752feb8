"""What a leg owes and by when, as lists show it."""

from datetime import UTC, datetime, timedelta

import pytest

from services.routing.domain.deadlines import owed
from services.routing.domain.leg import LegState, Stage
from shared.contracts import CaseStatus, Classification, ResponseKind
from tests.unit.routing.stories import (
    ANSWER,
    HOUR,
    MONDAY,
    WHY_NOT,
    Desk,
    objected,
    reopened,
    status,
    verified,
)

DAY = timedelta(days=1)


def close(year: int, month: int, day: int) -> datetime:
    """The last microsecond of a day in WIB."""
    return datetime(year, month, day, 16, 59, 59, 999999, tzinfo=UTC)


def desk(**more) -> Desk:
    return Desk().hear(verified(agencies=("35.3578",), **more))


def due(one: Desk):
    return owed(one.docket, one.newest)


def test_a_new_leg_owes_a_first_response_in_five_working_days_and_settlement_in_fourteen():
    found = due(desk())
    assert (found.respond_by, found.settle_by) == (close(2026, 7, 13), close(2026, 7, 24))
    assert found.due_at == found.respond_by


@pytest.mark.parametrize(
    ("kind", "last"),
    [(Classification.INFORMATION, close(2026, 7, 13)), (Classification.ASPIRATION, close(2026, 7, 13))],
)
def test_the_classification_decides_the_settlement(kind, last):
    assert due(desk(classification=kind)).settle_by == last


def test_an_answer_leaves_the_settlement_alone():
    one = desk()
    one.act(one.only, ResponseKind.RESPONSE, ANSWER)
    assert (due(one).respond_by, due(one).due_at) == (None, close(2026, 7, 24))


def test_who_has_completed_owes_nothing():
    one = desk()
    one.act(one.only, ResponseKind.COMPLETION, ANSWER)
    assert due(one).due_at is None


def test_an_objection_gives_the_days_since_the_completion_back():
    one = desk()
    one.act(one.only, ResponseKind.COMPLETION, ANSWER)
    one.hear(objected(MONDAY + 7 * DAY))
    assert due(one).settle_by == close(2026, 7, 31)


def test_a_returned_leg_owes_nothing_and_the_next_one_its_own_time():
    one = desk()
    one.now = MONDAY + DAY
    one.act(one.only, ResponseKind.RETURN, WHY_NOT)
    returned = next(leg for leg in one.docket.legs.values() if leg.state is LegState.RETURNED)
    assert owed(one.docket, returned).due_at is None
    assert due(one).respond_by == close(2026, 7, 14)


def test_the_end_of_a_case_stops_everything_and_a_reopening_goes_on_from_there():
    one = desk().hear(status(CaseStatus.CLOSED, 5, MONDAY + HOUR))
    assert due(one).due_at is None
    one.hear(reopened(6, MONDAY + 7 * DAY))
    assert due(one).settle_by > close(2026, 7, 24)


def test_every_state_belongs_to_one_stage():
    states = [state for stage in Stage for state in stage.states]
    assert sorted(states) == sorted(LegState)
