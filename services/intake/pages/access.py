"""Who has shown the access code of a report, kept in the reader's own browser: sealed, for half a day.

What an account opened is over, in every browser, when the account's sessions are. The code itself is never in
an address, and leaves the cookie of a fresh filing only for its receipt.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.intake import store
from services.intake.accounts import store as accounts
from services.intake.accounts.sessions import Session
from services.intake.desk import Desk
from services.intake.domain.view import Tracked
from shared.db.database import Transaction
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.security.sealing import Unsealable
from shared.web.problems import Problem, not_found, too_many

GRANTS = "lapor_akses"
GRANT_SECONDS = 12 * 3600
MOST_GRANTS = 12
FRESH = "lapor_baru"
FRESH_SECONDS = 3600
_NOBODY = UUID(int=0)


class Fresh(BaseModel):
    """What a reporter is shown once, right after filing."""

    tracking_id: str
    access_code: str


@dataclass(frozen=True)
class Grant:
    """Opens one report until a moment (Unix time); if an account gave it, only while its session stands."""

    until: int
    account: Session | None = None


@dataclass(frozen=True)
class Opened:
    """A report as this reader may see it."""

    tracked: Tracked
    owner: bool


_GRANTS = TypeAdapter(dict[str, Grant])


class WrongCode(Exception):
    """The code does not open the report, or there is no such report: which of the two is not told."""


async def open_page(tx: Transaction, request: Request, desk: Desk, tracking_id: str) -> Opened:
    """The report for whoever has shown its code, or else its public side. Raises a 404 problem."""
    parsed = parsed_id(tracking_id)
    given = grants(request, desk).get(parsed)
    owner = given is not None and (given.account is None or await accounts.stands(tx, given.account))
    found = await store.locate(tx, parsed)
    if found is None or not (owner or found.tracked):
        raise not_found()
    return Opened(found.tracked or await store.track(tx, found.report_id), owner)


async def check_code(tx: Transaction, desk: Desk, tracking_id: str, code: str) -> UUID:
    """The id of the report that the code opens. Raises `WrongCode`, and a 429 problem after too many tries
    for one tracking id.
    """
    if wait := desk.attempts.retry_after(tracking_id):
        raise too_many(wait)
    found = await store.locate(tx, tracking_id)
    report_id, stored = (found.report_id, found.access_hash) if found else (_NOBODY, None)
    if not desk.keys.codes.verify(report_id, code[:100], stored):
        desk.attempts.hit(tracking_id)
        raise WrongCode
    return report_id


def parsed_id(tracking_id: str) -> str:
    """In an address a mistyped id is a page that does not exist."""
    try:
        return parse_tracking_id(tracking_id)
    except InvalidTrackingId:
        raise not_found() from None


def require_owner(opened: Opened) -> Tracked:
    """Raises a 401 problem for whoever has not shown the code."""
    if not opened.owner:
        raise Problem(
            401,
            "access-code-missing",
            "Masukkan dahulu nomor laporan dan kode akses Anda.",
            "Please enter the report's number and your access code first.",
        )
    return opened.tracked


def grants(request: Request, desk: Desk) -> dict[str, Grant]:
    """The reports this browser was given to open, by tracking id; whether an account still stands, the
    database tells.
    """
    try:
        raw = _GRANTS.validate_json(kept_sealed(request, desk, GRANTS))
    except ValidationError:
        return {}
    return {tracking_id: given for tracking_id, given in raw.items() if given.until > time.time()}


async def opened_here(request: Request, desk: Desk) -> list[str]:
    """The tracking ids of the reports this browser may open."""
    given = grants(request, desk)
    sessions = {one.account for one in given.values() if one.account}
    ended: set[Session] = set()
    if sessions:
        async with desk.database.reading() as tx:
            ended = {session for session in sessions if not await accounts.stands(tx, session)}
    return [tracking_id for tracking_id, one in given.items() if one.account not in ended]


def grant(
    request: Request, response: Response, desk: Desk, tracking_id: str, account: Session | None = None
) -> None:
    """From now on this browser may open the report; through an account, until that is signed out."""
    held = {**grants(request, desk), tracking_id: Grant(int(time.time()) + GRANT_SECONDS, account)}
    newest = dict(sorted(held.items(), key=lambda item: item[1].until)[-MOST_GRANTS:])
    keep_sealed(response, desk, GRANTS, _GRANTS.dump_json(newest).decode(), path="/")


def forget_grants(response: Response) -> None:
    """For a device that others use, too."""
    for name, path in ((GRANTS, "/"), (FRESH, "/tanda-terima")):
        response.delete_cookie(name, path=path)


def hand_over(response: Response, desk: Desk, fresh: Fresh) -> None:
    """Take the access code to the receipt, sealed."""
    keep_sealed(response, desk, FRESH, fresh.model_dump_json(), path="/tanda-terima", max_age=FRESH_SECONDS)


def handed_over(request: Request, desk: Desk, tracking_id: str) -> str | None:
    """The access code of a report that was filed just now in this browser."""
    try:
        fresh = Fresh.model_validate_json(kept_sealed(request, desk, FRESH))
    except ValidationError:
        return None
    return fresh.access_code if fresh.tracking_id == tracking_id else None


def kept_sealed(request: Request, desk: Desk, name: str) -> str:
    """What `keep_sealed` kept; empty, if there is nothing of ours."""
    try:
        return desk.keys.box.unseal_text(name, request.cookies.get(name, ""))
    except Unsealable:
        return ""


def keep_sealed(
    response: Response, desk: Desk, name: str, content: str, *, path: str, max_age: int | None = None
) -> None:
    """A cookie that only this service can read; `max_age` in seconds, or until the browser is closed."""
    secure = desk.settings.public_url.startswith("https:")
    sealed = desk.keys.box.seal_text(name, content)
    response.set_cookie(
        name, sealed, max_age=max_age, path=path, httponly=True, samesite="lax", secure=secure
    )
