"""A report's files for those who may see them: the list, links, the signed manifest, who fetched what."""

from datetime import datetime
from json import loads
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.intake.api.access import CurrentDesk
from services.intake.api.documents import problems
from services.intake.api.evidence_access import CurrentCaller, open_files
from services.intake.desk import Desk
from services.intake.domain.evidence import EvidenceFile, EvidenceState
from services.intake.domain.view import Tracked, evidence_view
from services.intake.evidence import links
from services.intake.evidence.links import Links, Part
from services.intake.evidence.manifest import signed_manifest
from services.intake.evidence.viewing import may_see_captured
from shared.db.database import Transaction
from shared.security.envelopes import Unsealable
from shared.security.tokens import Officer, Role
from shared.web.problems import Problem, not_found

router = APIRouter(prefix="/v1", tags=["evidence"])
_PATH = "/reports/{tracking_id}/evidence"


class EvidenceLink(BaseModel):
    """Whoever holds `url` can fetch the file until `expires_at`, and nobody afterwards."""

    url: str
    expires_at: datetime
    content_type: str
    size: int | None
    sha256: str | None


@router.get(_PATH, responses=problems(401, 404, 422, 429, 503), summary="A report's files")
async def files(
    desk: CurrentDesk, caller: CurrentCaller, tracking_id: str
) -> dict[str, list[dict[str, Any]]]:
    """Where each file stands. The national level also reads when and where a photo was taken; what officers
    read of that, and of a secret report, is written down.
    """
    async with desk.database.transaction() if caller.officer else desk.database.reading() as tx:
        tracked = await open_files(tx, desk, tracking_id, caller)
        if caller.officer is not None:
            await note_read(tx, tracked, caller.officer)
    shown = [evidence_view(file) for file in tracked.evidence]
    if caller.officer is not None and may_see_captured(caller.officer):
        for view, file in zip(shown, tracked.evidence, strict=True):
            view["captured"] = captured(desk, file)
    return {"files": shown}


@router.get(
    _PATH + "/manifest",
    response_class=Response,
    responses={
        200: {
            "description": "A compact JWS.",
            "content": {"application/jose": {"schema": {"type": "string"}}},
        },
        **problems(401, 404, 422, 429, 503),
    },
    summary="The signed list of a report's files",
)
async def manifest(desk: CurrentDesk, caller: CurrentCaller, tracking_id: str) -> Response:
    """The hash of each file as it was received and as it is shown, signed like a receipt."""
    async with desk.database.reading() as tx:
        tracked = await open_files(tx, desk, tracking_id, caller)
        now = tx.now
    return Response(signed_manifest(desk.keys.receipt_key, tracked, now), media_type="application/jose")


@router.get(
    _PATH + "/downloads", responses=problems(401, 403, 404, 422, 503), summary="Who fetched which file"
)
async def downloads(
    desk: CurrentDesk, caller: CurrentCaller, tracking_id: str
) -> dict[str, list[dict[str, Any]]]:
    """For national administrators and supervisors. The reporter is called just that."""
    if caller.officer is None or caller.officer.role not in {Role.NATIONAL_ADMIN, Role.SUPERVISOR}:
        raise Problem(
            403,
            "role-not-allowed",
            "Hanya admin nasional dan pengawas yang dapat membaca catatan ini.",
            "Only national administrators and supervisors can read this record.",
        )
    async with desk.database.reading() as tx:
        tracked = await open_files(tx, desk, tracking_id, caller)
        return {"downloads": await links.downloads(tx, tracked.report.report_id)}


@router.get(
    _PATH + "/{evidence_id}", responses=problems(401, 404, 409, 422, 429, 503), summary="A link to one file"
)
async def file(
    desk: CurrentDesk, caller: CurrentCaller, tracking_id: str, evidence_id: UUID, part: Part = Part.FILE
) -> EvidenceLink:
    """Short-lived, for the clean copy or its preview. That it was given, and to whom, is written down."""
    async with desk.database.transaction() as tx:
        tracked = await open_files(tx, desk, tracking_id, caller)
        found = cleared(tracked, evidence_id, part)
        given = await links.give(
            tx,
            Links(desk.keys.evidence_link_key),
            tracked.report.report_id,
            found,
            part,
            officer=caller.officer,
        )
    preview = part is Part.PREVIEW
    return EvidenceLink(
        url=f"{desk.settings.public_url.rstrip('/')}/e/{given.token}",
        expires_at=given.expires_at,
        content_type="image/jpeg" if preview else found.clean_type or found.content_type,
        size=None if preview else found.clean_size,
        sha256=None if preview else found.clean_sha256,
    )


def cleared(tracked: Tracked, evidence_id: UUID, part: Part) -> EvidenceFile:
    """A file that can be shown. Raises problems: 404, and 409 while it is checked or where it was refused."""
    found = next((file for file in tracked.evidence if file.evidence_id == evidence_id), None)
    if found is None or (
        part is Part.PREVIEW and found.state is EvidenceState.CLEARED and not found.preview_key
    ):
        raise not_found()
    if found.state is EvidenceState.PENDING:
        raise Problem(
            409,
            "evidence-pending",
            "Berkas ini masih diperiksa. Silakan coba lagi sebentar lagi.",
            "This file is still being checked. Please try again shortly.",
            headers={"Retry-After": "5"},
        )
    if found.reason is not None:
        raise Problem(409, "evidence-rejected", found.reason.label, found.reason.label_en)
    return found


async def note_read(tx: Transaction, tracked: Tracked, officer: Officer) -> None:
    """Write down what an officer reads in a list alone: all of a secret report, or where photos are from."""
    tells = may_see_captured(officer)
    read = [file for file in tracked.evidence if tracked.report.secret or (tells and file.sealed_capture)]
    if read:
        await links.note_listed(tx, tracked.report.report_id, read, officer)


def captured(desk: Desk, file: EvidenceFile) -> dict[str, Any] | None:
    """When and where a photo was taken, as its camera said; only for whoever `may_see_captured`."""
    if file.sealed_capture is None:
        return None
    try:
        opened: dict[str, Any] = loads(
            desk.keys.box.unseal_text(f"capture:{file.evidence_id}", file.sealed_capture)
        )
    except Unsealable:
        return None
    return opened
