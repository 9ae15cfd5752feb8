"""Time that remains, as a desk reads it: in whole working days of the agency's zone and region. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from services.routing.domain.commands import return_until
from services.routing.domain.deadlines import due, owed
from services.routing.domain.leg import OPEN, OWING, Docket, Leg
from services.routing.views import DispositionLine
from shared.calendar import DateOutsideCalendar, Zone, region_of
from shared.calendar.in_force import in_force
from shared.contracts import Classification, ClockKind


class Pressure(StrEnum):
    """How urgent something is; also the name of its style."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    CALM = "calm"
    PAUSED = "paused"
    NONE = "none"


SOON = 1
"""Working days left that count as little."""


@dataclass(frozen=True)
class Remaining:
    """`days`: working days left, or late; None where the calendar knows nothing of those years."""

    pressure: Pressure
    days: int | None = None
    due_at: datetime | None = None
    """In the agency's own zone."""


def remaining(due_at: datetime, now: datetime, zone: Zone, agency: str) -> Remaining:
    """What is left until `due_at`."""
    here = due_at.astimezone(zone.tz)
    calendar = in_force().calendar(region_of(agency))
    try:
        days = calendar.working_days_between(zone.date_of(now), zone.date_of(due_at))
    except DateOutsideCalendar:
        return Remaining(Pressure.LATE if due_at < now else Pressure.CALM, None, here)
    if due_at < now:
        return Remaining(Pressure.LATE, -days, here)
    pressure = Pressure.TODAY if days == 0 else Pressure.SOON if days <= SOON else Pressure.CALM
    return Remaining(pressure, days, here)


def of_line(line: DispositionLine, now: datetime) -> Remaining:
    """The nearer of a listed leg's deadlines."""
    if line.due_at is None:
        return Remaining(Pressure.PAUSED if line.paused else Pressure.NONE)
    return remaining(line.due_at, now, Zone(line.zone or Zone.WIB), line.agency)


@dataclass(frozen=True)
class Deadline:
    """One limit of a leg. `why` explains it day by day; None where it does not run."""

    clock: str
    left: Remaining
    why: str | None = None


RETURN = "return"


def deadlines(docket: Docket, leg: Leg, now: datetime) -> list[Deadline]:
    """What the agency owes, and until when it may give the leg back."""
    state, zone, owes = docket.state_of(leg), Zone(leg.created.zone), owed(docket, leg)
    if state not in OPEN:
        return []
    found: list[Deadline] = []
    for clock, at in (
        (ClockKind.FIRST_RESPONSE, owes.respond_by),
        (ClockKind.SETTLEMENT, owes.settle_by),
    ):
        if at is not None:
            found.append(Deadline(clock, remaining(at, now, zone, leg.agency), _why(leg, clock, at)))
        elif docket.held_since is not None and not (clock is ClockKind.FIRST_RESPONSE and leg.ever_answered):
            found.append(Deadline(clock, Remaining(Pressure.PAUSED)))
    if state in OWING and not leg.ever_answered and docket.held_since is None:
        until = due(docket, leg, ClockKind.FIRST_RESPONSE)
        if until is not None and now <= return_until(docket, leg):
            found.append(Deadline(RETURN, remaining(until, now, zone, leg.agency)))
    return found


def reporters_days(clock: ClockKind, now: datetime, classification: Classification) -> int | None:
    """How long the reporter has; None where no limit is in force."""
    try:
        return in_force().days(clock, Zone.WIB.date_of(now), classification)
    except LookupError:
        return None


def _why(leg: Leg, clock: ClockKind, at: datetime) -> str:
    """Says which limit and since when, and nothing of the report."""
    created = leg.created
    asked: dict[str, Any] = {
        "clock": clock.value,
        "start": created.occurred_at.isoformat(),
        "due": at.isoformat(),
        "zone": created.zone,
        "agency": leg.agency,
    }
    if clock is ClockKind.SETTLEMENT:
        asked["classification"] = created.classification.value
    return "/tenggat?" + urlencode(asked)
