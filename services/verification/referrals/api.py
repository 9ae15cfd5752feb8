"""The package for the Ombudsman over HTTP, as data or to be read. Whoever makes one is written down."""

import asyncio
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.verification import audit_store, desk_store, store
from services.verification.api.access import NationalAdmin, scope_of
from services.verification.domain.fold import fold
from services.verification.domain.referral import NotReferable, must_be_referable, package_of
from shared.web.problems import Problem, not_found

router = APIRouter(prefix="/v1/cases", tags=["cases"])


@router.get("/{report_id}/referral")
async def referral(
    request: Request,
    report_id: UUID,
    officer: NationalAdmin,
    format: Literal["json", "pdf"] = "json",  # noqa: A002
) -> Response:
    """The case, its facts and its evidence's hashes, for the Ombudsman. 409 while there is no consent."""
    async with request.app.state.database.transaction() as tx:
        row = await desk_store.find(tx, scope_of(officer), report_id)
        if row is None:
            raise not_found()
        case = fold(report_id, await store.entries(tx, report_id))
        try:
            must_be_referable(case)
        except NotReferable as refused:
            raise Problem(409, "not-referable", refused.message, refused.message_en) from None
        entries = await audit_store.entries_of(tx, report_id)
        seal = await audit_store.last_seal(tx, report_id)
        await desk_store.note_reading(tx, report_id, officer.id, f"{officer.role}:referral")
        package = package_of(case, entries, seal.statement if seal else None, officer.id, tx.now)
    name = f"lapor-{package['case']['tracking_id']}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if format == "json":
        return JSONResponse(package, headers=headers)
    return Response(await asyncio.to_thread(_as_pdf, package), headers=headers, media_type="application/pdf")


def _as_pdf(package: dict[str, Any]) -> bytes:
    from services.verification.referrals.pdf import as_pdf  # a large library, needed here alone

    return as_pdf(package)
