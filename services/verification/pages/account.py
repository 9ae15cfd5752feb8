"""An officer's first page, and one's own account: password and second factor."""

from typing import Any

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.verification.domain.accounts import UnfitAccount, must_be_strong
from services.verification.officers import passwords, store
from services.verification.officers.sessions_api import CurrentDoor
from services.verification.pages.signing_in import STALE, CurrentShell
from shared.security.tokens import Officer, Role
from shared.web.pages import Shell, read_form
from shared.web.pages.officers import HOME, PageOfficer

router = APIRouter(include_in_schema=False)

OWN = f"{HOME}/saya"
FIRST = {
    Role.NATIONAL_ADMIN: f"{HOME}/antrean",
    Role.COORDINATOR: f"{HOME}/disposisi",
    Role.LIAISON: f"{HOME}/disposisi",
    Role.SUPERVISOR: f"{HOME}/disposisi",
    Role.OPERATOR: f"{HOME}/konsol",
    Role.AUDITOR: f"{HOME}/akun",
}
"""Where a day's work begins."""
WRONG_PASSWORD = ("bukan kata sandi Anda yang sekarang", "is not your present password")
WRONG_CODE = ("tidak cocok; periksa jam ponsel Anda", "is not right; check your phone's clock")


@router.get(HOME)
async def home(officer: PageOfficer) -> Response:
    return RedirectResponse(FIRST[officer.role], 303)


@router.get(OWN)
async def own(request: Request, shell: CurrentShell, officer: PageOfficer) -> Response:
    return await _shown(request, shell, officer, done=request.query_params.get("selesai"))


@router.post(f"{OWN}/kata-sandi")
async def change_password(request: Request, shell: CurrentShell, officer: PageOfficer) -> Response:
    """Every session ends, this one, too: the new password is tried at once."""
    form = await read_form(request)
    if not form.genuine:
        return await _shown(request, shell, officer, wrong={"": STALE})
    current, new = form.fields.get("sekarang", ""), form.fields.get("baru", "")
    async with request.app.state.database.reading() as tx:
        account = await store.find(tx, officer.id)
    if not await passwords.matches(current, account.password if account else None):
        return await _shown(request, shell, officer, wrong={"sekarang": WRONG_PASSWORD})
    try:
        must_be_strong(new, officer.id)
    except UnfitAccount as unfit:
        return await _shown(request, shell, officer, wrong={"baru": (unfit.message, unfit.message_en)})
    kept = await passwords.hashed(new)
    async with request.app.state.database.transaction() as tx:
        await store.set_password(tx, officer.id, kept)
        await store.record(tx, officer.id, "password-changed", officer.id)
    return RedirectResponse(f"{HOME}/masuk", 303)


@router.post(f"{OWN}/faktor-kedua")
async def offer(request: Request, shell: CurrentShell, officer: PageOfficer, door: CurrentDoor) -> Response:
    """Shows the secret once, as a code to photograph and as text to type."""
    form = await read_form(request)
    if not form.genuine:
        return await _shown(request, shell, officer, wrong={"": STALE})
    secret = passwords.new_secret()
    async with request.app.state.database.transaction() as tx:
        await store.offer_totp(tx, officer.id, door.keys.close(officer.id, secret))
    return await _shown(request, shell, officer, secret=secret)


@router.post(f"{OWN}/faktor-kedua/kode")
async def confirm(request: Request, shell: CurrentShell, officer: PageOfficer, door: CurrentDoor) -> Response:
    form = await read_form(request)
    async with request.app.state.database.transaction() as tx:
        closed = await store.offered_totp(tx, officer.id)
        secret = door.keys.open(officer.id, closed) if closed else None
        step = passwords.step_of(secret, form["kode"].replace(" ", ""), 0) if secret else None
        if form.genuine and step is not None:
            await store.confirm_totp(tx, officer.id, step)
            await store.record(tx, officer.id, "second-factor-on", officer.id)
            return RedirectResponse(f"{OWN}?selesai=faktor", 303)
    return await _shown(request, shell, officer, secret=secret, wrong={"kode": WRONG_CODE})


async def _shown(
    request: Request,
    shell: Shell,
    officer: Officer,
    *,
    wrong: dict[str, tuple[str, str]] | None = None,
    secret: str | None = None,
    done: str | None = None,
) -> Response:
    async with request.app.state.database.reading() as tx:
        account = await store.find(tx, officer.id)
    english = request.query_params.get("lang", request.cookies.get("lapor_bahasa")) == "en"
    errors: dict[str, Any] = {name: words[english] for name, words in (wrong or {}).items()}
    uri = passwords.enrolment_uri(secret, officer.id) if secret else None
    return shell.page(
        request,
        "saya.html",
        422 if wrong else 200,
        headers={"Cache-Control": "no-store"},
        officer=officer,
        account=account,
        errors=errors,
        secret=secret,
        qr=segno.make(uri).svg_data_uri(scale=5, border=2) if uri else None,
        done=done,
    )
