"""Officers sign in and out by page. What a form held when a session ended is carried through and sent on."""

import json
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.verification.domain.accounts import LONGEST_PASSWORD
from services.verification.officers.assembly import CALLBACK
from services.verification.officers.oidc import Provider, Untrusted
from services.verification.officers.sessions_api import CurrentDoor
from services.verification.officers.signing_in import SignedIn
from shared.web.pages import Form, Shell, read_form
from shared.web.pages.desk import NO_STORE, CurrentShell
from shared.web.pages.forms import FIELD
from shared.web.pages.officers import HOME, RENEWAL, WHERE, forget, keep_signed_in, local_path
from shared.web.problems import Problem

router = APIRouter(include_in_schema=False)

SESSION = "lapor_sesi"
"""What renews a token. Sent to the sign-in's own addresses only."""
ERRAND = "lapor_penyedia"
CARRIED = "bawaan"
"""The field that holds another form's fields while its officer signs in again."""
SIGN_IN = f"{HOME}/masuk"
SIGN_OUT = f"{HOME}/keluar"
PROVIDER = f"{SIGN_IN}/penyedia"

STALE = (
    "Halaman ini terlalu lama terbuka. Silakan kirim sekali lagi.",
    "This page was open for too long. Please send it once more.",
)
ENDED = ("Sesi Anda sudah berakhir. Silakan masuk kembali.", "Your session has ended. Please sign in again.")
AWAY = (
    "Penyedia identitas sedang tidak dapat dihubungi. Coba lagi, atau masuk dengan kata sandi.",
    "The identity provider cannot be reached. Try again, or sign in with a password.",
)
UNTRUSTED = (
    "Masuk lewat penyedia identitas tidak selesai. Silakan coba lagi.",
    "The sign-in by the identity provider was not completed. Please try again.",
)


@router.get(SIGN_IN)
async def ask(request: Request, shell: CurrentShell) -> Response:
    return _asked(request, shell, local_path(request.query_params.get(WHERE)))


@router.post(SIGN_IN)
async def sign_in(request: Request, shell: CurrentShell, door: CurrentDoor) -> Response:
    form = await read_form(request)
    then = local_path(form[WHERE])
    if not form.genuine:
        return _asked(request, shell, then, form, wrong=STALE)
    password = form.fields.get("kata_sandi", "")[:LONGEST_PASSWORD]
    try:
        signed_in = await door.with_password(
            form["nama"].casefold(),
            password,
            form["kode"].replace(" ", "") or None,
            request.scope.get("source"),
        )
    except Problem as problem:
        return _asked(request, shell, then, form, problem=problem)
    return _welcome(request, shell, signed_in, then, form[CARRIED])


@router.get(PROVIDER)
async def leave_for_provider(request: Request, shell: CurrentShell) -> Response:
    provider: Provider | None = request.app.state.provider
    then = local_path(request.query_params.get(WHERE))
    if provider is None:
        return RedirectResponse(f"{SIGN_IN}?{urlencode({WHERE: then})}", 303)
    try:
        address, carried = await provider.leave(then)
    except Untrusted:
        return _asked(request, shell, then, wrong=AWAY)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        ERRAND, carried, max_age=600, httponly=True, samesite="lax", secure=shell.secure, path=SIGN_IN
    )
    return response


@router.get(CALLBACK)
async def come_back(request: Request, shell: CurrentShell, door: CurrentDoor) -> Response:
    """From the provider. Whatever is wrong with it, the officer may try again."""
    provider: Provider | None = request.app.state.provider
    asked = request.query_params
    try:
        if provider is None:
            raise Untrusted("there is no provider")
        proven, then = await provider.come_back(
            request.cookies.get(ERRAND, ""), asked.get("state", ""), asked.get("code", "")
        )
    except Untrusted:
        return _asked(request, shell, HOME, wrong=UNTRUSTED)
    try:
        signed_in = await door.with_subject(proven.subject, proven.login)
    except Problem as problem:
        return _asked(request, shell, HOME, problem=problem)
    response = _welcome(request, shell, signed_in, local_path(then), "")
    response.delete_cookie(ERRAND, path=SIGN_IN)
    return response


@router.get(RENEWAL)
async def renew(request: Request, shell: CurrentShell, door: CurrentDoor) -> Response:
    then = local_path(request.query_params.get(WHERE))
    signed_in = await door.renewed(request.cookies.get(SESSION, ""))
    if signed_in is None:
        return RedirectResponse(f"{SIGN_IN}?{urlencode({WHERE: then})}", 303)
    response = RedirectResponse(then, 303)
    keep_signed_in(response, signed_in.token, secure=shell.secure)
    return response


@router.post(RENEWAL)
async def renew_and_send_on(request: Request, shell: CurrentShell, door: CurrentDoor) -> Response:
    """A form came with an expired token. It goes back where it was sent to, or waits for the sign-in."""
    then = local_path(request.query_params.get(WHERE))
    signed_in = await door.renewed(request.cookies.get(SESSION, ""))
    if signed_in is not None:
        response = RedirectResponse(then, 307)
        keep_signed_in(response, signed_in.token, secure=shell.secure)
        return response
    form = await read_form(request)
    kept = {name: value for name, value in form.fields.items() if name != FIELD}
    waiting = Form({CARRIED: json.dumps(kept)}, genuine=True)
    return _asked(request, shell, then, waiting, wrong=ENDED)


@router.post(SIGN_OUT)
async def sign_out(request: Request, shell: CurrentShell, door: CurrentDoor) -> Response:
    form = await read_form(request)
    response = RedirectResponse(SIGN_IN, 303)
    if form.genuine:
        await door.leave(request.cookies.get(SESSION, ""))
        forget(response, secure=shell.secure)
        response.delete_cookie(SESSION, path=HOME)
    return response


def _asked(
    request: Request,
    shell: Shell,
    then: str,
    form: Form | None = None,
    *,
    problem: Problem | None = None,
    wrong: tuple[str, str] | None = None,
) -> Response:
    """The sign-in, with what was typed (never the password) and what is wrong with it."""
    typed = form or Form({}, genuine=True)
    return shell.page(
        request,
        "sign_in.html",
        problem.status if problem else 200,
        headers={**NO_STORE, **(problem.headers if problem else {})},
        then=then,
        where=WHERE,
        login=typed["nama"],
        carried=typed[CARRIED],
        carried_name=CARRIED,
        code_needed=problem is not None and problem.code == "code-needed",
        wrong=wrong or ((problem.detail, problem.detail_en) if problem else None),
        provider=request.app.state.provider is not None,
        provider_path=f"{PROVIDER}?{urlencode({WHERE: then})}",
    )


def _welcome(request: Request, shell: Shell, signed_in: SignedIn, then: str, carried: str) -> Response:
    """On to where the officer wanted to go; a form that waited is offered to be sent again."""
    fields = _fields(carried)
    response: Response = (
        shell.page(request, "resume.html", headers=NO_STORE, then=then, fields=fields)
        if fields
        else RedirectResponse(then, 303)
    )
    keep_signed_in(response, signed_in.token, secure=shell.secure)
    response.set_cookie(
        SESSION, signed_in.session, httponly=True, samesite="lax", secure=shell.secure, path=HOME
    )
    return response


def _fields(carried: str) -> dict[str, str]:
    try:
        found = json.loads(carried or "{}")
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
