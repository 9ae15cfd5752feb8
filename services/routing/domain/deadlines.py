"""What a leg still owes and by when, from its own facts: a pure function, for lists and for the returning.

The clocks that prove a deadline are sla's (`GET /v1/cases/{id}/clocks`); this counts the same limits on the
same amended calendar, so that a desk and its supervisors can be shown the time that remains.
"""

from dataclasses import dataclass
from datetime import datetime

from services.routing.domain.leg import LEFT, Docket, Leg, LegState
from shared.calendar import DateOutsideCalendar, NoLimit, Pause, UnknownRegion, Zone, run_clock
from shared.calendar.in_force import in_force
from shared.contracts import ClockKind

_DONE = LEFT | {LegState.COMPLETED, LegState.SETTLED}


@dataclass(frozen=True, slots=True)
class Owed:
    """When the first response and the settlement are due; None for what is not owed (any more)."""

    respond_by: datetime | None = None
    settle_by: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """The earlier of the two."""
        return min((at for at in (self.respond_by, self.settle_by) if at), default=None)


NOTHING = Owed()


def owed(docket: Docket, leg: Leg) -> Owed:
    """What the agency owes now. While a question waits for the reporter, only what is late already."""
    if docket.state_of(leg) in _DONE:
        return NOTHING
    respond_by = None if leg.ever_answered else due(docket, leg, ClockKind.FIRST_RESPONSE)
    return Owed(respond_by, due(docket, leg, ClockKind.SETTLEMENT))


def due(docket: Docket, leg: Leg, clock: ClockKind) -> datetime | None:
    """The close of a limit's last day, in the agency's zone and with its region's free days.

    None while the case is on hold, unless the limit had run out before; and where no limit is in force or
    the calendar knows nothing of those years.
    """
    created, zone, rules = leg.created, Zone(leg.created.zone), in_force()
    start = created.occurred_at
    try:
        limits = rules.limits
        limit = limits.limit_for(clock, created.classification, agency=leg.agency, started_at=start)
        calendar = rules.calendar(created.calendar).counting(limit.unit)
        rests = leg.rests
        if docket.held_since is not None:
            rests = (*rests, Pause(docket.held_since, None))
        if not rests:
            return calendar.due_at(zone.date_of(start), limit.days, zone)
        run = run_clock(calendar, start, limit.days, rests, zone)
    except (NoLimit, DateOutsideCalendar, UnknownRegion):
        return None
    return run.deadline.due_at if run.deadline else None
