"""The dates that messages promise follow the calendar and the limits as they have been amended."""

from datetime import UTC, date, datetime

import pytest

from services.notify.domain.deadlines import days_later, next_opening, promise
from shared.calendar import Zone
from shared.calendar.in_force import InForce, put_in_force
from shared.calendar.telling import amendment_of
from shared.contracts import ClockKind
from tests.support.amended import free_day, limit, reviewed_afterwards

MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)
WEDNESDAY = date(2026, 7, 8)


@pytest.fixture(autouse=True)
def _reviewed():
    with reviewed_afterwards():
        yield


def amend(*facts) -> None:
    put_in_force(InForce.of(map(amendment_of, facts)))


def test_a_promised_day_moves_over_a_day_that_became_free() -> None:
    before = promise(ClockKind.VERIFICATION, MONDAY)
    amend(free_day(WEDNESDAY))
    assert (before["deadline"], promise(ClockKind.VERIFICATION, MONDAY)["deadline"]) == (
        "2026-07-09",
        "2026-07-10",
    )


def test_a_new_limit_is_promised() -> None:
    amend(limit(ClockKind.VERIFICATION, 7))
    assert promise(ClockKind.VERIFICATION, MONDAY)["days"] == 7


def test_days_are_counted_over_a_day_that_became_free() -> None:
    amend(free_day(WEDNESDAY))
    assert days_later(MONDAY, 2, Zone.WIB).startswith("2026-07-09")


def test_offices_do_not_open_on_a_day_that_became_free() -> None:
    amend(free_day(WEDNESDAY))
    tuesday_evening = datetime(2026, 7, 7, 14, tzinfo=UTC)
    assert Zone.WIB.date_of(next_opening(tuesday_evening, Zone.WIB)) == date(2026, 7, 9)
