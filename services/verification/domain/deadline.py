"""When the verification of a case is due: the key of the triage queue.

Computed from the reviewed calendar at once; what sla says later (a warning, an amendment) outweighs it.
"""

from datetime import date, datetime
from functools import lru_cache

from services.verification.domain.case import Case
from shared.calendar import DateOutsideCalendar, NoLimit, Zone, indonesia, load_limits
from shared.contracts import CaseStatus, ClockKind, DeadlinesAmended, Fact

ZONE = Zone.WIB
"""Where the national verification team sits, and its clock is counted."""


def due_at(case: Case) -> datetime | None:
    """The end of the last working day; None unless the case waits for its verification (on hold it rests)."""
    if case.status is not CaseStatus.RECEIVED or case.waiting_since is None:
        return None
    return case.told_due or _computed(ZONE.date_of(case.waiting_since))


def working_days_left(due: datetime, now: datetime) -> int:
    """Working days from today's to the day of the deadline; negative where it has passed."""
    today, last = ZONE.date_of(now), ZONE.date_of(due)
    if today <= last:
        return indonesia().working_days_between(today, last)
    return -indonesia().working_days_between(last, today)


def concerns(fact: Fact) -> bool:
    """An amended day moves deadlines by the thousand: those of agencies are no part of a case's history."""
    return not isinstance(fact, DeadlinesAmended) or any(
        moved.clock is ClockKind.VERIFICATION for moved in fact.moved
    )


@lru_cache(maxsize=256)
def _computed(day: date) -> datetime | None:
    try:
        days = load_limits().at(day).of(ClockKind.VERIFICATION).days
        return indonesia().deadline_after(day, days, ZONE).due_at
    except (DateOutsideCalendar, NoLimit):
        return None
