"""Until when: the dates that messages promise, from the same calendar and policy as the clocks."""

from datetime import date, datetime

from services.notify.domain.delivery import Detail
from shared.calendar import Deadline, UnknownRegion, Zone, zone_of
from shared.calendar.in_force import in_force
from shared.contracts import Classification, ClockKind, EscalationStep

NATIONAL_ZONE = Zone.WIB
"""Where the national verification team sits."""


def promise(clock: ClockKind, since: datetime, zone: Zone = NATIONAL_ZONE) -> dict[str, Detail]:
    """`deadline` (ISO date) and `days` (working days) of a clock that starts at `since`."""
    deadline, days = _deadline(clock, since, zone)
    return {"deadline": deadline.due_date.isoformat(), "days": days}


def close_of_limit(
    clock: ClockKind, since: datetime, zone: Zone, classification: Classification | None = None
) -> str:
    """The last instant in which a clock that starts at `since` is kept: ISO, with the zone's own offset."""
    return _deadline(clock, since, zone, classification)[0].due_at.astimezone(zone.tz).isoformat()


def days_later(moment: datetime, days: int, zone: Zone) -> str:
    """The last instant of the working day so many after `moment`: ISO, with the zone's own offset."""
    return in_force().calendar().add_working_days(moment, days, zone).due_at.astimezone(zone.tz).isoformat()


def next_opening(moment: datetime, zone: Zone) -> datetime:
    """`moment` itself within the hours of a working day, else when the offices of `zone` open next."""
    rules = in_force()
    return rules.calendar().next_opening(moment, zone, rules.limits.working_hours(zone.date_of(moment)))


def reminded_next_morning(clock: ClockKind, missed_on: date) -> bool:
    """Whether the ladder reminds whoever missed a duty as soon as their office opens again."""
    rungs = in_force().limits.ladder(clock, missed_on)
    return any(rung.step is EscalationStep.OFFICER and rung.after_days <= 1 for rung in rungs)


def zone_of_agency(code: str) -> Zone:
    """Where an agency's working days are counted; in Jakarta for a code without a known province."""
    try:
        return zone_of(code)
    except UnknownRegion:
        return NATIONAL_ZONE


def zone_named(name: str, code: str | None) -> Zone:
    """The zone that a fact names; the agency's own if this calendar does not know the name."""
    if name in Zone.__members__:
        return Zone(name)
    return zone_of_agency(code) if code else NATIONAL_ZONE


def _deadline(
    clock: ClockKind, since: datetime, zone: Zone, classification: Classification | None = None
) -> tuple[Deadline, int]:
    rules = in_force()
    days = rules.days(clock, zone.date_of(since), classification)
    return rules.calendar().add_working_days(since, days, zone), days
