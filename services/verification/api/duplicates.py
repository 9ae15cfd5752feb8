"""Reports that may be about the same matter: for officers with reasons, for the public before they file."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.verification import aside, duplicates
from services.verification.api.access import Reader, Scope, scope_of
from services.verification.api.bodies import CaseLine, Region
from services.verification.api.opening import open_case
from services.verification.api.queue import line_of
from services.verification.domain.likeness import Report
from services.verification.duplicates import SHUT, Candidate, Filed
from shared.contracts import CaseStatus, Place
from shared.text.masking import mask
from shared.web.fields import PlainText
from shared.web.problems import too_many

router = APIRouter()
_EXCERPT = 240


class ReasonTold(BaseModel):
    """A `weight` above zero speaks for a match, below zero against it."""

    kind: str
    weight: float
    text: str
    text_en: str
    phrases: list[str] = []


class Duplicate(BaseModel):
    """A report that may be about the same; nothing is joined until an officer does so."""

    case: CaseLine
    score: float = Field(description="0 to 1.")
    reasons: list[ReasonTold]
    lead: UUID | None = Field(description="The case it has joined, if it has.")


class SimilarWanted(BaseModel):
    """What somebody is about to report."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    title: PlainText = Field("", max_length=200)
    text: PlainText = Field(min_length=20, max_length=10_000)
    region: Region | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


class Similar(BaseModel):
    """A public report, as everybody may read it: names and numbers of persons are masked."""

    tracking_id: str
    title: str
    excerpt: str
    status: CaseStatus
    status_label: str
    region: str | None
    submitted_at: datetime
    score: float


@router.get("/{report_id}/duplicates")
async def of_case(request: Request, report_id: UUID, officer: Reader) -> dict[str, list[Duplicate]]:
    """Candidates in the officer's scope, the likeliest first, each with what speaks for and against it.

    Of a secret candidate no phrase is shown: whoever opens it is written down.
    """
    async with request.app.state.database.transaction() as tx:
        _, case = await open_case(tx, officer, report_id)
        found = await duplicates.candidates(tx, scope_of(officer), duplicates.report_of(case), report_id)
        leads = await aside.leads_of(tx, [one.row.report_id for one in found])
    told = [_told(one, officer.id, tx.now, leads.get(one.row.report_id)) for one in found]
    return {"candidates": told}


@router.post("/similar")
async def similar(request: Request, body: SimilarWanted) -> dict[str, list[Similar]]:
    """Public reports like the one somebody is about to file; open to anyone, and to support with "me too"."""
    by_source, limit = request.app.state.similar_source_limit, request.app.state.similar_limit
    source = request.scope.get("source")
    if source is not None and not by_source.hit(source):
        raise too_many(by_source.retry_after(source))
    if not limit.hit("everybody"):
        raise too_many(limit.retry_after("everybody"))
    place = Place(region=body.region, latitude=body.latitude, longitude=body.longitude)
    wanted = Report(body.title, body.text, place, None, request.app.state.clock.now())
    async with request.app.state.database.reading() as tx:
        nearby = await duplicates.nearby(tx, Scope(), wanted, None, _public)
    # Comparing and masking take a tenth of a second: meanwhile no connection is held, and others are served.
    return {"similar": await asyncio.to_thread(_alike, wanted, nearby)}


def _alike(wanted: Report, nearby: list[Filed]) -> list[Similar]:
    return [_shown(one) for one in duplicates.likeliest(wanted, nearby)[:5]]


def _public(row: Any) -> bool:
    return not (row.secret or row.sensitive) and CaseStatus(row.status) not in SHUT


def _told(one: Candidate, officer: str, now: datetime, lead: UUID | None) -> Duplicate:
    line = line_of(one.row, officer, now)
    reasons = [ReasonTold(**asdict(reason)) for reason in one.likeness.reasons]
    if line.title is None:
        reasons = [reason.model_copy(update={"phrases": []}) for reason in reasons]
    return Duplicate(case=line, score=one.likeness.score, reasons=reasons, lead=lead)


def _shown(one: Candidate) -> Similar:
    row, status = one.row, CaseStatus(one.row.status)
    masked = mask(one.submission.text)
    excerpt = masked if len(masked) <= _EXCERPT else f"{masked[:_EXCERPT].rsplit(' ', 1)[0]} …"
    return Similar(
        tracking_id=row.tracking_id, title=mask(row.title), excerpt=excerpt, status=status,
        status_label=status.label, region=row.region, submitted_at=row.submitted_at,
        score=one.likeness.score,
    )  # fmt: skip
