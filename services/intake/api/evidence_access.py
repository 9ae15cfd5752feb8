"""Who may see or add files: the reporter with the access code, or an officer with a token."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.intake import store
from services.intake.api.access import GivenCode, open_report
from services.intake.desk import Desk
from services.intake.domain.evidence import ForLeg
from services.intake.domain.view import Tracked
from services.intake.evidence.viewing import leg_for, may_add, may_see, visible
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
        return visible(await open_report(tx, desk, tracking_id, caller.code), None)
    return visible(await for_officer(tx, tracking_id, caller.officer), caller.officer)


@dataclass(frozen=True)
class Adding:
    """A report that its caller may add files to; `leg` where the file shows an agency's work."""

    tracked: Tracked
    leg: ForLeg | None


async def open_for_adding(
    tx: Transaction, desk: Desk, tracking_id: str, caller: Caller, leg_id: UUID | None = None
) -> Adding:
    """Raises problems: as `open_files`, and 403 for who may add nothing, or not for this leg."""
    if caller.officer is None:
        if leg_id is not None:
            raise invalid("leg_id", "hanya untuk petugas instansi", "for officers of an agency alone")
        return Adding(await open_report(tx, desk, tracking_id, caller.code), None)
    tracked = await for_officer(tx, tracking_id, caller.officer)
    if leg_id is None and may_add(caller.officer, tracked):
        return Adding(tracked, None)
    return Adding(tracked, require_leg(caller.officer, tracked, leg_id))


def require_leg(officer: Officer, tracked: Tracked, leg_id: UUID | None) -> ForLeg:
    """Raises a 403 problem where the officer has no such leg to show work for."""
    leg = leg_for(officer, tracked, leg_id)
    if leg is None:
        raise Problem(
            403,
            "role-not-allowed",
            "Bukti ditambahkan oleh pelapor, admin nasional, atau instansi yang memegang disposisinya.",
            "Evidence is added by the reporter, national administrators, or the agency that has the leg.",
        )
    return leg


async def for_officer(tx: Transaction, tracking_id: str, who: Officer) -> Tracked:
    """A report in the officer's scope with all its files. Raises problems: 422, 404."""
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
