"""Files for a report from its page, by the tus protocol: what has arrived survives a lost connection.

The same as over the API, for a browser that has shown the access code; it never learns the code again.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from services.intake.api.access import CurrentDesk
from services.intake.api.evidence_access import Adding
from services.intake.api.evidence_uploads import TusRoute, announced, given_up, sent, standing
from services.intake.desk import Desk
from services.intake.domain.view import Tracked
from services.intake.evidence.uploads import Uploads
from services.intake.evidence.uploads_store import UploadRow
from services.intake.pages import access
from services.intake.pages.telling import STALE
from shared.security.codes import format_tracking_id
from shared.web.pages import forms
from shared.web.problems import Problem, not_found

router = APIRouter(include_in_schema=False, route_class=TusRoute)

_PATH = "/lacak/{tracking_id}/bukti/unggahan"
_TOKEN = "LAPOR-Form"  # noqa: S105 - a header's name
Offset = Annotated[int, Header(ge=0, le=2**53)]


@router.post(_PATH)
async def announce(
    request: Request,
    desk: CurrentDesk,
    tracking_id: str,
    upload_length: Offset,
    upload_metadata: Annotated[str, Header(max_length=4_000)] = "",
) -> Response:
    """A new file."""
    tracked = await _mine(request, desk, tracking_id)
    path = f"/lacak/{format_tracking_id(tracked.report.tracking_id)}/bukti/unggahan"
    return await announced(desk, Adding(tracked, None), upload_length, upload_metadata, path)


@router.head(_PATH + "/{upload_id}")
async def how_far(request: Request, desk: CurrentDesk, tracking_id: str, upload_id: UUID) -> Response:
    """Where to go on."""
    return standing(await _row(request, desk, tracking_id, upload_id))


@router.patch(_PATH + "/{upload_id}")
async def send(
    request: Request, desk: CurrentDesk, tracking_id: str, upload_id: UUID, upload_offset: Offset
) -> Response:
    """More of it."""
    row = await _row(request, desk, tracking_id, upload_id)
    return await sent(request, desk, row, upload_offset, None)


@router.delete(_PATH + "/{upload_id}")
async def give_up(request: Request, desk: CurrentDesk, tracking_id: str, upload_id: UUID) -> Response:
    """Thrown away half-way."""
    return await given_up(desk, await _row(request, desk, tracking_id, upload_id))


async def _row(request: Request, desk: Desk, tracking_id: str, upload_id: UUID) -> UploadRow:
    row = await Uploads(desk.evidence).find(await _mine(request, desk, tracking_id), upload_id)
    if row is None or row.leg_id is not None:
        raise not_found()
    return row


async def _mine(request: Request, desk: Desk, tracking_id: str) -> Tracked:
    """The report that this browser may open, asked by a page of ours. Raises problems: 401, 403, 404, 409."""
    forms.refuse_foreign(request)
    if not forms.is_ours(request, request.headers.get(_TOKEN, "")):
        raise Problem(409, "stale-form", *STALE)
    async with desk.database.reading() as tx:
        return access.require_owner(await access.open_page(tx, request, desk, tracking_id))
