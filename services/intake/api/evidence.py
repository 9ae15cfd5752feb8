"""Sending one file to a report. It streams through: no file is ever held in memory whole."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import PatientRoute, check_length, cut_short
from services.intake.api.documents import problems
from services.intake.api.evidence_access import CurrentCaller, open_for_adding
from services.intake.api.evidence_refusals import refusal
from services.intake.api.multipart import single_file
from services.intake.desk import Desk
from services.intake.domain.evidence import EvidenceState, ForLeg
from services.intake.domain.view import Tracked
from services.intake.evidence import Kept
from services.intake.evidence.refusals import RefusedEvidence
from shared.storage.port import RefusedFile, StoreUnavailable

router = APIRouter(prefix="/v1", tags=["evidence"], route_class=PatientRoute)

_FORM_BYTES = 64 * 1024
"""What a form may weigh beyond its file."""
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
}


class KeptEvidence(BaseModel):
    """A file that has arrived. `content_type` is what its bytes show, whatever was claimed.

    It is `pending` until it has been checked; only then does anybody else learn of it.
    """

    evidence_id: UUID
    sha256: str
    size: int
    content_type: str
    state: EvidenceState
    state_label: str


@router.post(
    "/reports/{tracking_id}/evidence",
    status_code=201,
    response_model=KeptEvidence,
    responses={
        200: {"model": KeptEvidence, "description": "The report already had just these bytes."},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    },
    summary="Add a file as evidence",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": _FILE, "image/jpeg": _FILE, "multipart/form-data": _FORM},
        }
    },
)
async def add_evidence(
    request: Request,
    desk: CurrentDesk,
    caller: CurrentCaller,
    tracking_id: str,
    leg_id: UUID | None = None,
) -> JSONResponse:
    """The file itself as the body, or a form with one file. Its name is not kept.

    An officer of an agency sends what shows its work on `leg_id`, or on its newest disposition of this
    report; others see it once a completion names it.
    """
    async with desk.database.reading() as tx:
        adding = await open_for_adding(tx, desk, tracking_id, caller, leg_id)
    return answer(await take(request, desk, adding.tracked, adding.leg))


async def take(
    request: Request,
    desk: Desk,
    tracked: Tracked,
    leg: ForLeg | None = None,
    fields: dict[str, str] | None = None,
) -> Kept:
    """The file in this request, kept for a report that its sender has opened. Raises problems.

    `fields` fills with what else its form holds.
    """
    check_length(request, desk.evidence.limits.of(None) + _FORM_BYTES)
    claimed = request.headers.get("content-type", "")
    if claimed.lower().startswith("multipart/form-data"):
        claimed, chunks = await single_file(request.stream(), claimed, fields)
    else:
        chunks = body_of(request)
    try:
        return await desk.evidence.keep(tracked, chunks, claimed, leg)
    except (RefusedFile, RefusedEvidence, StoreUnavailable) as error:
        raise refusal(error, desk.evidence) from None
    except ClientDisconnect:
        raise cut_short() from None


async def body_of(request: Request) -> AsyncIterator[bytes]:
    """The request's body as it comes."""
    async for chunk in request.stream():
        yield chunk


def answer(kept: Kept) -> JSONResponse:
    """What a program reads."""
    return JSONResponse(shown(kept).model_dump(mode="json"), 200 if kept.repeated else 201)


def shown(kept: Kept) -> KeptEvidence:
    file = kept.evidence
    return KeptEvidence(
        evidence_id=file.evidence_id,
        sha256=file.sha256 or "",
        size=file.size,
        content_type=file.content_type,
        state=file.state,
        state_label=file.state.label,
    )
