"""Resumable uploads by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation,
termination, checksum and expiration. For large files on poor connections.
"""

import base64
from collections.abc import Callable, Coroutine
from email.utils import format_datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from starlette.requests import ClientDisconnect

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import PatientRoute, cut_short
from services.intake.api.documents import problems
from services.intake.api.evidence import body_of
from services.intake.api.evidence_access import Adding, CurrentCaller, open_for_adding
from services.intake.api.evidence_refusals import refusal
from services.intake.desk import Desk
from services.intake.evidence.appending import ALGORITHMS
from services.intake.evidence.refusals import RefusedEvidence
from services.intake.evidence.uploads import Checksum, Moved, Uploads, WrongChecksum
from services.intake.evidence.uploads_store import UploadRow
from services.intake.evidence.viewing import leg_for
from shared.storage.port import RefusedFile, StoreUnavailable
from shared.web.problems import Problem, invalid, not_found

VERSION = "1.0.0"
_TUS = {"Tus-Resumable": VERSION}
_BODY = "application/offset+octet-stream"
_CONTENT = {"content": {_BODY: {"schema": {"type": "string", "format": "binary"}}}}


class TusRoute(PatientRoute):
    """Every answer names the protocol's version, refusals too; other versions are refused."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def speaking(request: Request) -> Response:
            try:
                response = await handle(request)
            except Problem as problem:
                problem.headers.update(_TUS)
                raise
            response.headers.update(_TUS)
            return response

        return speaking

    async def prepare(self, request: Request) -> None:
        if request.method != "OPTIONS" and request.headers.get("tus-resumable") != VERSION:
            raise Problem(
                412,
                "tus-version",
                f"Sertakan header Tus-Resumable: {VERSION}.",
                f"Send the header Tus-Resumable: {VERSION}.",
                headers={"Tus-Version": VERSION},
            )


router = APIRouter(prefix="/v1", tags=["evidence"], route_class=TusRoute)
_PATH = "/reports/{tracking_id}/evidence/uploads"
_REFUSALS = problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503)


@router.options(
    _PATH, status_code=204, response_class=Response, responses=problems(422),
    summary="What the upload protocol offers",
)  # fmt: skip
async def offered(desk: CurrentDesk, tracking_id: str) -> Response:  # noqa: ARG001 - part of the address
    """Versions, extensions and the largest file."""
    return Response(
        status_code=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,termination,checksum,expiration",
            "Tus-Max-Size": str(desk.evidence.limits.of(None)),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


@router.post(
    _PATH, status_code=201, response_class=Response, responses=_REFUSALS, summary="Announce a large file"
)
async def announce(  # noqa: PLR0917 - one for each header
    desk: CurrentDesk,
    caller: CurrentCaller,
    tracking_id: str,
    upload_length: Annotated[int, Header(ge=0, le=2**53, description="Bytes of the whole file.")],
    upload_metadata: Annotated[str, Header(max_length=4_000)] = "",
    leg_id: UUID | None = None,
) -> Response:
    """Answers with the address that the file's bytes are sent to. Its name is not kept.

    `leg_id` as with a file that is sent at once.
    """
    async with desk.database.reading() as tx:
        adding = await open_for_adding(tx, desk, tracking_id, caller, leg_id)
    return await announced(
        desk, adding, upload_length, upload_metadata, f"/v1/reports/{tracking_id}/evidence/uploads"
    )


@router.head(
    _PATH + "/{upload_id}", response_class=Response, responses=_REFUSALS, summary="How far an upload has come"
)
async def how_far(desk: CurrentDesk, caller: CurrentCaller, tracking_id: str, upload_id: UUID) -> Response:
    """`Upload-Offset` is what is safe: the next byte to send."""
    return standing(await _opened(desk, caller, tracking_id, upload_id))


@router.patch(
    _PATH + "/{upload_id}", status_code=204, response_class=Response,
    responses={**_REFUSALS, **problems(460)},
    summary="Send more of a file", openapi_extra={"requestBody": {"required": True, **_CONTENT}},
)  # fmt: skip
async def send(  # noqa: PLR0917 - one for each header
    request: Request,
    desk: CurrentDesk,
    caller: CurrentCaller,
    tracking_id: str,
    upload_id: UUID,
    upload_offset: Annotated[int, Header(ge=0, le=2**53)],
    upload_checksum: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """From `Upload-Offset` on. With the last byte the file is complete and waits to be checked."""
    row = await _opened(desk, caller, tracking_id, upload_id)
    return await sent(request, desk, row, upload_offset, upload_checksum)


@router.delete(
    _PATH + "/{upload_id}", status_code=204, response_class=Response, responses=_REFUSALS,
    summary="Give an upload up",
)  # fmt: skip
async def give_up(desk: CurrentDesk, caller: CurrentCaller, tracking_id: str, upload_id: UUID) -> Response:
    """What has come of it is forgotten. A file that is complete stays evidence."""
    return await given_up(desk, await _opened(desk, caller, tracking_id, upload_id))


async def announced(desk: Desk, adding: Adding, length: int, metadata: str, path: str) -> Response:
    """A new upload for somebody who may add; its address begins with `path`. Raises problems, as the next
    ones do.
    """
    claimed = _claimed_type(metadata)
    try:
        row = await Uploads(desk.evidence).create(adding.tracked, length, claimed, adding.leg)
    except (RefusedFile, RefusedEvidence, StoreUnavailable) as error:
        raise refusal(error, desk.evidence) from None
    return Response(status_code=201, headers={"Location": f"{path}/{row.upload_id}", **_expiry(row)})


def standing(row: UploadRow) -> Response:
    """How far an upload has come."""
    return Response(headers={**_state(row), "Upload-Length": str(row.length), "Cache-Control": "no-store"})


async def sent(request: Request, desk: Desk, row: UploadRow, offset: int, checksum: str | None) -> Response:
    """The bytes of this request, from `offset` on."""
    if request.headers.get("content-type", "").lower() != _BODY:
        raise Problem(415, "wrong-type", f"Kirim sebagai {_BODY}.", f"Send it as {_BODY}.")
    proof = _checksum(checksum) if checksum else None
    if offset != row.received:
        raise _moved()
    if row.evidence_id is None:
        row = await _appended(request, desk, row, offset, proof)
    done = {"LAPOR-Evidence-Id": str(row.evidence_id)} if row.evidence_id else {}
    return Response(status_code=204, headers={**_state(row), **done})


async def given_up(desk: Desk, row: UploadRow) -> Response:
    """Forgotten, unless it is complete."""
    if row.evidence_id is None:
        try:
            await Uploads(desk.evidence).terminate(row)
        except StoreUnavailable as error:
            raise refusal(error, desk.evidence) from None
    return Response(status_code=204)


async def _opened(desk: Desk, caller: CurrentCaller, tracking_id: str, upload_id: UUID) -> UploadRow:
    async with desk.database.reading() as tx:
        adding = await open_for_adding(tx, desk, tracking_id, caller)
    row = await Uploads(desk.evidence).find(adding.tracked, upload_id)
    if row is None or not _is_theirs(caller, adding, row):
        raise not_found()
    return row


def _is_theirs(caller: CurrentCaller, adding: Adding, row: UploadRow) -> bool:
    """The reporter goes on with the reporter's uploads, an agency with those for its legs."""
    if row.leg_id is None or caller.officer is None:
        return row.leg_id is None and adding.leg is None
    return leg_for(caller.officer, adding.tracked, row.leg_id) is not None


