"""Amending the calendar over HTTP: refused by field or with both amendments named, or only tried."""

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from services.sla import amendments
from services.sla.api import inputs
from services.sla.api.calendars import CalendarId
from services.sla.api.inputs import Body, Code, Date, Words
from services.sla.api.trying import DRY_RUN, Admin, Outcome, amend_or_try
from services.sla.domain.explain import skipped_day
from services.sla.domain.views import SkippedDay
from shared.calendar import NATION, Amendment, Day, DayKind
from shared.security.officers import CurrentOfficer
from shared.security.tokens import Officer
from shared.web.problems import invalid

router = APIRouter(prefix="/v1/calendars", tags=["calendars"])

MOST_DAYS = 100
"""In one amendment; a whole year has some thirty."""


class NewDay(Body):
    """A day that becomes free."""

    date: Date
    kind: Literal[DayKind.NATIONAL, DayKind.JOINT_LEAVE, DayKind.REGIONAL]
    name: Words
    name_en: Words
    estimated: bool = Field(False, description="It hangs on a sighting of the moon and may move by a day.")


class CalendarCommand(Body):
    """What an act of law changed. A date that is both removed and added is replaced."""

    region: Code | None = Field(None, description="Whose day it is: a province, a city; none is the nation.")
    source: Words = Field(description="The act, as people cite it.")
    decided: Date = Field(description="When the act was signed.")
    added: list[NewDay] = Field([], max_length=MOST_DAYS)
    removed: list[Date] = Field([], max_length=MOST_DAYS)
    known_through: Date | None = Field(None, description="The act completes the free days up to here.")
    dry_run: bool = Field(False, description="Record nothing; tell how many open clocks would move.")


class AmendmentView(BaseModel):
    """An amendment of the calendar."""

    id: str
    region: str | None
    known_at: datetime
    author: str
    source: str
    decided: date
    added: list[SkippedDay]
    removed: list[date]
    known_through: date | None


class Amended(Outcome):
    """What an amendment of the calendar did, or would do."""

    amendment: AmendmentView
    calendar_version: str


@router.get("/{id}/amendments")
async def list_amendments(
    request: Request, _: CalendarId, __: CurrentOfficer
) -> dict[str, list[AmendmentView]]:
    """Every amendment on top of the reviewed file, oldest first."""
    async with request.app.state.database.reading() as tx:
        rows = await amendments.through(tx)
    return {"amendments": [_view(one) for one in amendments.calendars(rows)]}


@router.post("/{id}/amendments", status_code=201)
async def amend(
    request: Request, response: Response, _: CalendarId, body: CalendarCommand, officer: Admin
) -> Amended:
    """Put on record what an act of law changed. Every open clock that it touches is computed again."""
    drafted = draft(body, officer, request.app.state.clock.now())
    amended, after, moved = await amend_or_try(
        request.app.state.database, response, drafted, body.decided, dry_run=body.dry_run
    )
    return Amended(
        dry_run=body.dry_run,
        amendment=_view(amended),
        calendar_version=after.book.version,
        open_clocks_moved=moved.clocks if moved else None,
        open_clocks_estimated=bool(moved and moved.estimated),
    )


def draft(body: CalendarCommand, officer: Officer, now: datetime) -> Amendment:
    """The amendment as a domain object. Raises a 422 problem naming the field."""
    if not (body.added or body.removed or body.known_through):
        raise invalid("added", "tidak ada hari yang berubah", "no day would change")
    inputs.decided("decided", body.decided, now)
    scope = inputs.region("region", body.region) or NATION
    if scope != NATION and body.known_through:
        raise invalid(
            "known_through",
            "hanya untuk kalender nasional, tanpa region",
            "is only for the national calendar, without a region",
        )
    for field, days in (("added", [day.date for day in body.added]), ("removed", body.removed)):
        if len(set(days)) < len(days):
            raise invalid(field, "satu tanggal disebut dua kali", "names a date twice")
    return Amendment(
        id=DRY_RUN,
        scope=scope,
        known_at=now,
        author=officer.id,
        source=body.source,
        decided=body.decided,
        added=tuple(_day(day) for day in body.added),
        removed=tuple(body.removed),
        known_through=body.known_through,
    )


def _day(day: NewDay) -> Day:
    return Day(day.date, day.kind, day.name, day.name_en, None, day.estimated)


def _view(amendment: Amendment) -> AmendmentView:
    return AmendmentView(
        id=amendment.id,
        region=None if amendment.scope == NATION else amendment.scope,
        known_at=amendment.known_at,
        author=amendment.author,
        source=amendment.source,
        decided=amendment.decided,
        added=[skipped_day(day) for day in amendment.days()],
        removed=list(amendment.removed),
        known_through=amendment.known_through,
    )
