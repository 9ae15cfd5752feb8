"""`/petugas/antrean`: the queue as the API gives it, what is due first on top, and many cases at once."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.verification import desk_store
from services.verification.api import queue as api
from services.verification.api.access import scope_of
from services.verification.api.bodies import CaseLine, CasePage
from services.verification.domain.deadline import ZONE
from services.verification.domain.fold import UNDECIDED
from services.verification.pages.access import Reader
from services.verification.pages.asking import region_code
from services.verification.pages.words import CHANNELS, CLASSIFICATIONS, STATUSES, time_left, wrong_fields
from shared.contracts import CaseStatus, Channel
from shared.regions import full_name
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer, Role
from shared.web.fields import PlainText
from shared.web.pages.desk import NO_STORE, CurrentShell
from shared.web.pages.language import language_of
from shared.web.pages.officers import HOME
from shared.web.problems import Problem, validation_problem

router = APIRouter(include_in_schema=False)

QUEUE = f"{HOME}/antrean"
ROWS = 40
_MOST_WATCHED = 100


class Wanted(BaseModel):
    """The filters, as the page's form names them."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    status: CaseStatus | None = None
    category: PlainText | None = Field(None, max_length=80)
    region: PlainText | None = Field(None, max_length=100)
    channel: Channel | None = None
    free: bool = False
    unproven: bool = False
    tracking_id: PlainText | None = Field(None, max_length=40)
    after: PlainText | None = Field(None, max_length=120)


@router.get(QUEUE)
async def queue(request: Request, shell: CurrentShell, officer: Reader) -> Response:
    asked = {name: value for name, value in request.query_params.items() if value.strip()}
    english = language_of(request) == "en"
    try:
        page, errors = await _page(request, officer, Wanted.model_validate(asked)), {}
    except ValidationError as error:
        page, errors = None, wrong_fields(validation_problem(error.errors()), english=english)
    except Problem as problem:
        page, errors = None, wrong_fields(problem, english=english)
    now = request.app.state.clock.now()
    filters = {name: asked[name] for name in Wanted.model_fields if name in asked and name != "after"}
    return shell.page(
        request,
        "queue.html",
        422 if errors else 200,
        headers=NO_STORE,
        officer=officer,
        rows=[_row(line, now) for line in (page.cases if page else ())],
        next=f"{QUEUE}?{urlencode({**filters, 'after': page.next})}" if page and page.next else None,
        first="after" not in asked,
        filters=filters,
        chosen={name: asked.get(name, "") for name in Wanted.model_fields},
        kept=urlencode({**filters, **({"after": asked["after"]} if "after" in asked else {})}),
        errors=errors,
        statuses=STATUSES,
        channels=CHANNELS,
        decides=officer.role in {Role.NATIONAL_ADMIN, Role.COORDINATOR},
        archives=officer.role is Role.NATIONAL_ADMIN,
        done=await _done(request, officer),
    )


@router.get(f"{QUEUE}/keadaan")
async def state(request: Request, officer: Reader) -> JSONResponse:
    """Who has what by now, of the cases that a page shows: what keeps an open page alive."""
    ids = [one for text in request.query_params.get("kasus", "").split(",") if (one := _uuid(text))]
    async with request.app.state.database.reading() as tx:
        rows = await desk_store.lines(tx, scope_of(officer), ids[:_MOST_WATCHED])
    english = language_of(request) == "en"
    told = {
        str(line.report_id): {
            "claim": claim_words(line)[english],
            "mine": line.claimed_by_me,
            "status": line.status,
            "label": STATUSES[line.status][english],
            "version": line.version,
        }
        for line in (api.line_of(row, officer.id, tx.now) for row in rows)
    }
    return JSONResponse(told, headers=NO_STORE)


def claim_words(line: CaseLine) -> tuple[str, str]:
    """Who has the case, and until when; two empty texts where nobody has it."""
    if line.claimed_until is None:
        return "", ""
    until = line.claimed_until.astimezone(ZONE.tz)
    whose, whose_en = ("Anda", "You") if line.claimed_by_me else ("Petugas lain", "Another officer")
    return f"{whose}, sampai {until:%H.%M}", f"{whose_en}, until {until:%H:%M}"


async def _page(request: Request, officer: Officer, wanted: Wanted) -> CasePage:
    region = await asyncio.to_thread(region_code, wanted.region, guess=True) if wanted.region else None
    answer = await api.cases(
        request, officer, status=wanted.status, category=wanted.category, region=region,
        channel=wanted.channel, free=wanted.free, unproven=wanted.unproven,
        tracking_id=wanted.tracking_id, after=wanted.after, limit=ROWS,
    )  # fmt: skip
    return CasePage.model_validate_json(bytes(answer.body))


def _row(line: CaseLine, now: datetime) -> dict[str, Any]:
    return {
        "line": line,
        "number": format_tracking_id(line.tracking_id),
        "status": STATUSES[line.status],
        "classification": CLASSIFICATIONS[line.classification] if line.classification else None,
        "channel": CHANNELS[line.channel],
        "region": full_name(line.region),
        "filed": line.submitted_at.astimezone(ZONE.tz),
        "due": line.due_at.astimezone(ZONE.tz) if line.due_at else None,
        "left": time_left(line.due_at, now),
        "claim": claim_words(line),
        "open": line.status in UNDECIDED,
    }


async def _done(request: Request, officer: Officer) -> dict[str, Any] | None:
    """The case that has just been decided, as it stands now."""
    report_id = _uuid(request.query_params.get("selesai", ""))
    if report_id is None:
        return None
    async with request.app.state.database.reading() as tx:
        row = await desk_store.find(tx, scope_of(officer), report_id)
    if row is None:
        return None
    return {
        "id": report_id, "number": format_tracking_id(row.tracking_id), "status": STATUSES[row.status],
    }  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
