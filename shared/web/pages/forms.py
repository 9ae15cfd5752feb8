"""Forms as browsers send them: read within a limit, and known to come from a page of ours.

A form is ours if its token is also in a cookie, which no other site can read or write, and if the browser,
where it says so, was on a page of ours. Nothing is kept on the server: no session ends while somebody types.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from shared.web.problems import Problem

COOKIE = "lapor_formulir"
FIELD = "formulir"
LONGEST = 256 * 1024
"""Bytes of a form: the longest report, percent-encoded in any script."""
MOST_FIELDS = 100
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_OURS = {"same-origin", "none"}


@dataclass(frozen=True)
class Form:
    """What was typed. `genuine`: sent from a page of ours; if not, show it again and act on nothing."""

    fields: dict[str, str]
    genuine: bool

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def __repr__(self) -> str:
        return "Form(…)"


async def read_form(request: Request) -> Form:
    """The fields; of a name that comes twice, the last. Raises problems 403 and 413."""
    refuse_foreign(request)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST:
                raise Problem(413, "too-large", "Isian terlalu panjang.", "The form is too long.")
    except ClientDisconnect:
        raise Problem(
            400, "cut-short", "Kiriman terputus sebelum selesai.", "The request ended before its end."
        ) from None
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="replace",
        )
    except ValueError:
        raise Problem(400, "unreadable", "Formulir tidak dapat dibaca.", "The form cannot be read.") from None
    fields = {name: value.replace("\r\n", "\n") for name, value in pairs}
    return Form(fields, genuine=is_ours(request, fields.get(FIELD, "")))


def refuse_foreign(request: Request) -> None:
    """Raises a 403 problem where the browser says that another site sent it."""
    if request.headers.get("sec-fetch-site", "same-origin") not in _OURS:
        raise Problem(
            403,
            "foreign-form",
            "Kiriman ini tidak berasal dari halaman kami.",
            "This was not sent from a page of ours.",
        )


def is_ours(request: Request, token: str) -> bool:
    """Whether `token` is the one in the cookie."""
    kept = request.cookies.get(COOKIE, "")
    return bool(_TOKEN.fullmatch(kept)) and hmac.compare_digest(kept.encode(), token.encode())


def token_for(request: Request) -> str:
    """The reader's token, or a new one."""
    kept = request.cookies.get(COOKIE, "")
    return kept if _TOKEN.fullmatch(kept) else secrets.token_urlsafe(24)


def keep_token(response: Response, token: str, *, secure: bool) -> None:
    """A session cookie; `lax`, so that a page opened from a mail finds it."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")
