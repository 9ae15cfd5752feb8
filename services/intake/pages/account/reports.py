"""`/akun`: one's own reports, and how one filed without the account comes into it.

Masked, as in the API: a telephone number that somebody else got hold of does not open what was reported.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.accounts import desk as accounts
from services.intake.accounts.sessions import Session
from services.intake.api.access import CurrentDesk
from services.intake.api.accounts import MOST_LISTED, listed
from services.intake.desk import Desk
from services.intake.pages import access
from services.intake.pages.account.session import HOME, PageSession, SignedInRoute
from services.intake.pages.deadlines import days_left
from services.intake.pages.telling import STALE, Both, errors_of
from services.intake.pages.tracking import WRONG
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.web.pages import Shell, read_form
from shared.web.problems import Problem

router = APIRouter(prefix=HOME, include_in_schema=False, route_class=SignedInRoute)

_NO_CODE = ("Kode akses wajib diisi.", "The access code is required.")


@router.get("")
async def own_reports(request: Request, desk: CurrentDesk, session: PageSession, mulai: int = 0) -> Response:
    """The newest first."""
    return await _listed(request, desk, session, offset=min(max(mulai, 0), 100_000))


@router.post("/klaim")
async def claim(request: Request, desk: CurrentDesk, session: PageSession) -> Response:
    """Number and access code bring a report into the account, and open it in this browser."""
    form = await read_form(request)
    number = form["nomor"][:40]
    try:
        tracking_id = parse_tracking_id(number)
    except InvalidTrackingId as error:
        return await _listed(request, desk, session, number, nomor=(error.message, error.message_en))
    if not form["kode"] or not form.genuine:
        return await _listed(request, desk, session, number, kode=STALE if form["kode"] else _NO_CODE)
    try:
        async with desk.database.transaction() as tx:
            report_id = await access.check_code(tx, desk, tracking_id, form["kode"])
            await accounts.own(tx, session, report_id)
    except access.WrongCode:
        return await _listed(request, desk, session, number, kode=WRONG)
    except Problem as problem:
        if problem.status not in {409, 429}:
            raise
        told = (problem.detail, problem.detail_en)
        return await _listed(request, desk, session, number, status=problem.status, nomor=told)
    response = RedirectResponse(f"{HOME}?tersimpan=klaim", 303)
    access.grant(request, response, desk, tracking_id, session)
    return response


async def _listed(
    request: Request,
    desk: Desk,
    session: Session,
    number: str = "",
    *,
    offset: int = 0,
    status: int = 422,
    **wrong: Both,
) -> Response:
    shell: Shell = request.app.state.shell
    own, now = await listed(desk, session, offset), desk.clock.now()
    nexts = [one.next_deadline for one in own]
    return shell.page(
        request,
        "account.html",
        status if wrong else 200,
        reports=own,
        left=[days_left(one.due_at, one.zone, now) if one and not one.overdue else None for one in nexts],
        open_here=await access.opened_here(request, desk),
        plain_id=parse_tracking_id,
        more=offset + MOST_LISTED if len(own) == MOST_LISTED else None,
        number=number,
        errors=errors_of(request, **wrong),
        said=request.query_params.get("tersimpan"),
    )
