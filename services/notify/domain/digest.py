"""What may wait to be told together once a day, and for how long. Pure.

Whatever asks for an answer, starts a time in which its reader may act, or has a deadline soon, never waits.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any

from services.notify.domain.delivery import REPORTER, Planned, Template

MAY_WAIT = frozenset(
    {
        Template.RECEIVED,
        Template.RESUMED,
        Template.FORWARDED,
        Template.REDIRECTED,
        Template.IN_PROGRESS,
        Template.BACK_AT_WORK,
        Template.MERGED,
        Template.LEAD_CHANGED,
        Template.SUPPORTED_CHANGED,
        Template.OVERDUE,
        Template.DEADLINES_MOVED,
    }
)
"""A template that is not named here is urgent: what is new is told at once, until somebody decides."""
SOON = timedelta(days=3)
"""A deadline within so many days of the digest is soon."""


def waits_until(planned: Planned) -> date | None:
    """The last day on which a digest may tell this; None if it is told at once."""
    if planned.recipient != REPORTER or planned.template not in MAY_WAIT or planned.skip:
        return None
    deadlines = [*_deadline(planned.details), *_moved(planned.details)]
    return min(deadlines) - SOON if deadlines else date.max


def _deadline(details: Mapping[str, Any]) -> list[date]:
    day = details.get("deadline")
    return [date.fromisoformat(day)] if isinstance(day, str) else []


def _moved(details: Mapping[str, Any]) -> list[date]:
    """Both dates count: what was promised for tomorrow is not told the day after."""
    return [date.fromisoformat(day) for _, *days in details.get("moved") or () for day in days]


def outside_quiet(at: time, quiet_from: time | None, quiet_until: time | None) -> time:
    """The hour of a digest: one in the quiet hours comes at their end. All in one zone."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return at
    over_midnight = quiet_from > quiet_until
    quiet = (at >= quiet_from or at < quiet_until) if over_midnight else quiet_from <= at < quiet_until
    return quiet_until if quiet else at


def digest(told: Sequence[Mapping[str, Any]]) -> Planned:
    """One message for several: each has its `template`, `details` and `day` (ISO), the oldest first."""
    return Planned(REPORTER, Template.DIGEST, {"told": tuple(told)})
