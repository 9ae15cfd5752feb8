"""Reports on performance for everyone, as JSON and as CSV: sums only, none so small that it identifies."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.sla import sums
from services.sla.domain.cells import ALL, DEEPEST_AGENCY, DEEPEST_CROSSED
from services.sla.domain.report import CROSSED, Asked, By, Report, report
from services.sla.domain.table import csv_of, filename
from shared.calendar import UnknownRegion, Zone, zone_of
from shared.contracts import Channel, Classification
from shared.web.fields import PlainText
from shared.web.problems import invalid

MONTH = r"^2[01]\d\d-(0[1-9]|1[0-2])$"
AGENCY = r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$"
REGION = r"^\d\d(\.\d\d)?$"
MOST_MONTHS = 60
MOST_CROSSED = 2
CACHED = {"Cache-Control": "public, max-age=30", "Vary": "Accept"}

router = APIRouter(tags=["statistics"])


class Question(BaseModel):
    """Without a period: the twelve months up to this one, in WIB, by the month of filing."""

    model_config = ConfigDict(extra="forbid")
    from_: str | None = Field(None, alias="from", pattern=MONTH, description="First month, e.g. 2026-01.")
    to: str | None = Field(None, pattern=MONTH, description="Last month, included.")
    by: By = Field(By.MONTH, description="What to have a row for.")
    agency: str | None = Field(None, max_length=120, pattern=AGENCY, description="With everything below it.")
    region: str | None = Field(None, pattern=REGION, description="A province (35), regency or city (35.78).")
    category: PlainText | None = Field(None, min_length=2, max_length=80)
    classification: Classification | None = None
    channel: Channel | None = None
    format: Literal["json", "csv"] | None = Field(None, description="Goes before the header Accept.")


class Statistics(BaseModel):
    """What was asked and the answer. `waiting` cases have changed and are not added up yet; at most 1000."""

    first: str = Field(serialization_alias="from")
    last: str = Field(serialization_alias="to")
    filters: dict[str, str]
    waiting: int
    report: Report


_AS_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("/v1/statistics", response_model=Statistics, responses=_AS_CSV)
async def statistics(request: Request, question: Annotated[Question, Query()]) -> Response:
    """Counts, shares, breaches, and the working days that duties took; rows are ranked by rate.

    A case counts in the month it was filed. Small numbers are withheld where they could identify.
    """
    asked = understood(question, request.app.state.clock.now())
    async with request.app.state.database.reading() as tx:
        found = report(asked, *await sums.sums(tx, asked))
        waiting = await sums.waiting(tx)
    if _wants_csv(question, request.headers.get("accept", "")):
        headers = {"Content-Disposition": f'attachment; filename="{filename(asked)}"'}
        return _answer(request, csv_of(found).encode(), "text/csv; charset=utf-8; header=present", headers)
    body = Statistics(
        first=_as_text(asked.first),
        last=_as_text(asked.last),
        filters=asked.filters,
        waiting=waiting,
        report=found,
    )
    return _answer(request, body.model_dump_json(by_alias=True).encode(), "application/json", {})


def _answer(request: Request, body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**CACHED, **headers, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _wants_csv(question: Question, accept: str) -> bool:
    """Only who asks for CSV rather than JSON gets it; browsers accept anything and get JSON."""
    if question.format is not None:
        return question.format == "csv"
    weights = {}
    for one in accept.lower().split(","):
        kind, _, parameters = one.partition(";")
        weights[kind.strip()] = _weight(parameters)
    return weights.get("text/csv", 0.0) > weights.get("application/json", 0.0)


def _weight(parameters: str) -> float:
    _, _, value = parameters.replace(" ", "").partition("q=")
    try:
        return float(value.partition(";")[0]) if value else 1.0
    except ValueError:
        return 1.0


def understood(question: Question, now: datetime) -> Asked:
    """The question with everything filled in; raises a problem that names the wrong field."""
    first, last = _period(question, now)
    _check_places(question)
    _check_crossing(question)
    named = question.model_dump(include={"agency", "region", "category", "channel", "classification"})
    return Asked(first, last, question.by, **{name: str(value or ALL) for name, value in named.items()})


def _period(question: Question, now: datetime) -> tuple[int, int]:
    today = Zone.WIB.date_of(now)
    last = _months(question.to) if question.to else today.year * 12 + today.month - 1
    first = _months(question.from_) if question.from_ else last - 11
    if first > last:
        raise invalid("from", "harus sebelum atau sama dengan `to`", "must not be after `to`")
    if last - first >= MOST_MONTHS:
        raise invalid("from", f"paling banyak {MOST_MONTHS} bulan", f"at most {MOST_MONTHS} months at once")
    return _number(first), _number(last)


def _months(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:]) - 1


def _number(months: int) -> int:
    return months // 12 * 100 + months % 12 + 1


def _as_text(number: int) -> str:
    return f"{number // 100}-{number % 100:02}"


def _check_places(question: Question) -> None:
    if question.agency and question.agency.count(".") >= DEEPEST_AGENCY:
        raise invalid(
            "agency",
            "paling rinci unit kerja, misalnya 35.3578.dishub",
            "is finer than a unit such as 35.3578.dishub",
        )
    try:
        zone_of(question.region or "kl")
    except UnknownRegion:
        raise invalid("region", "kode provinsi tidak dikenal", "is in no known province") from None


def _check_crossing(question: Question) -> None:
    """What is not kept cannot be asked: nobody can look for one person where three dimensions cross."""
    crossed = [each for each in CROSSED if question.by is each or getattr(question, each.value) is not None]
    if crossed and (question.channel is not None or question.by is By.CHANNEL):
        raise invalid(
            "channel",
            "tidak dapat digabung dengan agency, region, category, atau classification",
            "cannot be combined with agency, region, category or classification",
        )
    if len(crossed) > MOST_CROSSED:
        raise invalid(
            "by" if question.by in crossed else crossed[-1].value,
            "paling banyak dua dari agency, region, category, dan classification",
            "at most two of agency, region, category and classification",
        )
    if _names_units(question) and {By.REGION, By.CATEGORY} & set(crossed):
        raise invalid(
            "agency",
            "unit kerja tidak dirinci menurut wilayah atau kategori",
            "a unit is not broken down by region or category",
        )


def _names_units(question: Question) -> bool:
    if question.agency is None:
        return False
    return question.agency.count(".") + (question.by is By.AGENCY) >= DEEPEST_CROSSED
