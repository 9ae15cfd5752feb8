"""What deadlines lead to: reminders up the ladder, and dates that moved."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain import duties
from services.notify.domain.deadlines import next_opening
from services.notify.domain.delivery import REPORTER, Planned, Template
from services.notify.domain.planning import plan
from shared import contracts as c
from shared.calendar import Zone, indonesia
from shared.contracts import ClockKind, EscalationStep
from tests.unit.notify.facts import AGENCY, CAUSE, DECREE, LEG, MONDAY, fact, moved

DESK = f"agency:{AGENCY}"
OTHER_LEG = UUID(int=2)
LATE_EVENING = datetime(2026, 7, 6, 15, 0, tzinfo=UTC)
"""22.00 in Jakarta on a Monday."""


def only(news: c.Fact) -> Planned:
    [planned] = plan(news)
    return planned


def told(recipient: str, *moves: c.MovedDeadline, **more) -> list[Planned]:
    return [p for p in plan(fact(c.DeadlinesAmended, moved=moves, **more)) if p.recipient == recipient]


@pytest.mark.parametrize("clock", [ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT])
@pytest.mark.parametrize(
    ("step", "recipient", "template"),
    [
        (EscalationStep.OFFICER, DESK, Template.LEG_REMINDER),
        (EscalationStep.COORDINATOR, f"coordinator:{AGENCY}", Template.COORDINATOR_REMINDER),
        (EscalationStep.NATIONAL_ADMIN, "national", Template.NATIONAL_REMINDER),
    ],
)
def test_each_step_of_the_ladder_reminds_one_desk(clock, step, recipient, template):
    planned = only(fact(c.SlaReminded, clock=clock, step=step, overdue_days=3))
    assert (planned.recipient, planned.template, planned.leg_id) == (recipient, template, LEG)
    assert (planned.details["clock"], planned.details["overdue_days"]) == (clock, 3)


@pytest.mark.parametrize("step", EscalationStep)
def test_every_reminder_of_a_verification_goes_to_the_national_desk(step: EscalationStep):
    reminded = fact(c.SlaReminded, clock=ClockKind.VERIFICATION, step=step, leg_id=None, agency=None)
    planned = only(reminded)
    assert (planned.recipient, planned.template) == ("national", Template.VERIFICATION_REMINDER)


@pytest.mark.parametrize("kind", [c.SlaWarning, c.SlaReminded])
def test_a_date_is_the_clocks_own_deadline_and_not_the_moment_of_the_reminder(kind: type[c.SlaFact]):
    assert only(fact(kind, due_at=MONDAY)).details["deadline"] == "2026-07-13"
    assert "deadline" not in only(fact(kind, due_at=MONDAY, deadline=None)).details


@pytest.mark.parametrize("clock", sorted(set(ClockKind) - duties.DUTIES))
def test_nobody_is_reminded_of_what_is_no_duty(clock: ClockKind):
    assert plan(fact(c.SlaReminded, clock=clock)) == []


def test_a_breach_that_the_ladder_reminds_of_in_the_morning_is_one_mail_to_the_desk():
    reporter, desk = plan(fact(c.SlaBreached))
    assert (reporter.recipient, reporter.skip, reporter.opens_at) == (REPORTER, None, None)
    assert (desk.template, desk.skip) == (Template.LEG_BREACHED, "told with the reminder")


def test_a_breach_that_no_step_follows_is_mailed_when_the_office_opens(monkeypatch):
    monkeypatch.setattr(duties, "reminded_next_morning", lambda *_: False)
    _, desk = plan(fact(c.SlaBreached, fired_at=LATE_EVENING))
    assert (desk.skip, desk.opens_at) == (None, datetime(2026, 7, 7, 1, 0, tzinfo=UTC))


def test_a_late_agency_can_answer_from_its_reminder_for_ten_working_days():
    planned = only(fact(c.SlaReminded))
    assert planned.details["answer_until"] == "2026-07-20T23:59:59.999999+07:00"


def test_a_disposition_can_be_returned_within_its_first_response_and_answered_within_its_settlement():
    [planned] = plan(fact(c.DispositionCreated))
    assert planned.details["return_until"] == "2026-07-13T23:59:59.999999+07:00"
    assert planned.details["answer_until"] == "2026-07-24T23:59:59.999999+07:00"


def test_a_disposition_is_told_at_once_as_its_time_runs_from_today():
    [planned] = plan(fact(c.DispositionCreated, occurred_at=LATE_EVENING))
    assert planned.opens_at is None


@given(st.integers(0, 360 * 24 * 60), st.sampled_from(Zone))
def test_an_office_opens_in_its_own_hours_of_a_working_day(minutes: int, zone: Zone):
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    opening = next_opening(moment, zone)
    local = opening.astimezone(zone.tz)
    assert opening >= moment
    assert 8 <= local.hour < 16
    assert indonesia().is_working_day(local.date())


@pytest.mark.parametrize(
    ("clock", "promised"),
    [
        *((clock, True) for clock in (ClockKind.VERIFICATION, ClockKind.COMPLETION, ClockKind.REPLY)),
        *((clock, True) for clock in (ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT, ClockKind.REOPENING)),
        (ClockKind.OMBUDSMAN, False),
    ],
)
def test_the_reporter_hears_of_every_moved_date_that_was_promised_to_them(clock: ClockKind, promised: bool):
    assert bool(told(REPORTER, moved(clock, 14, 15))) == promised


def test_several_moved_dates_are_one_message_with_old_and_new_and_why():
    [planned] = told(REPORTER, moved(ClockKind.SETTLEMENT, 24, 27), moved(ClockKind.FIRST_RESPONSE, 14, 15))
    assert planned.details["moved"] == (
        ("first-response", "2026-07-14", "2026-07-15"),
        ("settlement", "2026-07-24", "2026-07-27"),
    )
    assert (planned.details["cause"], planned.details["legal_source"]) == (CAUSE, DECREE)
    assert planned.opens_at is None


def test_two_legs_whose_dates_moved_alike_are_one_line():
    other = moved(ClockKind.SETTLEMENT, 24, 27, "35.3578.dinkes", leg_id=OTHER_LEG)
    [planned] = told(REPORTER, moved(ClockKind.SETTLEMENT, 24, 27), other)
    assert len(planned.details["moved"]) == 1


def test_each_agency_hears_of_its_own_clocks_alone():
    other = moved(ClockKind.SETTLEMENT, 24, 27, "kl.kemensos", leg_id=OTHER_LEG)
    news = (moved(ClockKind.FIRST_RESPONSE, 14, 15), other, moved(ClockKind.REPLY, 20, 21))
    [desk], [ministry] = told(DESK, *news), told("agency:kl.kemensos", *news)
    assert (desk.leg_id, ministry.leg_id) == (LEG, OTHER_LEG)
    assert desk.details["moved"] == (("first-response", "2026-07-14", "2026-07-15"),)
    assert ministry.details["moved"] == (("settlement", "2026-07-24", "2026-07-27"),)


def test_an_agency_hears_of_moved_dates_in_its_own_working_hours():
    move = moved(ClockKind.SETTLEMENT, 24, 27, "91.9171.dishub", zone="WIT")
    [planned] = told("agency:91.9171.dishub", move, occurred_at=LATE_EVENING)
    assert planned.opens_at == datetime(2026, 7, 6, 23, 0, tzinfo=UTC)


def test_the_links_that_follow_moved_dates_are_good_until_the_new_ones():
    [planned] = told(DESK, moved(ClockKind.FIRST_RESPONSE, 14, 15), moved(ClockKind.SETTLEMENT, 24, 27))
    assert planned.details["return_until"] == "2026-07-15T23:59:59.999999+07:00"
    assert planned.details["answer_until"] == "2026-07-27T23:59:59.999999+07:00"


def test_a_date_is_that_of_the_zone_in_which_it_is_counted():
    [planned] = told(REPORTER, moved(ClockKind.SETTLEMENT, 14, 15, zone="WIT"))  # at midnight in Jakarta
    assert planned.details["moved"] == (("settlement", "2026-07-15", "2026-07-16"),)


def test_a_deadline_that_moved_within_its_day_has_not_moved_for_anybody():
    assert plan(fact(c.DeadlinesAmended, moved=[moved(ClockKind.SETTLEMENT, 24, 24)])) == []


def test_a_zone_that_this_calendar_does_not_know_is_taken_from_the_agency():
    [planned] = told(DESK, moved(ClockKind.SETTLEMENT, 24, 27, zone="Asia/Jakarta"))
    assert planned.details["moved"] == (("settlement", "2026-07-24", "2026-07-27"),)
    assert planned.opens_at == MONDAY
