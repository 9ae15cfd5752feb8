"""Deadlines as a page shows them: the day, how much working time is left, and where the reasons are told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from services.intake.domain.view import Tracked
from shared.calendar import DateOutsideCalendar, Zone
from shared.calendar.in_force import in_force
from shared.contracts import ClockKind


def shown_deadlines(
    tracked: Tracked, deadlines: Sequence[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """The soonest first; those that wait come last."""
    made = [{**one, **_remaining(one, now), "why": _why(tracked, one)} for one in deadlines]
    return sorted(made, key=lambda one: (one["due_at"] is None, one["due_at"] or now))


def _remaining(deadline: dict[str, Any], now: datetime) -> dict[str, int | None]:
    """`left`: working days from today to the deadline; None where there is none or it is over."""
    due = deadline["due_at"]
    if due is None or deadline["overdue"]:
        return {"left": None}
    return {"left": days_left(due, Zone(deadline["zone"]), now)}


def days_left(due: datetime, zone: Zone, now: datetime) -> int | None:
    """Working days from today to a deadline; None beyond the calendar."""
    try:
        return in_force().calendar().working_days_between(zone.date_of(now), zone.date_of(due))
    except DateOutsideCalendar:
        return None


def _why(tracked: Tracked, deadline: dict[str, Any]) -> str | None:
    """The address of the reasons. It says which limit and when it began, and nothing of the report."""
    if deadline["due_at"] is None:
        return None
    classification = tracked.progress.classification or tracked.report.filing.classification
    clock = ClockKind(deadline["clock"])
    if clock is ClockKind.SETTLEMENT and classification is None:
        return None
    asked = {
        "clock": clock.value,
        "start": deadline["started_at"].isoformat(),
        "due": deadline["due_at"].isoformat(),
        "zone": deadline["zone"],
        "agency": deadline["agency"],
        "classification": classification if clock is ClockKind.SETTLEMENT else None,
    }
    return "/tenggat?" + urlencode({name: str(value) for name, value in asked.items() if value})
