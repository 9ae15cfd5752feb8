"""What followers are told. Pure. All of it stands on a public page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.notify.domain.delivery import REPORTER, Detail, Planned, Template
from shared.contracts import PublicCaseChanged

MOST_IN_DIGEST = 10
"""Cases that a digest names; of the others it gives the number."""
Line = tuple[str, str, str]
"""Tracking id, title, and the day on which it was filed (ISO)."""


def case_changed(fact: PublicCaseChanged) -> Planned:
    """To everyone who follows this case: `REPORTER` is whoever left the contact of the follow."""
    details: dict[str, Detail] = {
        "status": fact.status.value,
        "status_changed": int(fact.status_changed),
        "closed_by": fact.closed_by and fact.closed_by.value,
        "title": fact.title,
        "content": "\n\n".join(f"{each.agency_name}: {each.text}" for each in fact.answers) or None,
    }
    return Planned(REPORTER, Template.FOLLOWED_CHANGED, details)


def area_digest(
    cases: Sequence[Line], more: int, area: str, topic_and_region: tuple[str | None, str | None]
) -> Planned:
    """The new cases of an area, by the name that people give it; `more` is how many there are beside them."""
    category, region = topic_and_region
    details: dict[str, Detail] = {
        "cases": tuple(cases),
        "more": more,
        "area": area,
        "category": category,
        "region": region,
    }
    return Planned(REPORTER, Template.AREA_DIGEST, details)


def next_hour(after: datetime, hour: int, zone: str) -> datetime:
    """The next full hour of that name in the zone, later than `after`."""
    local = after.astimezone(ZoneInfo(zone))
    found = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    while found <= local:
        found += timedelta(days=1)
    return found
