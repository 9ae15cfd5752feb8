"""A file for a report, from its page: by a plain form, or by a script that shows how far it has come."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.api import evidence
from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import PatientRoute
from services.intake.api.evidence_links import serve
from services.intake.domain import showing
from services.intake.evidence.links import Part
from services.intake.pages import access
from services.intake.pages.case import Complaint, case_page
from shared.security.codes import format_tracking_id
from shared.web.pages import forms
from shared.web.pages.language import language_of
from shared.web.problems import Problem, not_found

router = APIRouter(include_in_schema=False, route_class=PatientRoute)

STALE = Problem(
    409,
    "stale-form",
    "Formulir ini terlalu lama terbuka. Muat ulang halaman, lalu kirim sekali lagi.",
    "This form was open for too long. Reload the page and send it once more.",
)


@router.get("/lacak/{tracking_id}/bukti/{evidence_id}")
async def show(
    request: Request, desk: CurrentDesk, tracking_id: str, evidence_id: UUID, bagian: Part = Part.FILE
) -> Response:
    """What an agency shows of its work, for everyone who may read the report's page: the clean copy alone."""
    async with desk.database.reading() as tx:
        opened = await access.open_page(tx, request, desk, tracking_id)
    tracked = opened.tracked
    if tracked.taken_back and not opened.owner:
        raise not_found()
    public = showing.shown(tracked.evidence, tracked.progress.timeline)
    file = next((one for one in public if one.evidence_id == evidence_id), None)
    if file is None or (bagian is Part.PREVIEW and file.preview_key is None):
        raise not_found()
    return await serve(desk, file, bagian, request.headers.get("range"))


@router.post("/lacak/{tracking_id}/bukti")
async def add(request: Request, desk: CurrentDesk, tracking_id: str, formulir: str = "") -> Response:
    """The token stands in the address here: the body is a file, and is not read before it is wanted."""
    forms.refuse_foreign(request)
    by_script = "text/html" not in request.headers.get("accept", "")
    try:
        if not forms.is_ours(request, formulir):
            raise STALE
        async with desk.database.reading() as tx:
            tracked = access.require_owner(await access.open_page(tx, request, desk, tracking_id))
        answer = evidence.answer(await evidence.take(request, desk, tracked))
    except Problem as problem:
        if by_script or problem.status in {401, 404}:
            raise
        words = problem.detail_en if language_of(request) == "en" else problem.detail
        return await case_page(request, desk, tracking_id, Complaint("bukti", words), problem.status)
    if by_script:
        return answer
    shown = format_tracking_id(tracked.report.tracking_id)
    return RedirectResponse(f"/lacak/{shown}?tersimpan=bukti#kabar-baru", 303)
