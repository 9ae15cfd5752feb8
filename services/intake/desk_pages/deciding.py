"""`/petugas/identitas/{id}`: one request. Another officer decides it; whoever asked sees the identity, once.

An identity is in the answer to one form alone: never in an address, never in a page that can be opened again.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.intake.api import reveals
from services.intake.api.access import CurrentDesk
from services.intake.api.reveal_bodies import CodeInput, RefusalInput
from services.intake.desk import Desk
from services.intake.desk_pages.access import IDENTITIES, Approver, Asker, page, told, wrong
from services.intake.desk_pages.identities import ZONE
from services.intake.desk_pages.words import EXPIRED, READY, STANDINGS, WAITING, standing
from services.intake.identity.policy import reveal_rules
from shared.security.tokens import Officer, Role
from shared.web.pages import read_form
from shared.web.pages.desk import STALE, said
from shared.web.problems import Problem

router = APIRouter(prefix=IDENTITIES, include_in_schema=False)

_CODE = ("Kode terdiri atas 24 huruf dan angka.", "A code has 24 letters and digits.")
_WHY = {"why": ("mengapa", ("Alasan penolakan", "The reason for refusing"))}


@router.get("/{reveal_id}")
async def one(request: Request, desk: CurrentDesk, officer: Asker, reveal_id: UUID) -> Response:
    return await _page(request, desk, officer, reveal_id)


@router.post("/{reveal_id}/setujui")
async def approve(request: Request, desk: CurrentDesk, officer: Approver, reveal_id: UUID) -> Response:
    """With the approver's own code; the identity is opened for whoever asked, and not shown here."""
    form = await read_form(request)
    if not form.genuine:
        return await _page(request, desk, officer, reveal_id, notice=said(request, STALE), status=422)
    try:
        await reveals.approve(desk, officer, reveal_id, CodeInput(code=form["kode"]))
    except ValidationError:
        return await _wrong_code(request, desk, officer, reveal_id)
    except Problem as problem:
        return await _problem(request, desk, officer, reveal_id, problem)
    return RedirectResponse(f"{IDENTITIES}/{reveal_id}?selesai=setujui", 303)


@router.post("/{reveal_id}/tolak")
async def refuse(request: Request, desk: CurrentDesk, officer: Approver, reveal_id: UUID) -> Response:
    form = await read_form(request)
    typed = form["mengapa"]
    if not form.genuine:
        told_so = said(request, STALE)
        return await _page(request, desk, officer, reveal_id, notice=told_so, typed=typed, status=422)
    try:
        await reveals.refuse(desk, officer, reveal_id, RefusalInput(why=typed))
    except ValidationError as error:
        errors = told(request, wrong(error), _WHY)
        return await _page(request, desk, officer, reveal_id, errors=errors, typed=typed, status=422)
    except Problem as problem:
        return await _problem(request, desk, officer, reveal_id, problem, typed)
    return RedirectResponse(f"{IDENTITIES}/{reveal_id}?selesai=tolak", 303)


@router.post("/{reveal_id}/lihat")
async def see(request: Request, desk: CurrentDesk, officer: Asker, reveal_id: UUID) -> Response:
    """The identity, in this answer alone: the same form sent again shows that it was seen."""
    form = await read_form(request)
    if not form.genuine:
        return await _page(request, desk, officer, reveal_id, notice=said(request, STALE), status=422)
    try:
        seen, line = await reveals.see(desk, officer, reveal_id, CodeInput(code=form["kode"]))
    except ValidationError:
        return await _wrong_code(request, desk, officer, reveal_id)
    except Problem as problem:
        return await _problem(request, desk, officer, reveal_id, problem)
    return page(request, "identity_shown.html", officer, line=line, seen=seen)


async def _wrong_code(request: Request, desk: Desk, officer: Officer, reveal_id: UUID) -> Response:
    errors = {"kode": said(request, _CODE)}
    return await _page(request, desk, officer, reveal_id, errors=errors, status=422)


async def _problem(  # noqa: PLR0917 - what was sent, and what came of it
    request: Request, desk: Desk, officer: Officer, reveal_id: UUID, problem: Problem, typed: str = ""
) -> Response:
    if problem.status == 404:
        raise problem
    words = said(request, (problem.detail, problem.detail_en))
    wrong_code = problem.code == "wrong-code"
    return await _page(
        request,
        desk,
        officer,
        reveal_id,
        errors={"kode": words} if wrong_code else None,
        notice="" if wrong_code else words,
        typed=typed,
        status=problem.status,
    )


async def _page(
    request: Request,
    desk: Desk,
    officer: Officer,
    reveal_id: UUID,
    *,
    errors: dict[str, str] | None = None,
    notice: str = "",
    typed: str = "",
    status: int = 200,
) -> Response:
    """Raises a 404 problem for a request that this officer may not know of."""
    line = await reveals.one(desk, officer, reveal_id)
    stands, mine = standing(line, desk.clock.now()), line.asked_by == officer.id
    return page(
        request,
        "identity.html",
        officer,
        status,
        line=line,
        reason=reveal_rules().reasons[line.reason],
        standing=stands,
        label=STANDINGS[stands],
        times={
            name: at.astimezone(ZONE) if (at := getattr(line, name)) else None
            for name in ("asked_at", "approve_until", "decided_at", "collect_until", "shown_at")
        },
        mine=mine,
        decides=stands == WAITING and not mine and officer.role in reveals.APPROVERS,
        collects=stands == READY and mine,
        over=stands == EXPIRED,
        national=officer.role is Role.NATIONAL_ADMIN,
        errors=errors or {},
        notice=notice,
        typed=typed,
        done=request.query_params.get("selesai"),
    )
