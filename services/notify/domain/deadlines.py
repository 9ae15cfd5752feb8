"""Until when: the dates that messages promise, from the same calendar and policy as the clocks."""

from datetime import date, datetime

from services.notify.domain.delivery import Detail
from shared.calendar import Deadline, UnknownRegion, Zone, region_of, zone_of
from shared.calendar.in_force import in_force
from shared.calendar.regions import scopes_of
from shared.contracts import Classification, ClockKind, EscalationStep

NATIONAL_ZONE = Zone.WIB
"""Where the national verification team sits."""


def promise(
    clock: ClockKind,
    since: datetime,
    zone: Zone = NATIONAL_ZONE,
    classification: Classification | None = None,
    *,
    agency: str | None = None,
    region: str | None = None,
) -> dict[str, Detail]:
    """`deadline` (ISO date) and `days` (working days) of a clock that starts at `since`.

    `agency`: whose own stricter limit holds, of a leg's clock; `region`: whose free days count beside the
    nation's.
    """
    deadline, days = _deadline(clock, since, zone, classification, agency=agency, region=region)
    return {"deadline": deadline.due_date.isoformat(), "days": days}


def close_of_limit(
    clock: ClockKind,
    since: datetime,
    zone: Zone,
    classification: Classification | None = None,
    *,
    agency: str | None = None,
    region: str | None = None,
) -> str:
    """The last instant in which a clock that starts at `since` is kept: ISO, with the zone's own offset."""
    deadline, _ = _deadline(clock, since, zone, classification, agency=agency, region=region)
    return deadline.due_at.astimezone(zone.tz).isoformat()


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


def region_of_office(agency: str, calendar: str | None = None) -> str | None:
    """Whose free days an agency keeps: as its disposition names them, or where its path says that it sits."""
    try:
        scopes_of(calendar)
    except UnknownRegion:
        return region_of(agency)
    return calendar or region_of(agency)


def _deadline(
    clock: ClockKind,
    since: datetime,
    zone: Zone,
    classification: Classification | None = None,
    *,
    agency: str | None,
    region: str | None,
) -> tuple[Deadline, int]:
    """As sla counts it, so that a message and the page say the same day."""
    rules, day = in_force(), zone.date_of(since)
    if agency is None:
        days = rules.days(clock, day, classification)
    else:
        days = rules.limits.limit_for(clock, classification, agency=agency, started_at=day).days
    return rules.calendar(region).add_working_days(since, days, zone), days
