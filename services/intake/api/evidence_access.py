"""Who may see or add files: the reporter with the access code, or an officer with a token, by role."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.intake import store
from services.intake.api.access import GivenCode, open_report
from services.intake.desk import Desk
from services.intake.domain.view import Tracked
from services.intake.evidence.viewing import may_add, may_see
from shared.db.database import Transaction
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.security.officers import officer
from shared.security.tokens import Officer
from shared.web.problems import Problem, invalid, not_found

_bearer = HTTPBearer(auto_error=False, scheme_name="officer", description="An officer's signed token.")
_Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


@dataclass(frozen=True, repr=False)
class Caller:
    """One of the two is there."""

    code: str | None
    officer: Officer | None


async def _caller(request: Request, code: GivenCode, credentials: _Bearer) -> Caller:
    if code is not None:
        return Caller(code, None)
    if credentials is not None:
        return Caller(None, await officer(request, credentials))
    # Said before anything is looked up: it tells nothing about the report.
    raise Problem(
        401,
        "access-code-missing",
        "Sertakan kode akses laporan pada header LAPOR-Access-Code.",
        "Send the report's access code in the header LAPOR-Access-Code.",
        headers={"WWW-Authenticate": "AccessCode"},
    )


CurrentCaller = Annotated[Caller, Depends(_caller)]


async def open_files(tx: Transaction, desk: Desk, tracking_id: str, caller: Caller) -> Tracked:
    """A report whose files this caller may see. Raises problems as `open_report`; 404 also out of scope."""
    if caller.officer is None:
        return await open_report(tx, desk, tracking_id, caller.code)
    return await _for_officer(tx, tracking_id, caller.officer)


async def open_for_adding(tx: Transaction, desk: Desk, tracking_id: str, caller: Caller) -> Tracked:
    """A report that this caller may add files to. Raises problems: as `open_files`, and 403."""
    tracked = await open_files(tx, desk, tracking_id, caller)
    if caller.officer is not None and not may_add(caller.officer, tracked):
        raise Problem(
            403,
            "role-not-allowed",
            "Hanya pelapor dan admin nasional yang dapat menambahkan bukti.",
            "Only the reporter and national administrators can add evidence.",
        )
    return tracked


async def _for_officer(tx: Transaction, tracking_id: str, who: Officer) -> Tracked:
    try:
        found = await store.locate(tx, parse_tracking_id(tracking_id))
    except InvalidTrackingId as error:
        raise invalid("tracking_id", error.message, error.message_en) from None
    if found is None:
        raise not_found()
    tracked = found.tracked or await store.track(tx, found.report_id)
    if not may_see(who, tracked):
        raise not_found()
    return tracked
