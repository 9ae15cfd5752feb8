"""An officer's first page, and one's own account: password and second factor."""

from collections.abc import Awaitable, Callable
from typing import Any

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.verification.domain.accounts import LONGEST_PASSWORD, Account, UnfitAccount, must_be_strong
from services.verification.officers import passwords, store
from services.verification.officers.sessions_api import Code, CurrentDoor, confirm_second_factor
from services.verification.officers.signing_in import Door
from services.verification.pages.signing_in import STALE
from shared.db.database import Transaction
from shared.security.tokens import Officer, Role
from shared.web.pages import Form, Shell, read_form
from shared.web.pages.desk import NO_STORE, CurrentShell
from shared.web.pages.officers import HOME, PageOfficer
from shared.web.problems import Problem

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
WRONG_CODE = ("tidak cocok; periksa jam ponsel Anda", "is not right; check your phone's clock")


@router.get(HOME)
async def home(officer: PageOfficer) -> Response:
    return RedirectResponse(FIRST[officer.role], 303)


@router.get(OWN)
async def own(request: Request, shell: CurrentShell, officer: PageOfficer) -> Response:
    return await _shown(request, shell, officer, done=request.query_params.get("selesai"))


@router.post(f"{OWN}/kata-sandi")
async def change_password(
    request: Request, shell: CurrentShell, officer: PageOfficer, door: CurrentDoor
) -> Response:
    """Every session ends, this one, too: the new password is tried at once."""
    form = await read_form(request)
    if not form.genuine:
        return await _shown(request, shell, officer, wrong={"": STALE})
    new = form.fields.get("baru", "")[:LONGEST_PASSWORD]
    try:
        must_be_strong(new, officer.id)
    except UnfitAccount as unfit:
        return await _shown(request, shell, officer, wrong={"baru": (unfit.message, unfit.message_en)})
    kept = await passwords.hashed(new)

    async def change(tx: Transaction, _: Account) -> None:
        await store.set_password(tx, officer.id, kept)
        await store.record(tx, officer.id, "password-changed", officer.id)

    if wrong := await _unproven(request, door, officer, form, ("sekarang", "kode_sekarang"), change):
        return await _shown(request, shell, officer, wrong=wrong)
    return RedirectResponse(f"{HOME}/masuk", 303)


@router.post(f"{OWN}/faktor-kedua")
async def offer(request: Request, shell: CurrentShell, officer: PageOfficer, door: CurrentDoor) -> Response:
    """Shows the secret once, as a code to photograph and as text to type."""
    form = await read_form(request)
    if not form.genuine:
        return await _shown(request, shell, officer, wrong={"": STALE})
    secret = passwords.new_secret()

    async def offer(tx: Transaction, _: Account) -> None:
        await store.offer_totp(tx, officer.id, door.keys.close(officer.id, secret))

    if wrong := await _unproven(request, door, officer, form, ("sandi", "kode_lama"), offer):
        return await _shown(request, shell, officer, wrong=wrong)
    return await _shown(request, shell, officer, secret=secret, offered=True)


@router.post(f"{OWN}/faktor-kedua/kode")
async def confirm(request: Request, shell: CurrentShell, officer: PageOfficer, door: CurrentDoor) -> Response:
    """After a wrong code the secret is not shown again: whoever found a browser open has proven nothing."""
    form = await read_form(request)
    if not form.genuine:
        return await _shown(request, shell, officer, offered=True, wrong={"": STALE})
    code = Code.model_construct(code=form["kode"].replace(" ", ""))
    try:
        await confirm_second_factor(request, code, officer, door)
    except Problem as problem:
        wrong = WRONG_CODE if problem.errors else (problem.detail, problem.detail_en)
        return await _shown(request, shell, officer, offered=True, wrong={"kode": wrong})
    return RedirectResponse(f"{OWN}?selesai=faktor", 303)


async def _unproven(  # noqa: PLR0917 - who asks, with what, for what
    request: Request,
    door: Door,
    officer: Officer,
    form: Form,
    names: tuple[str, str],
    then: Callable[[Transaction, Account], Awaitable[None]],
) -> dict[str, tuple[str, str]]:
    """Does `then` if the fields `names` hold the account's password and code; else what is wrong."""
    password, code = form.fields.get(names[0], "")[:LONGEST_PASSWORD], form[names[1]].replace(" ", "") or None
    try:
        await door.proven(officer.id, password, code, request.scope.get("source"), then)
    except Problem as problem:
        return {names[problem.code == "code-needed"]: (problem.detail, problem.detail_en)}
    return {}


async def _shown(
    request: Request,
    shell: Shell,
    officer: Officer,
    *,
    wrong: dict[str, tuple[str, str]] | None = None,
    secret: str | None = None,
    offered: bool = False,
    done: str | None = None,
) -> Response:
    async with request.app.state.database.reading() as tx:
        account = await store.find(tx, officer.id)
    english = request.query_params.get("lang", request.cookies.get("lapor_bahasa")) == "en"
    errors: dict[str, Any] = {name: words[english] for name, words in (wrong or {}).items()}
    uri = passwords.enrolment_uri(secret, officer.id) if secret else None
    # On white with its quiet zone, in the dark scheme too: else no telephone can read it.
    qr = segno.make(uri).svg_data_uri(scale=5, border=4, dark="#000", light="#fff") if uri else None
    return shell.page(
        request,
        "me.html",
        422 if wrong else 200,
        headers=NO_STORE,
        officer=officer,
        account=account,
        errors=errors,
        secret=secret,
        offered=offered,
        qr=qr,
        done=done,
    )
