"""FastAPI dependencies that say who calls. Refusals are problems: 401 who are you, 403 not in your role.

The verifier is read from ``app.state.tokens``. Whether an officer may see a given case is the service's rule.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.security.tokens import InvalidToken, Officer, Role, TokenVerifier
from shared.web.problems import Problem

_bearer = HTTPBearer(auto_error=False, scheme_name="officer", description="An officer's signed token.")


async def officer(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Officer:
    """The officer who calls. Raises a 401 problem."""
    verifier: TokenVerifier | None = request.app.state.tokens
    if verifier is None:
        raise Problem(
            503,
            "officers-not-configured",
            "Layanan ini belum diberi kunci untuk memeriksa token petugas.",
            "This service was given no key to check officers' tokens with (LAPOR_TOKEN_PUBLIC_KEY).",
        )
    if credentials is None:
        raise _unauthorised(
            "not-signed-in",
            "Permintaan ini memerlukan token petugas.",
            "This request needs an officer's token.",
        )
    try:
        return verifier.verify(credentials.credentials)
    except InvalidToken as error:
        if error.expired:
            raise _unauthorised(
                "token-expired",
                "Token petugas sudah kedaluwarsa. Silakan masuk kembali.",
                "The officer's token has expired. Please sign in again.",
            ) from error
        raise _unauthorised(
            "token-invalid", "Token petugas tidak sah.", "The officer's token is not valid."
        ) from error


CurrentOfficer = Annotated[Officer, Depends(officer)]


def require(*roles: Role) -> Callable[[Officer], Awaitable[Officer]]:
    """A dependency that lets only ``roles`` through, as in ``Depends(require(Role.NATIONAL_ADMIN))``."""
    if not roles:
        raise ValueError("name the roles that may pass")
    allowed = ", ".join(roles)

    async def permitted(caller: CurrentOfficer) -> Officer:
        if caller.role not in roles:
            raise Problem(
                403,
                "role-not-allowed",
                f"Peran {caller.role} tidak berwenang di sini; yang berwenang: {allowed}.",
                f"The role {caller.role} may not do this; these may: {allowed}.",
            )
        return caller

    return permitted


def _unauthorised(code: str, detail: str, detail_en: str) -> Problem:
    # RFC 9110 wants the header that says how to sign in.
    return Problem(401, code, detail, detail_en, headers={"WWW-Authenticate": 'Bearer realm="lapor"'})
