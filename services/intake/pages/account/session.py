"""Who is signed in to an account, in the reader's own browser: the token that the API gives, in a cookie.

A contact that waits for its code is kept sealed in a second cookie, and never in an address.
"""

import json
import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from services.intake.accounts.desk import Address, read_session
from services.intake.accounts.sessions import InvalidSession, Session
from services.intake.accounts.store import CODE_SECONDS
from services.intake.api.access import CurrentDesk
from services.intake.desk import Desk
from services.intake.pages.access import keep_sealed, kept_sealed
from shared.contracts import Channel
from shared.web.problems import Problem

HOME = "/akun"
SIGN_IN = f"{HOME}/masuk"
COOKIE = "lapor_akun"
WAITING = "lapor_masuk"


async def page_session(request: Request, desk: CurrentDesk) -> Session:
    """Who is signed in, by the token alone; each page looks at the account itself."""
    return read_session(desk.sessions, request.cookies.get(COOKIE))


PageSession = Annotated[Session, Depends(page_session)]


def signed_in(request: Request, desk: Desk) -> Session | None:
    """The same for pages that need nobody to be signed in."""
    try:
        return desk.sessions.read(request.cookies.get(COOKIE, ""))
    except InvalidSession:
        return None


class SignedInRoute(APIRoute):
    """Sends whoever is not signed in, or not any longer, to sign in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                if problem.code != "session-over":
                    raise
                was_in = COOKIE in request.cookies
                response = RedirectResponse(f"{SIGN_IN}?lalu=berakhir" if was_in else SIGN_IN, 303)
                forget_session(response)
                return response

        return handled


def keep_session(response: Response, desk: Desk, session: Session) -> None:
    """Until the browser is closed, or the token is over."""
    token, _ = desk.sessions.issue(session)
    secure = desk.settings.public_url.startswith("https:")
    response.set_cookie(COOKIE, token, path="/", httponly=True, samesite="lax", secure=secure)
    response.delete_cookie(WAITING, path=HOME)


def forget_session(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/")


def keep_waiting(response: Response, desk: Desk, address: Address) -> None:
    """Remember to which contact a code was sent, for as long as the code is good."""
    content = {"channel": address.channel, "value": address.value, "until": int(time.time()) + CODE_SECONDS}
    keep_sealed(response, desk, WAITING, json.dumps(content), path=HOME)


def waiting(request: Request, desk: Desk) -> Address | None:
    """The contact that waits for its code, if this browser asked for one a moment ago."""
    try:
        content = json.loads(kept_sealed(request, desk, WAITING))
    except ValueError:
        return None
    if content["until"] < time.time():
        return None
    return Address(Channel(content["channel"]), content["value"])
