"""Who may see a report. A wrong code, an unknown id and a secret report get one answer, for the same work."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from services.intake import store
from services.intake.desk import Desk, desk_of
from services.intake.domain.view import Tracked
from shared.db.database import Transaction
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.web.problems import Problem, invalid, not_found, too_many

_NOBODY = UUID(int=0)
_LONGEST = 100
_header = APIKeyHeader(
    name="LAPOR-Access-Code",
    scheme_name="accessCode",
    auto_error=False,
    description="The code given when the report was filed. `Authorization: AccessCode <code>` works too.",
)


async def _given_code(request: Request, header: Annotated[str | None, Security(_header)]) -> str | None:
    if header:
        return header[:_LONGEST]
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip()[:_LONGEST] or None if scheme.lower() == "accesscode" else None


GivenCode = Annotated[str | None, Depends(_given_code)]


async def _required_code(code: GivenCode) -> str:
    # Said before anything is looked up: it tells nothing about the report.
    if code is None:
        raise Problem(
            401,
            "access-code-missing",
            "Sertakan kode akses laporan pada header LAPOR-Access-Code.",
            "Send the report's access code in the header LAPOR-Access-Code.",
            headers={"WWW-Authenticate": "AccessCode"},
        )
    return code


RequiredCode = Annotated[str, Depends(_required_code)]
CurrentDesk = Annotated[Desk, Depends(desk_of)]


async def open_report(tx: Transaction, desk: Desk, tracking_id: str, code: str | None) -> Tracked:
    """The report that a tracking id names, if `code` opens it, or without a code if it is public.

    Raises problems: 422 for a typing error (the id itself shows it), 404, 429. Failed attempts are counted
    by tracking id, whether it exists or not: addresses are not known here, on purpose. The window is short,
    so that nobody can lock a reporter out for long, and a code of 79 bits is not guessed in it.
    """
    try:
        parsed = parse_tracking_id(tracking_id)
    except InvalidTrackingId as error:
        raise invalid("tracking_id", error.message, error.message_en) from None
    if wait := desk.attempts.retry_after(parsed):
        raise too_many(wait)
    found = await store.locate(tx, parsed)
    opened = desk.keys.codes.verify(
        found.report_id if found else _NOBODY, code or "", found.access_hash if found else None
    )
    public = found is not None and found.tracked is not None and code is None
    if found is None or not (opened or public):
        desk.attempts.hit(parsed)
        raise not_found()
    return found.tracked or await store.track(tx, found.report_id)
