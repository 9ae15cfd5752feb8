"""When the reporter of a closed case is asked how it was: a few working days later, whoever closed it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import yaml

from services.verification.domain.case import Case
from services.verification.domain.deadline import ZONE
from shared.calendar import DateOutsideCalendar
from shared.calendar.in_force import in_force
from shared.contracts import CaseStatus

FILE = Path(__file__).parents[1] / "data/closing.yaml"


@dataclass(frozen=True)
class ClosingPolicy:
    """`rating_after_working_days` count from the day of the closing; `rating_hour` is of that day, in WIB."""

    rating_after_working_days: int
    rating_hour: int


@cache
def policy() -> ClosingPolicy:
    """Read once a process."""
    return ClosingPolicy(**yaml.safe_load(FILE.read_text(encoding="utf-8")))


def ask_rating_at(closed_at: datetime) -> datetime:
    """In the morning of the working day that the policy names; beyond the known calendar at once."""
    try:
        day = in_force().calendar().due_date(ZONE.date_of(closed_at), policy().rating_after_working_days)
    except DateOutsideCalendar:
        return closed_at
    morning = time(policy().rating_hour, tzinfo=ZONE.tz)
    return datetime.combine(day, morning).astimezone(UTC)


def to_be_rated(case: Case, now: datetime) -> bool:
    """Whether its reporter is to be asked now: still closed, not rated, and closed long enough ago.

    One that was reopened and closed again meanwhile is asked for by its later closing.
    """
    if case.status is not CaseStatus.CLOSED or case.rating is not None:
        return False
    closed_at = max(step.entry.at for step in case.history if step.after is CaseStatus.CLOSED != step.before)
    return ask_rating_at(closed_at) <= now
