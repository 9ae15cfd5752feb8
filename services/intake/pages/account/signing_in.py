"""`/akun/masuk`: a code to one's mail or telephone, and with it into the account. The first time makes it.

Whether a contact has an account shows in no answer, as in the API.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.intake.accounts import desk as accounts
from services.intake.accounts.desk import Address
from services.intake.accounts.store import CODE_SECONDS
from services.intake.api.access import CurrentDesk
from services.intake.api.accounts import AddressInput
from services.intake.desk import Desk
from services.intake.pages.account import session as kept
from services.intake.pages.telling import STALE, Both, errors_of
from shared.contracts import Channel
from shared.web.pages import Form, Shell, read_form
from shared.web.pages.language import language_of
from shared.web.problems import Problem
from shared.web.validation import field_error

router = APIRouter(prefix=kept.HOME, include_in_schema=False)

_MISSING = ("Isi alamat surel atau nomor telepon Anda.", "Give your e-mail address or telephone number.")
_NO_CODE = ("Kode terdiri dari 6 angka.", "The code has 6 digits.")
_WRONG = (
    "Kode salah atau sudah tidak berlaku. Minta kode baru bila perlu.",
    "The code is wrong or no longer valid. Ask for a new one if need be.",
)


@router.get("/masuk")
async def ask(request: Request, desk: CurrentDesk, lalu: str = "") -> Response:
    """Where is the code to go?"""
    if kept.signed_in(request, desk):
        return RedirectResponse(kept.HOME, 303)
    return _asked(request, before=lalu)


@router.post("/masuk")
async def send(request: Request, desk: CurrentDesk) -> Response:
    """Has a code sent, whoever it is."""
    form = await read_form(request)
    typed = form["kontak"][:254]
    address, wrong = _address(typed)
    if address is None or not form.genuine:
        return _asked(request, typed, wrong or STALE, 422 if wrong else 409)
    return await _send(request, desk, address, form)


@router.post("/kode/baru")
async def send_again(request: Request, desk: CurrentDesk) -> Response:
    """Another code to the same contact; the one before is good for nothing then."""
    form, address = await read_form(request), kept.waiting(request, desk)
    if address is None:
        return RedirectResponse(kept.SIGN_IN, 303)
    if not form.genuine:
        return _entering(request, address, STALE, 409)
    return await _send(request, desk, address, form)


@router.get("/kode")
async def enter(request: Request, desk: CurrentDesk) -> Response:
    """What has come?"""
    address = kept.waiting(request, desk)
    return _entering(request, address) if address else RedirectResponse(kept.SIGN_IN, 303)


@router.post("/kode")
async def sign_in(request: Request, desk: CurrentDesk) -> Response:
    """The newest code opens the account."""
    form, address = await read_form(request), kept.waiting(request, desk)
    if address is None:
        return RedirectResponse(kept.SIGN_IN, 303)
    code = "".join(form["kode"].split())
    if not (len(code) == 6 and code.isascii() and code.isdecimal()):
        return _entering(request, address, _NO_CODE, 422)
    if not form.genuine:
        return _entering(request, address, STALE, 409)
    async with desk.database.transaction() as tx:
        session = await accounts.sign_in(tx, desk.keys, address, code)
    if session is None:
        return _entering(request, address, _WRONG, 422)
    response = RedirectResponse(kept.HOME, 303)
    kept.keep_session(response, desk, session)
    return response


async def _send(request: Request, desk: Desk, address: Address, form: Form) -> Response:
    most = desk.settings.account_codes_per_minute
    try:
        desk.code_guard.admit(request, form["proof"])
        async with desk.database.transaction() as tx:
            await accounts.send_code(tx, desk.keys, address, language_of(request), most)
    except Problem as problem:
        if problem.status != 429:
            raise
        words = (problem.detail, problem.detail_en)
        challenge = (problem.headers.get("LAPOR-Challenge"), problem.headers.get("LAPOR-Challenge-Bits"))
        return _asked(request, address.value, words, 429, challenge=challenge)
    response = RedirectResponse(f"{kept.HOME}/kode", 303)
    kept.keep_waiting(response, desk, address)
    return response


def _address(typed: str) -> tuple[Address | None, Both | None]:
    if not typed:
        return None, _MISSING
    try:
        return AddressInput.model_validate({"email" if "@" in typed else "phone": typed}).address(), None
    except ValidationError as error:
        wrong = field_error(error.errors()[0])
        if "@" in typed:
            return None, (f"Alamat surel {wrong.message}.", f"The e-mail address {wrong.message_en}.")
        return None, (wrong.message, wrong.message_en)


def _asked(
    request: Request,
    typed: str = "",
    wrong: Both | None = None,
    status: int = 200,
    *,
    before: str = "",
    challenge: tuple[str | None, str | None] = (None, None),
) -> Response:
    """The page that asks for a contact; with a challenge, the browser computes a proof and sends again."""
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        "account_sign_in.html",
        status,
        typed=typed,
        errors=errors_of(request, kontak=wrong),
        before=before,
        challenge=challenge,
    )


def _entering(request: Request, address: Address, wrong: Both | None = None, status: int = 200) -> Response:
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        "account_code.html",
        status,
        contact=veiled(address),
        by_mail=address.channel is Channel.EMAIL,
        minutes=CODE_SECONDS // 60,
        errors=errors_of(request, kode=wrong),
    )


def veiled(address: Address) -> str:
    """Enough to recognise one's own contact, and no more for whoever looks over the shoulder."""
    if address.channel is Channel.EMAIL:
        name, _, domain = address.value.rpartition("@")
        return f"{name[:1]}…@{domain}"
    return f"{address.value[:3]} … {address.value[-3:]}"
