"""When the verification of a case is due: the key of the triage queue.

Computed at once from the calendar and the limits in force here; what sla says later (a warning, an amendment)
outweighs it.
"""

from datetime import date, datetime

from services.verification.domain.case import Case
from shared.calendar import DateOutsideCalendar, NoLimit, Zone
from shared.calendar.in_force import in_force
from shared.contracts import CaseStatus, ClockKind, DeadlinesAmended, DispositionReporterSaid, Fact

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
        return in_force().calendar().working_days_between(today, last)
    return -in_force().calendar().working_days_between(last, today)


def concerns(fact: Fact) -> bool:
    """Whether it is part of a case's history. An amended day moves deadlines by the thousand: those of
    agencies are not; nor is what agencies are told of the reporter, unless it ends their wait for an answer.
    """
    if isinstance(fact, DispositionReporterSaid):  # what was said, the reporter's own fact has told
        return fact.answers_question
    return not isinstance(fact, DeadlinesAmended) or any(
        moved.clock is ClockKind.VERIFICATION for moved in fact.moved
    )


def _computed(day: date) -> datetime | None:
    rules = in_force()
    try:
        return rules.calendar().deadline_after(day, rules.days(ClockKind.VERIFICATION, day), ZONE).due_at
    except (DateOutsideCalendar, NoLimit):
        return None
