"""`/petugas/kalender`: the free days of a year and a region with their acts, limits, and amendments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.sla import amendments, effect_store
from services.sla.amendments import Row
from services.sla.api import inputs
from services.sla.desk_pages import words
from services.sla.desk_pages.access import AMENDED, CALENDAR, DAYS, LIMITS, Reader, may_amend
from services.sla.desk_pages.year import FreeDay, free_days, months
from services.sla.domain.amending import cause
from services.sla.domain.explain import skipped_day
from services.sla.domain.views import SkippedDay
from services.sla.domain.wording import Both
from services.sla.effect_store import Total
from services.sla.rulebook import peek
from shared.calendar import Calendar, Limit, Limits, Zone
from shared.contracts import ClockKind
from shared.web.pages.desk import NO_STORE, CurrentDatabase, CurrentShell
from shared.web.problems import invalid

router = APIRouter(include_in_schema=False)


class View(BaseModel):
    """What a reader chose. Empty fields of a form mean nothing."""

    model_config = ConfigDict(extra="ignore")
    year: str = Field("", alias="tahun", max_length=4)
    region: str = Field("", alias="wilayah", max_length=8)


@dataclass(frozen=True)
class Listed:
    """A free day with its act, whose it is, and whether a deadline notices it."""

    day: SkippedDay
    scope: str
    scope_name: Both
    on_a_weekend: bool


@dataclass(frozen=True)
class Amended:
    """One amendment; `total` is None while its recompute is at work."""

    row: Row
    cause: Both
    total: Total | None


@router.get(CALENDAR)
async def calendar(
    request: Request,
    shell: CurrentShell,
    database: CurrentDatabase,
    officer: Reader,
    view: Annotated[View, Query()],
) -> Response:
    now = request.app.state.clock.now()
    region = inputs.region("wilayah", view.region or None)
    async with database.reading() as tx:
        rules = await peek(tx)
        rows = await amendments.through(tx)
        totals = await effect_store.totals(tx)
    laid = rules.book.calendar(region)
    today = Zone.WIB.date_of(now)
    year = _year(view.year, laid, today)
    days = free_days(rules.book, region, year)
    return shell.page(
        request,
        "calendar.html",
        headers=NO_STORE,
        officer=officer,
        may_amend=may_amend(officer),
        calendar=CALENDAR,
        days_form=DAYS,
        limit_form=LIMITS,
        amended_page=AMENDED,
        year=year,
        years=range(laid.first_day.year, laid.last_day.year + 1),
        region=region or "",
        region_name=words.scope_name(region),
        regions=words.regions(),
        version=laid.version,
        known_through=laid.known_through,
        working=_working_days(laid, year),
        months=months(year, [one.day for one in days], today),
        days=[_listed(one) for one in days],
        kinds=words.KINDS,
        limits=in_force(rules.limits, now),
        rule_name=words.rule_name,
        classifications=words.CLASSIFICATIONS,
        units=words.UNITS,
        bases=words.BASES,
        ladders=rules.limits.ladders,
        hours=rules.limits.working_hours(today),
        amendments=[
            Amended(row, cause(row.amendment), totals.get(row.amendment.id)) for row in reversed(rows)
        ],
    )


def _year(chosen: str, laid: Calendar, today: date) -> int:
    if not chosen:
        return today.year
    known = range(laid.first_day.year, laid.last_day.year + 1)
    if not (chosen.isascii() and chosen.isdigit() and int(chosen) in known):
        raise invalid("tahun", "di luar kalender yang diketahui", "lies outside the calendar that is known")
    return int(chosen)


def _working_days(laid: Calendar, year: int) -> int:
    first = max(date(year, 1, 1), laid.first_day)
    after_it = laid.working_days_between(first, min(date(year, 12, 31), laid.last_day))
    return after_it + laid.is_working_day(first)


def _listed(one: FreeDay) -> Listed:
    return Listed(skipped_day(one.day), one.scope, words.scope_name(one.scope), one.on_a_weekend)


def in_force(limits: Limits, now: datetime) -> Sequence[Limit]:
    """Of each rule the limit that holds today, and those that are still to come; in the order of rules."""
    today = Zone.WIB.date_of(now)
    shown: list[Limit] = []
    seen = set()
    for limit in sorted(limits.limits, key=lambda one: one.effective_from, reverse=True):
        rule = limit.clock, limit.classification, limit.agency
        if limit.effective_from > today or rule not in seen:
            shown.append(limit)
        if limit.effective_from <= today:
            seen.add(rule)
    order = {clock: number for number, clock in enumerate(ClockKind)}
    return sorted(
        shown,
        key=lambda one: (order[one.clock], one.classification or "", one.agency or "", one.effective_from),
    )
