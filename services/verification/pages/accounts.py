"""`/petugas/akun`: officers' accounts by page, with the rules and the words of the accounts' API."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.verification.domain.accounts import may_manage
from services.verification.domain.deadline import ZONE
from services.verification.officers import accounts_api as api
from services.verification.officers import store
from services.verification.officers.accounts_api import AccountChange, AccountLine, AccountWanted
from services.verification.pages.access import Manager, Recorder
from services.verification.pages.signing_in import STALE
from services.verification.pages.words import wrong_fields
from shared.security.tokens import Officer, Role
from shared.web.pages import Shell, read_form
from shared.web.pages.desk import NO_STORE, CurrentShell
from shared.web.pages.language import language_of
from shared.web.pages.names import agency_name
from shared.web.pages.officers import HOME, ROLE_LABELS
from shared.web.problems import Problem, validation_problem

router = APIRouter(include_in_schema=False)
ACCOUNTS = f"{HOME}/akun"
ROWS = 50

ACTS = {
    "added": ("Akun dibuat", "Account added"),
    "changed": ("Diubah", "Changed"),
    "password-reset": ("Kata sandi diganti oleh pengelola", "Password reset by a manager"),
    "password-changed": ("Kata sandi diganti sendiri", "Password changed by its officer"),
    "second-factor-on": ("Faktor kedua diaktifkan", "Second factor set up"),
    "signed-in": ("Masuk", "Signed in"),
    "bound": ("Dihubungkan dengan penyedia identitas", "Bound to the identity provider"),
    "locked": ("Terkunci karena salah kata sandi", "Locked after wrong passwords"),
}
HOW = {
    "password": ("dengan kata sandi", "with the password"),
    "provider": ("lewat penyedia identitas", "by the identity provider"),
}


def _detail(name: str, value: Any) -> tuple[str, str]:
    """One detail of a record, as people read it."""
    match name:
        case "role" if value in set(Role):
            return ROLE_LABELS[Role(value)]
        case "agency":
            return agency_name(value), agency_name(value)
        case "disabled":
            return ("ditutup", "closed") if value else ("dibuka kembali", "opened again")
        case "how":
            return HOW.get(value, (value, value))
        case "failures":
            return f"{value} kali salah kata sandi", f"{value} wrong passwords"
    return f"{name}: {value}", f"{name}: {value}"


@router.get(ACCOUNTS)
async def accounts(request: Request, shell: CurrentShell, officer: Recorder) -> Response:
    """The accounts in one's scope; an auditor asks for one by name, and reads what was done to it."""
    if login := request.query_params.get("login", "").strip().casefold()[:100]:
        return RedirectResponse(f"{ACCOUNTS}/{quote(login, safe='')}", 303)
    return await _listed(request, shell, officer)


@router.post(ACCOUNTS)
async def add(request: Request, shell: CurrentShell, officer: Manager) -> Response:
    """The new account's page is this answer: its password is told once."""
    form = await read_form(request)
    typed = {name: form[name] for name in ("login", "name", "role", "agency")}
    if not form.genuine:
        return await _listed(request, shell, officer, typed, {"": STALE[language_of(request) == "en"]})
    named = {name: value for name, value in typed.items() if value}
    if form["provider_only"]:
        named["provider_only"] = "true"
    try:
        made = await api.add(request, AccountWanted.model_validate(named), officer)
    except (Problem, ValidationError) as refused:
        problem = refused if isinstance(refused, Problem) else validation_problem(refused.errors())
        wrong = wrong_fields(problem, english=language_of(request) == "en")
        return await _listed(request, shell, officer, typed, wrong)
    return await _one(request, shell, officer, made.login, made=made)


@router.get(f"{ACCOUNTS}/{{login}}")
async def one(request: Request, shell: CurrentShell, login: str, officer: Recorder) -> Response:
    return await _one(request, shell, officer, login)


@router.post(f"{ACCOUNTS}/{{login}}/kata-sandi")
async def reset(request: Request, shell: CurrentShell, login: str, officer: Manager) -> Response:
    form = await read_form(request)
    if not form.genuine:
        return await _one(request, shell, officer, login, wrong=STALE)
    return await _one(request, shell, officer, login, made=await api.reset(request, login, officer))


@router.post(f"{ACCOUNTS}/{{login}}/tutup")
async def close(request: Request, shell: CurrentShell, login: str, officer: Manager) -> Response:
    """Close an account, or open it again."""
    form = await read_form(request)
    if not form.genuine:
        return await _one(request, shell, officer, login, wrong=STALE)
    await api.change(request, login, AccountChange(disabled=form["act"] == "close"), officer)
    return RedirectResponse(f"{ACCOUNTS}/{login}", 303)


async def _listed(
    request: Request,
    shell: Shell,
    officer: Officer,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    manages = officer.role is not Role.AUDITOR
    after = request.query_params.get("setelah", "")[:100].replace("\0", "")
    page = await api.accounts(request, officer, after, ROWS) if manages else None
    given = {"role": Role.LIAISON.value, "agency": officer.agency or "", "login": "", "name": ""}
    return shell.page(
        request,
        "accounts.html",
        422 if errors else 200,
        headers=NO_STORE,
        officer=officer,
        manages=manages,
        lines=[(line, may_manage(officer, line.role, line.agency)) for line in page.officers] if page else [],
        next=f"{ACCOUNTS}?setelah={quote(page.next)}" if page and page.next else None,
        roles=[Role.LIAISON] if officer.role is Role.COORDINATOR else list(Role),
        role_labels=ROLE_LABELS,
        typed={**given, **(typed or {})},
        errors=errors or {},
    )


async def _one(
    request: Request,
    shell: Shell,
    officer: Officer,
    login: str,
    *,
    made: AccountLine | None = None,
    wrong: tuple[str, str] | None = None,
) -> Response:
    """Raises a 404 problem outside the officer's scope. An auditor reads what was done, and no more."""
    records = await api.records(request, login, officer)
    async with request.app.state.database.reading() as tx:
        account = await store.find(tx, login) if officer.role is not Role.AUDITOR else None
    told: list[dict[str, Any]] = [
        {"what": ACTS.get(one.act, (one.act, one.act)), "by": one.by, "at": one.at.astimezone(ZONE.tz),
         "details": [_detail(*named) for named in (one.detail or {}).items() if named[1] is not None]}
        for one in records
    ]  # fmt: skip
    return shell.page(
        request,
        "account.html",
        422 if wrong else 200,
        headers=NO_STORE,
        officer=officer,
        login=login,
        account=account,
        password=made.password if made else None,
        role_labels=ROLE_LABELS,
        records=told,
        wrong=wrong,
    )
