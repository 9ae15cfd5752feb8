"""Officers on pages: who is signed in, and the way to sign in for whoever is not.

The cookie holds the same short-lived token that calls of the API carry; verification alone can renew it. A
form sent with an expired one goes by way of the renewal and arrives as it was (307 keeps method and body).
"""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from shared.security.tokens import InvalidToken, Officer, Role, TokenVerifier
from shared.web.pages.names import agency_name
from shared.web.problems import Problem

COOKIE = "lapor_petugas"
HOME = "/petugas"
RENEWAL = "/petugas/perpanjang"
WHERE = "lalu"
"""The query's name for where somebody wanted to go."""

ROLE_LABELS = {
    Role.NATIONAL_ADMIN: ("Admin nasional", "National administrator"),
    Role.COORDINATOR: ("Koordinator instansi", "Agency coordinator"),
    Role.LIAISON: ("Pejabat penghubung", "Liaison officer"),
    Role.SUPERVISOR: ("Pengawas", "Supervisor"),
    Role.OPERATOR: ("Operator", "Operator"),
    Role.AUDITOR: ("Auditor", "Auditor"),
}


def role_label(role: Role, lang: str) -> str:
    """A role as people read it; templates for officers call it."""
    return ROLE_LABELS[role][lang == "en"]


def scope_label(officer: Officer, lang: str) -> str:
    """For whom an officer works, by name; templates for officers call it."""
    if officer.agency:
        return agency_name(officer.agency)
    return "All of Indonesia" if lang == "en" else "Seluruh Indonesia"


class NotSignedIn(Exception):
    """Raise it below a page: the browser is sent to sign in, and comes back."""


async def page_officer(request: Request) -> Officer:
    """The officer whose browser asks."""
    verifier: TokenVerifier = request.app.state.tokens
    try:
        return verifier.verify(request.cookies.get(COOKIE, ""))
    except InvalidToken:
        raise NotSignedIn from None


PageOfficer = Annotated[Officer, Depends(page_officer)]


def in_role(*roles: Role) -> Callable[[Officer], Awaitable[Officer]]:
    """A dependency for a page that only `roles` may see, as in ``Depends(in_role(Role.OPERATOR))``."""

    async def permitted(officer: PageOfficer) -> Officer:
        if officer.role not in roles:
            raise Problem(
                403,
                "role-not-allowed",
                "Halaman ini bukan untuk peran Anda.",
                "This page is not for your role.",
            )
        return officer

    return permitted


def local_path(text: str | None) -> str:
    """Where to go after signing in: a page for officers, or their first; never another site."""
    path = text or HOME
    own = path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))
    return path if own and not any(mark in path for mark in ("\\", "//", "\r", "\n")) else HOME


def install_sign_in(app: FastAPI) -> None:
    """Send whoever is not signed in to the sign-in."""

    @app.exception_handler(NotSignedIn)
    async def _elsewhere(request: Request, _: Exception) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        there = f"{RENEWAL}?{urlencode({WHERE: request.url.path + query})}"
        return RedirectResponse(there, 303 if request.method in {"GET", "HEAD"} else 307)


def keep_signed_in(response: Response, token: str, *, secure: bool) -> None:
    """A session cookie; `lax`, since an identity provider sends officers back from its own site."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path=HOME)


def forget(response: Response, *, secure: bool) -> None:
    """Take the session's cookie from the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure, path=HOME)
