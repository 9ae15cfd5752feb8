"""`/lacak`: a report's own page. Anyone sees its masked side; whoever shows the code, more."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.api.access import CurrentDesk
from services.intake.pages import access, follow_browser, news
from services.intake.pages.case import case_page
from services.intake.pages.telling import STALE, Both, errors_of
from shared.security.codes import InvalidTrackingId, format_tracking_id, parse_tracking_id
from shared.web.pages import Shell, read_form

router = APIRouter(include_in_schema=False)

WRONG = (
    "Nomor laporan dan kode akses tidak cocok. Periksa keduanya pada tanda terima Anda.",
    "The number and the access code do not match. Please check both on your receipt.",
)


@router.get("/lacak")
async def ask(request: Request, desk: CurrentDesk, nomor: str = "") -> Response:
    """Which report? A number in the address leads to its public side."""
    if not nomor.strip():
        return _asked(request, "", {}, open_here=await access.opened_here(request, desk))
    try:
        return RedirectResponse(f"/lacak/{format_tracking_id(parse_tracking_id(nomor))}", 303)
    except InvalidTrackingId as error:
        return _asked(request, nomor[:40], {"nomor": (error.message, error.message_en)}, 422)


@router.post("/lacak")
async def open_with_code(request: Request, desk: CurrentDesk) -> Response:
    """Number and code open the report in this browser."""
    form = await read_form(request)
    number, code = form["nomor"][:40], form["kode"]
    try:
        tracking_id = parse_tracking_id(number)
    except InvalidTrackingId as error:
        return _asked(request, number, {"nomor": (error.message, error.message_en)}, 422)
    if not code:
        missing = ("Kode akses wajib diisi.", "The access code is required.")
        return _asked(request, number, {"kode": missing}, 422)
    if not form.genuine:
        return _asked(request, number, {"kode": STALE}, 409)
    try:
        async with desk.database.reading() as tx:
            await access.check_code(tx, desk, tracking_id, code)
    except access.WrongCode:
        return _asked(request, number, {"kode": WRONG}, 422)
    response = RedirectResponse(f"/lacak/{format_tracking_id(tracking_id)}", 303)
    access.grant(request, response, desk, tracking_id)
    return response


@router.post("/lacak/lupakan")
async def forget(request: Request, desk: CurrentDesk) -> Response:
    """This browser opens no report any more, and hears of none."""
    form = await read_form(request)
    if form.genuine:
        await news.tell_of_none(request, desk)
    response = RedirectResponse("/lacak", 303)
    if form.genuine:
        await follow_browser.end_all(request, response, desk)
    access.forget_grants(response)
    response.delete_cookie(news.COOKIE, path="/lacak")
    return response


@router.get("/lacak/{tracking_id}")
async def follow(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """Status, what may be done now, timeline, answers and deadlines with their reasons."""
    return await case_page(request, desk, tracking_id)


def _asked(
    request: Request,
    number: str,
    errors: dict[str, Both],
    status: int = 200,
    *,
    open_here: Sequence[str] = (),
) -> Response:
    """`open_here`: the reports that this browser may open without being asked again."""
    shell: Shell = request.app.state.shell
    shown = errors_of(request, **errors)
    opened = [format_tracking_id(one) for one in reversed(open_here)]
    return shell.page(request, "track.html", status, number=number, errors=shown, open_here=opened)
