"""What deadlines lead to: who is told of a warning, a breach, a reminder, or of dates that moved.

The reporter hears at once. A desk hears when its office is open: nobody there can act before.
"""

from collections.abc import Iterator
from datetime import datetime

from services.notify.domain.deadlines import (
    NATIONAL_ZONE,
    days_later,
    next_opening,
    reminded_next_morning,
    zone_named,
    zone_of_agency,
)
from services.notify.domain.delivery import (
    NATIONAL,
    REPORTER,
    Detail,
    Planned,
    Template,
    agency_recipient,
    coordinator_recipient,
)
from shared import contracts as c
from shared.calendar import Zone
from shared.contracts import ClockKind, EscalationStep

AGENCY_DUTIES = frozenset({ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT})
DUTIES = AGENCY_DUTIES | {ClockKind.VERIFICATION}
REPORTERS = DUTIES | {ClockKind.COMPLETION, ClockKind.REPLY, ClockKind.REOPENING}
"""Clocks whose dates were promised to the reporter."""

LATE_ANSWER_DAYS = 10
"""Working days for which a late agency can answer from the mail that tells it so."""

TOLD_WITH_REMINDER = "told with the reminder"

Moves = tuple[tuple[str, str, str], ...]
"""Clock, date before, date after; each once."""


def warned(fact: c.SlaWarning) -> Iterator[Planned]:
    """To the agency's desk for its own duties; nobody else is told of a warning."""
    if fact.agency and fact.clock in AGENCY_DUTIES:
        details = {"percent": fact.percent, **_clock(fact)}
        yield _to_desk(agency_recipient(fact.agency), Template.LEG_WARNING, details, fact)


def breached(fact: c.SlaBreached) -> Iterator[Planned]:
    """A day ends at midnight: where the ladder reminds the desk in the morning, one mail says both."""
    if fact.clock not in DUTIES:
        return
    yield Planned(REPORTER, Template.OVERDUE, _clock(fact), fact.leg_id)
    if fact.agency and fact.clock in AGENCY_DUTIES:
        desk = agency_recipient(fact.agency)
        if reminded_next_morning(fact.clock, _zone_of(fact).date_of(fact.due_at)):
            yield Planned(desk, Template.LEG_BREACHED, leg_id=fact.leg_id, skip=TOLD_WITH_REMINDER)
        else:
            details = {**_late_answer(fact), **_clock(fact)}
            yield _to_desk(desk, Template.LEG_BREACHED, details, fact)


def reminded(fact: c.SlaReminded) -> Iterator[Planned]:
    """One desk a step. Verification is the national desk's own duty, at each step."""
    details = {"overdue_days": fact.overdue_days, "step": fact.step.value, **_clock(fact)}
    if fact.clock is ClockKind.VERIFICATION:
        yield _to_desk(NATIONAL, Template.VERIFICATION_REMINDER, details, fact)
    elif fact.agency and fact.clock in AGENCY_DUTIES:
        recipient, template = _step(fact.step, fact.agency)
        if template is Template.LEG_REMINDER:
            details |= _late_answer(fact)
        yield _to_desk(recipient, template, details, fact)


def amended(fact: c.DeadlinesAmended) -> Iterator[Planned]:
    """The reporter is told of all their dates in one message, each agency of its own in another."""
    why: dict[str, Detail] = {
        "cause": fact.cause,
        "cause_en": fact.cause_en,
        "legal_source": fact.legal_source,
    }
    if moves := _moves(each for each in fact.moved if each.clock in REPORTERS):
        yield Planned(REPORTER, Template.DEADLINES_MOVED, {"moved": moves, **why})
    legs = [each for each in fact.moved if each.agency and each.leg_id and each.clock in AGENCY_DUTIES]
    for agency in dict.fromkeys(each.agency for each in legs if each.agency):
        own = [each for each in legs if each.agency == agency]
        if moves := _moves(iter(own)):
            opens_at = next_opening(fact.occurred_at, _zone(own[0]))
            details = {"moved": moves, **_acting_anew(own), **why}
            recipient = agency_recipient(agency)
            yield Planned(recipient, Template.LEG_DEADLINES_MOVED, details, own[0].leg_id, opens_at=opens_at)


def _step(step: EscalationStep, agency: str) -> tuple[str, Template]:
    match step:
        case EscalationStep.OFFICER:
            return agency_recipient(agency), Template.LEG_REMINDER
        case EscalationStep.COORDINATOR:
            return coordinator_recipient(agency), Template.COORDINATOR_REMINDER
        case EscalationStep.NATIONAL_ADMIN:
            return NATIONAL, Template.NATIONAL_REMINDER


def _to_desk(recipient: str, template: Template, details: dict[str, Detail], fact: c.SlaFact) -> Planned:
    zone = NATIONAL_ZONE if recipient == NATIONAL else _zone_of(fact)
    return Planned(recipient, template, details, fact.leg_id, opens_at=next_opening(fact.fired_at, zone))


def _late_answer(fact: c.SlaFact) -> dict[str, Detail]:
    return {"answer_until": days_later(fact.fired_at, LATE_ANSWER_DAYS, _zone_of(fact))}


def _acting_anew(moved: list[c.MovedDeadline]) -> dict[str, Detail]:
    """Until when the desk may act from its mail now: links sent before end when they said they would."""
    ends = {each.clock: each.after.astimezone(_zone(each).tz) for each in moved}
    until: dict[str, Detail] = {"answer_until": max(ends.values()).isoformat()}
    if ClockKind.FIRST_RESPONSE in ends:
        until["return_until"] = ends[ClockKind.FIRST_RESPONSE].isoformat()
    return until


def _moves(moved: Iterator[c.MovedDeadline]) -> Moves:
    """A date that stayed the same for people has not moved; two legs that moved alike are one line."""
    dates = [(each.clock.value, _day(each, each.before), _day(each, each.after)) for each in moved]
    order = [clock.value for clock in ClockKind]
    return tuple(
        sorted({each for each in dates if each[1] != each[2]}, key=lambda each: (order.index(each[0]), each))
    )


def _day(moved: c.MovedDeadline, moment: datetime) -> str:
    return _zone(moved).date_of(moment).isoformat()


def _zone(moved: c.MovedDeadline) -> Zone:
    return zone_named(moved.zone, moved.agency)


def _zone_of(fact: c.SlaFact) -> Zone:
    return zone_of_agency(fact.agency) if fact.agency else NATIONAL_ZONE


def _clock(fact: c.SlaFact) -> dict[str, Detail]:
    """Without `deadline` if the fact does not say it: only a breach is due at the deadline itself."""
    deadline = fact.due_at if isinstance(fact, c.SlaBreached) else fact.deadline
    date = {} if deadline is None else {"deadline": _zone_of(fact).date_of(deadline).isoformat()}
    return {"clock": fact.clock.value, **date}