async def _appended(
    request: Request, desk: Desk, row: UploadRow, offset: int, checksum: Checksum | None
) -> UploadRow:
    try:
        return await Uploads(desk.evidence).append(row, offset, body_of(request), checksum)
    except Moved:
        raise _moved() from None
    except WrongChecksum:
        raise Problem(
            460,
            "checksum-mismatch",
            "Data berubah di perjalanan. Silakan kirim ulang bagian ini.",
            "The data changed on its way. Please send this part again.",
        ) from None
    except (RefusedFile, RefusedEvidence, StoreUnavailable) as error:
        raise refusal(error, desk.evidence) from None
    except ClientDisconnect:
        raise cut_short() from None


def _state(row: UploadRow) -> dict[str, str]:
    return {"Upload-Offset": str(row.received), **_expiry(row)}


def _expiry(row: UploadRow) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(row.expires_at, usegmt=True)}


def _moved() -> Problem:
    return Problem(
        409,
        "offset-mismatch",
        "Pengunggahan sudah berada di posisi lain. Tanyakan posisinya (HEAD) lalu lanjutkan.",
        "The upload stands elsewhere. Ask where (HEAD) and go on from there.",
    )


def _claimed_type(metadata: str) -> str:
    """`filetype` of the metadata; a name and whatever else is there is dropped unread."""
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key in {"filetype", "type"}:
            try:
                return base64.b64decode(value, validate=True).decode("ascii")
            except ValueError:  # of base64 and of what is not ASCII
                message = "bukan pasangan nama dan nilai base64|is not pairs of name and base64 value"
                raise invalid("Upload-Metadata", *message.split("|")) from None
    return ""


def _checksum(header: str) -> Checksum:
    algorithm, _, value = header.partition(" ")
    try:
        if algorithm in ALGORITHMS:
            return Checksum(algorithm, base64.b64decode(value, validate=True))
    except ValueError:  # of base64, also of what is not ASCII
        pass
    raise Problem(
        400,
        "unknown-checksum",
        f"Checksum harus salah satu dari {', '.join(ALGORITHMS)} dalam base64.",
        f"A checksum is one of {', '.join(ALGORITHMS)} in base64.",
    )
