"""`/lacak`: a report's own page. Anyone sees its masked side; whoever shows the code, more."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.api.access import CurrentDesk
from services.intake.pages import access
from services.intake.pages.case import case_page
from shared.security.codes import InvalidTrackingId, format_tracking_id, parse_tracking_id
from shared.web.pages import Shell, read_form
from shared.web.pages.language import language_of

router = APIRouter(include_in_schema=False)

WRONG = (
    "Nomor laporan dan kode akses tidak cocok. Periksa keduanya pada tanda terima Anda.",
    "The number and the access code do not match. Please check both on your receipt.",
)
STALE = (
    "Formulir ini terlalu lama terbuka. Silakan kirim sekali lagi.",
    "This form was open for too long. Please send it once more.",
)


@router.get("/lacak")
async def ask(request: Request, nomor: str = "") -> Response:
    """Which report? A number in the address leads to its public side."""
    if not nomor.strip():
        return _asked(request, "", {})
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
async def forget(request: Request) -> Response:
    """This browser opens no report any more."""
    await read_form(request)
    response = RedirectResponse("/lacak", 303)
    access.forget_grants(response)
    return response


@router.get("/lacak/{tracking_id}")
async def follow(request: Request, desk: CurrentDesk, tracking_id: str) -> Response:
    """Status, what may be done now, timeline, answers and deadlines with their reasons."""
    return await case_page(request, desk, tracking_id)


def _asked(request: Request, number: str, errors: dict[str, tuple[str, str]], status: int = 200) -> Response:
    shell: Shell = request.app.state.shell
    english = language_of(request) == "en"
    shown = {name: words[english] for name, words in errors.items()}
    return shell.page(request, "track.html", status, number=number, errors=shown)
