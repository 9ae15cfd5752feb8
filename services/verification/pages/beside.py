"""Beside a case: reports that may be about the same, who has read it, and its package for the Ombudsman."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.verification import aside, desk_store, duplicates
from services.verification.api.access import scope_of
from services.verification.api.opening import open_case
from services.verification.api.queue import line_of
from services.verification.api.seeing import readings as readings_of
from services.verification.domain.deadline import ZONE
from services.verification.domain.decisions import Action, possible
from services.verification.duplicates import Candidate
from services.verification.pages.access import NationalAdmin, Overseer, Reader
from services.verification.pages.case import CASES, Answer, case_page
from services.verification.pages.words import STATUSES
from services.verification.referrals.api import referral
from shared.regions import full_name
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer, Role
from shared.web.pages.desk import NO_STORE, CurrentShell
from shared.web.problems import Problem, not_found

router = APIRouter(include_in_schema=False)


@router.get(f"{CASES}/{{report_id}}/serupa")
async def similar(request: Request, shell: CurrentShell, report_id: UUID, officer: Reader) -> Response:
    """Side by side, the likeliest first, each with what speaks for and against it."""
    async with request.app.state.database.transaction() as tx:
        row, case = await open_case(tx, officer, report_id)
        found = await duplicates.candidates(tx, scope_of(officer), duplicates.report_of(case), report_id)
        leads = await aside.leads_of(tx, [one.row.report_id for one in found])
    template = "alike_brief.html" if request.query_params.get("ringkas") else "alike.html"
    return shell.page(
        request,
        template,
        headers=NO_STORE,
        officer=officer,
        case=case,
        number=format_tracking_id(row.tracking_id),
        filed=row.submitted_at.astimezone(ZONE.tz),
        region=full_name(case.place.region),
        version=row.version,
        found=[_shown(one, leads.get(one.row.report_id), officer, tx.now) for one in found],
        merges=officer.role is Role.NATIONAL_ADMIN and Action.MERGING in possible(case.status),
    )


def _shown(one: Candidate, lead: UUID | None, officer: Officer, now: Any) -> dict[str, Any]:
    """Of a secret candidate nobody reads a word before opening it, which is written down."""
    line = line_of(one.row, officer.id, now)
    hidden = line.title is None
    return {
        "line": line,
        "number": format_tracking_id(line.tracking_id),
        "status": STATUSES[line.status],
        "filed": line.submitted_at.astimezone(ZONE.tz),
        "region": full_name(line.region),
        "text": None if hidden else one.submission.text,
        "score": round(one.likeness.score * 100),
        "reasons": [
            {
                "words": (reason.text, reason.text_en),
                "phrases": [] if hidden else reason.phrases,
                "speaks_for": reason.weight > 0,
            }
            for reason in sorted(one.likeness.reasons, key=lambda reason: -abs(reason.weight))
        ],
        "lead": lead,
    }


@router.get(f"{CASES}/{{report_id}}/pembaca")
async def readers(request: Request, shell: CurrentShell, report_id: UUID, officer: Overseer) -> Response:
    """Who opened the case while it was secret. Shows none of its words."""
    found = (await readings_of(request, report_id, officer))["readings"]
    async with request.app.state.database.reading() as tx:
        row = await desk_store.find(tx, scope_of(officer), report_id)
    if row is None:
        raise not_found()
    return shell.page(
        request,
        "readers.html",
        headers=NO_STORE,
        officer=officer,
        report_id=report_id,
        opens=officer.role is not Role.AUDITOR,
        number=format_tracking_id(row.tracking_id),
        readings=[_reading(one) for one in found],
    )


def _reading(one: dict[str, Any]) -> dict[str, Any]:
    """Whoever made a package for the Ombudsman is recorded with `:referral` after the role."""
    role, _, why = one["role"].partition(":")
    who = Role(role) if role in set(Role) else None
    return {**one, "at": one["read_at"].astimezone(ZONE.tz), "who": who, "packed": why == "referral"}


@router.get(f"{CASES}/{{report_id}}/ombudsman.{{form}}")
async def package(
    request: Request, report_id: UUID, form: Literal["json", "pdf"], officer: NationalAdmin
) -> Response:
    """The package to keep; what stands against it is said on the case's page."""
    try:
        return await referral(request, report_id, officer, form)
    except Problem as problem:
        if problem.status != 409:
            raise
        told = Answer(problem=(problem.detail, problem.detail_en), status=409)
        return await case_page(request, officer, report_id, told)
