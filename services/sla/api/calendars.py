"""Calendars over HTTP: the free days of a region as known at any moment, and what became known since."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel

from services.sla.api import inputs
from services.sla.api.inputs import Code, Moment, Rules
from services.sla.domain import explain
from services.sla.domain.views import SkippedDay
from services.sla.rulebook import Rulebook
from shared.calendar import NATION
from shared.web.problems import invalid, not_found

router = APIRouter(prefix="/v1/calendars", tags=["calendars"])

Year = Annotated[int | None, Query(ge=1900, le=2200, description="Only this year's days.")]
Region = Annotated[
    Code | None, Query(description="A province (35), a regency or city (35.78), or an agency's code.")
]
KnownAt = Annotated[
    Moment | None, Query(description="As it was known at this moment; without it: as it is known now.")
]


def calendar_id(id: Annotated[str, Path(max_length=40)]) -> str:  # noqa: A002
    """There is one calendar; its regions are parts of it."""
    if id != NATION:
        raise not_found()
    return id


CalendarId = Annotated[str, Depends(calendar_id)]


class CalendarView(BaseModel):
    """A calendar with its free days; beyond `known_through` deadlines are provisional."""

    id: str
    version: str
    region: str | None
    known_at: datetime | None
    now: datetime
    first_day: date
    known_through: date
    last_day: date
    provenance: str
    weekend: list[Literal["saturday", "sunday"]] = ["saturday", "sunday"]
    days: list[SkippedDay]


@router.get("")
async def calendars(request: Request, rules: Rules, year: Year = None) -> dict[str, list[CalendarView]]:
    """The calendars that deadlines are counted on."""
    return {"calendars": [_view(rules, request.app.state.clock.now(), year=year)]}


@router.get("/{id}")
async def one_calendar(
    request: Request,
    _: CalendarId,
    rules: Rules,
    region: Region = None,
    known_at: KnownAt = None,
    year: Year = None,
) -> CalendarView:
    """The free days that count in a region, as they are known now or were known at a moment."""
    now = request.app.state.clock.now()
    inputs.past("known_at", known_at, now)
    return _view(rules, now, inputs.region("region", region), known_at, year)


def _view(
    rules: Rulebook,
    now: datetime,
    region: str | None = None,
    known_at: datetime | None = None,
    year: int | None = None,
) -> CalendarView:
    calendar = rules.book.calendar(region, known_at)
    days = rules.book.days(region, known_at)
    return CalendarView(
        id=NATION,
        version=calendar.version,
        region=region,
        known_at=known_at,
        now=now,
        first_day=calendar.first_day,
        known_through=calendar.known_through,
        last_day=calendar.last_day,
        provenance=calendar.holidays.provenance,
        days=[explain.skipped_day(day) for day in days if year is None or day.date.year == year],
    )


class ChangeView(BaseModel):
    """A day that became free, or a working day again; `by` is the act's or the amendment's id."""

    known_at: datetime
    scope: str
    change: Literal["added", "removed"]
    day: SkippedDay
    by: str


class DiffView(BaseModel):
    """What became known after `since` and up to `until`, oldest first."""

    since: datetime
    until: datetime
    region: str | None
    changes: list[ChangeView]


@router.get("/{id}/diff")
async def diff(
    request: Request,
    _: CalendarId,
    rules: Rules,
    since: Annotated[Moment, Query()],
    until: Annotated[Moment | None, Query(description="Without it: now.")] = None,
    region: Region = None,
) -> DiffView:
    """What became known about free days between two moments."""
    now = request.app.state.clock.now()
    until = inputs.past("until", until, now) or now
    if since > until:
        raise invalid("since", "harus sebelum until", "must be before until")
    place = inputs.region("region", region)
    changes = [
        ChangeView(
            known_at=change.known_at,
            scope=change.scope,
            change="added" if change.added else "removed",
            day=explain.skipped_day(change.day),
            by=change.by,
        )
        for change in rules.book.diff(since, until, place)
    ]
    return DiffView(since=since, until=until, region=place, changes=changes)
