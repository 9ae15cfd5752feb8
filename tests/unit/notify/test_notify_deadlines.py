"""The dates that messages promise follow the calendar and the limits as they have been amended."""

from datetime import UTC, date, datetime

import pytest

from services.notify.domain.deadlines import days_later, next_opening, promise
from services.notify.domain.planning import plan
from services.notify.proofreading.facts import fact
from shared import contracts as c
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


SURABAYA, JAKARTA = "35.3578.dishub", "31.3171.dishub"


@pytest.mark.parametrize(("agency", "due"), [(SURABAYA, "2026-07-21"), (JAKARTA, "2026-07-20")])
@pytest.mark.parametrize("kind", [c.DispositionResponded, c.DispositionCompleted])
def test_a_reporters_time_jumps_over_the_free_days_of_the_agencys_region(kind, agency: str, due: str) -> None:
    amend(free_day(WEDNESDAY, scope="35.78"))
    [planned] = plan(fact(kind, agency=agency, occurred_at=MONDAY))
    assert planned.details["deadline"] == due


@pytest.mark.parametrize(
    ("agency", "calendar", "due"),
    [
        (SURABAYA, None, "2026-07-14"),
        (JAKARTA, None, "2026-07-13"),
        (JAKARTA, "35.78", "2026-07-14"),
        (SURABAYA, "Mars", "2026-07-14"),
    ],
)
def test_an_agency_is_told_its_dates_by_the_days_that_its_clocks_count(
    agency: str, calendar: str | None, due: str
) -> None:
    amend(free_day(WEDNESDAY, scope="35.78"))
    [planned] = plan(fact(c.DispositionCreated, agency=agency, calendar=calendar, occurred_at=MONDAY))
    assert planned.details["deadline"] == due
    assert str(planned.details["return_until"]).startswith(due)


def test_an_agencys_own_stricter_limit_is_told_to_it() -> None:
    amend(limit(ClockKind.FIRST_RESPONSE, 2, agency="35.3578"))
    told = [
        plan(fact(c.DispositionCreated, agency=one, occurred_at=MONDAY))[0] for one in (SURABAYA, JAKARTA)
    ]
    assert [one.details["days"] for one in told] == [2, 5]
