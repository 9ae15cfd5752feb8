"""Clocks over HTTP: a case's for officers; the calendar and the explanation of any deadline for everyone."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.sla import store
from services.sla.domain import explain
from services.sla.domain.explain import ClockView, DeadlineView, LimitView, SkippedDay, Versions
from services.sla.domain.measure import Measured
from services.sla.domain.wording import GENERAL, LABELS
from services.sla.handlers import compute
from shared.calendar import DateOutsideCalendar, NoLimit, UnknownRegion, Zone, indonesia, load_limits, zone_of
from shared.calendar.limits import Unit
from shared.contracts import Classification, ClockKind
from shared.security.officers import CurrentOfficer, require
from shared.security.tokens import AGENCY_ROLES, Officer, Role
from shared.web.problems import invalid, not_found

LONGEST_LIMIT = 400
"""Working days; about a year and a half, beyond every limit there is."""

cases = APIRouter(prefix="/v1/cases", tags=["clocks"])
public = APIRouter(tags=["deadlines"])
operations = APIRouter(prefix="/v1/statistics", tags=["operations"])
routers = [cases, public, operations]


class CaseClocks(BaseModel):
    """Every clock a case has had, in the order they started, as they stand now."""

    report_id: UUID
    now: datetime
    versions: Versions
    clocks: list[ClockView]
    impossible_facts: list[dict[str, str]]


@cases.get("/{report_id}/clocks")
async def case_clocks(request: Request, report_id: UUID, officer: CurrentOfficer) -> CaseClocks:
    """The clocks of one case, each with its reasons. An agency sees its own legs' and the case's."""
    async with request.app.state.database.reading() as tx:
        facts = await store.facts(tx, report_id)
    clocks, measured = compute(facts)
    if not clocks.clocks or not _may_see(officer, measured):
        raise not_found()
    now, calendar = request.app.state.clock.now(), indonesia()
    return CaseClocks(
        report_id=report_id,
        now=now,
        versions=explain.versions(calendar, load_limits().version),
        clocks=[explain.clock_view(one, calendar, now) for one in measured if _is_theirs(officer, one)],
        impossible_facts=store.flags_json(clocks.flags) if officer.agency is None else [],
    )


def _may_see(officer: Officer, measured: list[Measured]) -> bool:
    """Officers of an agency see the cases that reached it; everybody else's look like none at all."""
    if officer.role is Role.OPERATOR:
        return True  # clocks carry no content, and operators must find the ones that hang
    if officer.agency is None:
        return officer.role not in AGENCY_ROLES
    return any(one.clock.agency is not None and _is_theirs(officer, one) for one in measured)


def _is_theirs(officer: Officer, measured: Measured) -> bool:
    agency = measured.clock.agency
    if officer.agency is None or agency is None:
        return True
    return agency == officer.agency or agency.startswith(f"{officer.agency}.")


class CalendarView(BaseModel):
    """A calendar with its free days; beyond `known_through` deadlines are provisional."""

    id: str
    version: str
    first_day: date
    known_through: date
    provenance: str
    weekend: list[Literal["saturday", "sunday"]] = ["saturday", "sunday"]
    days: list[SkippedDay]


@public.get("/v1/calendars")
async def calendars(
    year: Annotated[int | None, Query(ge=1900, le=2200, description="Only this year's days.")] = None,
) -> dict[str, list[CalendarView]]:
    """The calendars that deadlines are counted on."""
    holidays = indonesia().holidays
    days = [explain.skipped_day(day) for day in holidays.days if year is None or day.date.year == year]
    view = CalendarView(
        id=holidays.id,
        version=holidays.version,
        first_day=holidays.first_day,
        known_through=holidays.known_through,
        provenance=holidays.provenance,
        days=days,
    )
    return {"calendars": [view]}


class Question(BaseModel):
    """Either `days`, or the `clock` whose limit is meant (settlement also needs the `classification`)."""

    model_config = ConfigDict(extra="forbid")
    start: AwareDatetime
    days: int | None = Field(None, ge=0, le=LONGEST_LIMIT, description="Working days.")
    clock: ClockKind | None = None
    classification: Classification | None = None
    zone: Zone | None = Field(None, description="Without zone and region: WIB.")
    region: str | None = Field(
        None, max_length=120, description="A region's or agency's code; decides the zone."
    )


class Answer(BaseModel):
    """The deadline, every day it jumped over, and the same in words."""

    start: datetime
    limit: LimitView
    deadline: DeadlineView
    versions: Versions
    sentence: str
    sentence_en: str


@public.post("/v1/deadlines/explain")
async def explain_deadline(question: Question) -> Answer:
    """When a limit that starts at `start` ends, and why."""
    zone = _zone(question)
    limit = _limit(question, zone)
    calendar = indonesia()
    try:
        deadline = calendar.add_working_days(question.start, limit.days, zone)
        skipped = explain.deadline_view(deadline, zone)
    except (DateOutsideCalendar, OverflowError):
        raise invalid(
            "start",
            f"di luar kalender yang diketahui ({calendar.first_day} sampai {calendar.last_day})",
            f"outside the known calendar ({calendar.first_day} to {calendar.last_day})",
        ) from None
    label = LABELS[question.clock] if question.clock else GENERAL
    sentence, sentence_en = explain.sentences(label, limit.days, deadline, zone)
    return Answer(
        start=question.start,
        limit=limit,
        deadline=skipped,
        versions=explain.versions(calendar, load_limits().version),
        sentence=sentence,
        sentence_en=sentence_en,
    )


def _zone(question: Question) -> Zone:
    if question.zone is not None:
        return question.zone
    try:
        return zone_of(question.region) if question.region is not None else Zone.WIB
    except UnknownRegion:
        raise invalid("region", "kode wilayah tidak dikenal", "is not a known region code") from None


def _limit(question: Question, zone: Zone) -> LimitView:
    if (question.days is None) == (question.clock is None):
        raise invalid("days", "isi salah satu: days atau clock", "give either days or clock")
    if question.days is not None:
        return LimitView(question.days, Unit.WORKING_DAYS)
    assert question.clock is not None
    if question.clock is ClockKind.SETTLEMENT and question.classification is None:
        raise invalid("classification", "wajib diisi untuk penyelesaian", "is required for settlement")
    try:
        found = load_limits().at(zone.date_of(question.start)).of(question.clock, question.classification)
    except (NoLimit, OverflowError):
        raise invalid("start", "belum ada batas waktu yang berlaku", "no limit was in force yet") from None
    return LimitView(found.days, found.unit, found.source, found.basis, found.effective_from)


@operations.get("/timers", dependencies=[Depends(require(Role.OPERATOR, Role.NATIONAL_ADMIN))])
async def timers(request: Request) -> dict[str, Any]:
    """Open cases, live timers, and the open cases that no timer watches: there should be none."""
    async with request.app.state.database.reading() as tx:
        unwatched = await store.unwatched(tx, tx.now)
        summary = await store.summary(tx)
        lag = (tx.now - summary["next_due_at"]).total_seconds() if summary["next_due_at"] else 0.0
    return {
        **summary,
        "overdue_seconds": max(0.0, lag),
        "cases_without_timer": len(unwatched),
        "examples": unwatched[:10],
    }
