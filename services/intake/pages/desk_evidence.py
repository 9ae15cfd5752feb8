"""What shows an agency's work, from the desk: an officer's file for a leg, and files as officers see them.

The desk's pages are routing's, files are intake's. What was typed beside a file goes back to the desk.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from services.intake.api import evidence
from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import PatientRoute
from services.intake.api.evidence_access import for_officer, require_leg
from services.intake.api.evidence_files import cleared
from services.intake.desk import Desk
from services.intake.domain.evidence import EvidenceFile
from services.intake.domain.view import evidence_view
from services.intake.evidence import links
from services.intake.evidence.links import Links, Part
from services.intake.evidence.viewing import visible
from services.intake.pages.evidence import STALE
from services.intake.pages.handing_back import NO_STORE, PATIENCE, handed_back, number_of
from shared.security.tokens import Officer, Role
from shared.web.pages import forms
from shared.web.pages.officers import in_role
from shared.web.problems import Problem

router = APIRouter(prefix="/petugas/bukti/{tracking_id}", include_in_schema=False, route_class=PatientRoute)

Agent = Annotated[Officer, Depends(in_role(Role.COORDINATOR, Role.LIAISON, Role.NATIONAL_ADMIN))]
Reader = Annotated[
    Officer, Depends(in_role(Role.COORDINATOR, Role.LIAISON, Role.SUPERVISOR, Role.NATIONAL_ADMIN))
]


@router.post("/disposisi/{leg_id}")
async def add(
    request: Request, desk: CurrentDesk, officer: Agent, tracking_id: str, leg_id: UUID
) -> Response:
    """One file for a leg. A script gets where it stands; a form, a page that leads back as it was typed."""
    forms.refuse_foreign(request)
    by_script = "text/html" not in request.headers.get("accept", "")
    typed: dict[str, str] = {}
    try:
        came: EvidenceFile | Problem = await _taken(request, desk, officer, tracking_id, leg_id, typed)
    except Problem as problem:
        if by_script or problem.status in {401, 404}:
            raise
        came = problem
    if by_script and isinstance(came, EvidenceFile):
        return JSONResponse(_told(came), 201, NO_STORE)
    back, number = f"/petugas/disposisi/{leg_id}/tuntas", number_of(tracking_id)
    return handed_back(request, typed, came, layout="officer.html", officer=officer, number=number, back=back)


async def _taken(  # noqa: PLR0917 - what a file comes with
    request: Request, desk: Desk, officer: Officer, tracking_id: str, leg_id: UUID, typed: dict[str, str]
) -> EvidenceFile:
    if not forms.is_ours(request, request.query_params.get(forms.FIELD, "")):
        raise STALE
    async with desk.database.reading() as tx:
        tracked = await for_officer(tx, tracking_id, officer)
    leg = require_leg(officer, tracked, leg_id)
    kept = await evidence.take(request, desk, tracked, leg, typed)
    return await desk.evidence.settled(tracked.report.report_id, kept.evidence.evidence_id, PATIENCE)


@router.get("/berkas/{evidence_id}")
async def show(
    desk: CurrentDesk, officer: Reader, tracking_id: str, evidence_id: UUID, bagian: Part = Part.FILE
) -> Response:
    """By a short-lived link: that it was given, and to whom, is written down."""
    async with desk.database.transaction() as tx:
        tracked = visible(await for_officer(tx, tracking_id, officer), officer)
        file = cleared(tracked, evidence_id, bagian)
        signing = Links(desk.keys.evidence_link_key)
        given = await links.give(tx, signing, tracked.report.report_id, file, bagian, officer=officer)
    return RedirectResponse(f"/e/{given.token}", 303, NO_STORE)


def _told(file: EvidenceFile) -> dict[str, object]:
    view = evidence_view(file)
    names = (
        "state",
        "state_label",
        "state_label_en",
        "reason_label",
        "reason_label_en",
        "content_type",
        "size",
    )
    return {"evidence_id": str(file.evidence_id), **{name: view[name] for name in names}}
