"""Who has shown the access code of a report, kept in the reader's own browser: sealed, for half a day.

The code itself is never in an address, and leaves the cookie of a fresh filing only for its receipt.
"""

import json
import time
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from services.intake import store
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
class Opened:
    """A report as this reader may see it."""

    tracked: Tracked
    owner: bool


class WrongCode(Exception):
    """The code does not open the report, or there is no such report: which of the two is not told."""


async def open_page(tx: Transaction, request: Request, desk: Desk, tracking_id: str) -> Opened:
    """The report for whoever has shown its code, or else its public side. Raises a 404 problem."""
    parsed = parsed_id(tracking_id)
    owner = parsed in grants(request, desk)
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


def grants(request: Request, desk: Desk) -> dict[str, int]:
    """The reports this browser may open, and until when (Unix time)."""
    try:
        raw = json.loads(desk.keys.box.unseal_text(GRANTS, request.cookies.get(GRANTS, "")))
    except (Unsealable, ValueError):
        return {}
    return {tracking_id: until for tracking_id, until in raw.items() if until > time.time()}


def grant(request: Request, response: Response, desk: Desk, tracking_id: str) -> None:
    """From now on this browser may open the report."""
    held = {**grants(request, desk), tracking_id: int(time.time()) + GRANT_SECONDS}
    newest = dict(sorted(held.items(), key=lambda item: item[1])[-MOST_GRANTS:])
    keep_sealed(response, desk, GRANTS, json.dumps(newest), path="/")


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
        fresh = Fresh.model_validate_json(desk.keys.box.unseal_text(FRESH, request.cookies.get(FRESH, "")))
    except (Unsealable, ValidationError):
        return None
    return fresh.access_code if fresh.tracking_id == tracking_id else None


def keep_sealed(
    response: Response, desk: Desk, name: str, content: str, *, path: str, max_age: int | None = None
) -> None:
    """A cookie that only this service can read; `max_age` in seconds, or until the browser is closed."""
    secure = desk.settings.public_url.startswith("https:")
    sealed = desk.keys.box.seal_text(name, content)
    response.set_cookie(
        name, sealed, max_age=max_age, path=path, httponly=True, samesite="lax", secure=secure
    )
