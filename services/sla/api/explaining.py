"""Any deadline explained to anybody: when a limit ends, why, and by what was known at which moment."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from services.sla.api import inputs
from services.sla.api.inputs import Body, Code, Moment, Rules, unknown_region
from services.sla.domain import explain, wording
from services.sla.domain.views import DeadlineView, Judgement, LimitView, Versions
from services.sla.domain.wording import GENERAL, LABELS, Amount
from services.sla.rulebook import Rulebook
from shared.calendar import (
    Calendar,
    DateOutsideCalendar,
    Deadline,
    NoLimit,
    Unit,
    UnknownRegion,
    Zone,
    zone_of,
)
from shared.contracts import Classification, ClockKind
from shared.web.problems import invalid

LONGEST_LIMIT = 400
"""Working days; about a year and a half, beyond every limit there is."""

router = APIRouter(prefix="/v1/deadlines", tags=["deadlines"])


class Question(Body):
    """Either `days`, or the `clock` whose limit is meant (settlement also needs the `classification`)."""

    start: Moment
    days: int | None = Field(None, ge=0, le=LONGEST_LIMIT, description="Working days.")
    clock: ClockKind | None = None
    classification: Classification | None = None
    agency: Code | None = Field(
        None, description="Whose clock it is: decides zone and free days, and may have a stricter limit."
    )
    region: Code | None = Field(None, description="A region's or agency's code; decides zone and free days.")
    zone: Zone | None = Field(None, description="Without zone, region and agency: WIB.")
    as_of: Moment | None = Field(None, description="By what was known at this moment; without it: now.")


class Answer(BaseModel):
    """The deadline, every day it jumped over, and the same in words."""

    start: datetime
    as_of: datetime | None
    limit: LimitView
    deadline: DeadlineView
    versions: Versions
    judged_by: Judgement
    sentence: str
    sentence_en: str


@router.post("/explain")
async def explain_deadline(request: Request, question: Question, rules: Rules) -> Answer:
    """When a limit that starts at `start` ends, and why."""
    inputs.past("as_of", question.as_of, request.app.state.clock.now())
    zone, region = _zone(question), _region(question)
    limit = _limit(question, zone, rules)
    calendar = rules.book.calendar(region, question.as_of)
    deadline = _deadline(question, limit, calendar, zone)
    label = LABELS[question.clock] if question.clock else GENERAL
    sentence, sentence_en = wording.deadline(label, Amount(limit.days, limit.unit), deadline, zone)
    return Answer(
        start=question.start,
        as_of=question.as_of,
        limit=limit,
        deadline=explain.deadline_view(deadline, zone),
        versions=explain.versions(calendar, rules.limits, question.as_of),
        judged_by=explain.judgement(calendar, rules.limits, region, question.as_of),
        sentence=sentence,
        sentence_en=sentence_en,
    )


def _deadline(question: Question, limit: LimitView, calendar: Calendar, zone: Zone) -> Deadline:
    try:
        deadline = calendar.counting(limit.unit).add_working_days(question.start, limit.days, zone)
        deadline.skipped  # noqa: B018 - raises where the calendar does not reach
    except (DateOutsideCalendar, OverflowError):
        raise invalid(
            "start",
            f"di luar kalender yang diketahui ({calendar.first_day} sampai {calendar.last_day})",
            f"outside the known calendar ({calendar.first_day} to {calendar.last_day})",
        ) from None
    return deadline


def _zone(question: Question) -> Zone:
    if question.zone is not None:
        return question.zone
    for field, code in (("agency", question.agency), ("region", question.region)):
        if code is not None:
            try:
                return zone_of(code)
            except UnknownRegion:
                raise unknown_region(field) from None
    return Zone.WIB


def _region(question: Question) -> str | None:
    """An agency keeps its own region's days, unless another region is named."""
    if question.region is not None:
        return inputs.region("region", question.region)
    return inputs.region("agency", question.agency)


def _limit(question: Question, zone: Zone, rules: Rulebook) -> LimitView:
    if (question.days is None) == (question.clock is None):
        raise invalid("days", "isi salah satu: days atau clock", "give either days or clock")
    if question.days is not None:
        return LimitView(question.days, Unit.WORKING_DAYS)
    assert question.clock is not None
    if question.clock is ClockKind.SETTLEMENT and question.classification is None:
        raise invalid("classification", "wajib diisi untuk penyelesaian", "is required for settlement")
    try:
        found = rules.limits.limit_for(
            question.clock,
            question.classification,
            agency=question.agency,
            started_at=zone.date_of(question.start),
            known_at=question.as_of,
        )
    except (NoLimit, OverflowError):
        raise invalid("start", "belum ada batas waktu yang berlaku", "no limit was in force yet") from None
    return explain.limit_view(found)
