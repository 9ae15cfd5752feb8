"""Until when: the dates that messages promise, from the same calendar and policy as the clocks."""

from datetime import datetime

from services.notify.domain.delivery import Detail
from shared.calendar import UnknownRegion, Zone, indonesia, load_limits, zone_of
from shared.contracts import ClockKind

NATIONAL = Zone.WIB
"""Where the national verification team sits."""


def promise(clock: ClockKind, since: datetime, zone: Zone = NATIONAL) -> dict[str, Detail]:
    """`deadline` (ISO date) and `days` (working days) of a clock that starts at `since`."""
    days = load_limits().at(zone.date_of(since)).of(clock).days
    due = indonesia().add_working_days(since, days, zone).due_date
    return {"deadline": due.isoformat(), "days": days}


def zone_of_agency(code: str) -> Zone:
    """Where an agency's working days are counted; in Jakarta for a code without a known province."""
    try:
        return zone_of(code)
    except UnknownRegion:
        return NATIONAL
