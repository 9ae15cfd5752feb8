"""Sending one file to a report. It streams through: no file is ever held in memory whole."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from services.intake.api.access import CurrentDesk, RequiredCode, open_report
from services.intake.api.bodies import PatientRoute, check_length, cut_short
from services.intake.api.documents import problems
from services.intake.api.multipart import single_file
from services.intake.domain.labels import STATUS_EN
from services.intake.evidence import CaseEnded, Kept, TooManyFiles
from shared.storage.port import Empty, RefusedFile, RefusedType, StoreUnavailable, TooLarge
from shared.web.problems import FieldError, Problem

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
    """A file that is kept. `content_type` is what its bytes show, whatever was claimed."""

    evidence_id: UUID
    sha256: str
    size: int
    content_type: str


@router.post(
    "/reports/{tracking_id}/evidence",
    status_code=201,
    response_model=KeptEvidence,
    responses={
        200: {"model": KeptEvidence, "description": "The report already had just these bytes."},
        **problems(400, 401, 404, 409, 413, 415, 422, 429, 503),
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
    request: Request, desk: CurrentDesk, code: RequiredCode, tracking_id: str
) -> JSONResponse:
    """The file itself as the body, or a form with one file. Its name is not kept."""
    async with desk.database.reading() as tx:
        tracked = await open_report(tx, desk, tracking_id, code)
    check_length(request, desk.evidence.max_bytes + _FORM_BYTES)
    claimed = request.headers.get("content-type", "")
    if claimed.lower().startswith("multipart/form-data"):
        claimed, chunks = await single_file(request.stream(), claimed)
    else:
        chunks = _body(request)
    try:
        kept = await desk.evidence.keep(tracked, chunks, claimed)
    except (RefusedFile, TooManyFiles, CaseEnded, StoreUnavailable) as error:
        raise _refusal(error, desk.evidence.max_files) from None
    except ClientDisconnect:
        raise cut_short() from None
    return _answer(kept)


async def _body(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        yield chunk


def _answer(kept: Kept) -> JSONResponse:
    evidence = KeptEvidence.model_validate(kept.evidence.model_dump())
    return JSONResponse(evidence.model_dump(mode="json"), 200 if kept.repeated else 201)


def _refusal(error: Exception, max_files: int) -> Problem:
    match error:
        case RefusedFile():
            status = {TooLarge: 413, RefusedType: 415, Empty: 422}.get(type(error), 422)
            field = FieldError("file", error.message, error.message_en)
            return Problem(status, "file-refused", error.message, error.message_en, [field])
        case TooManyFiles():
            return Problem(
                409,
                "too-many-files",
                f"Satu laporan memuat paling banyak {max_files} berkas.",
                f"A report holds at most {max_files} files.",
            )
        case CaseEnded():
            return Problem(
                409,
                "not-possible-now",
                f"Bukti tidak dapat ditambahkan pada status «{error.status.label}».",
                f"No evidence can be added while the report is “{STATUS_EN[error.status]}”.",
            )
        case _:
            return Problem(
                503,
                "evidence-store-away",
                "Penyimpanan bukti sedang terganggu. Silakan coba lagi; laporan Anda tetap tersimpan.",
                "The evidence store is disturbed. Please try again; your report is safe.",
                headers={"Retry-After": "5"},
            )
