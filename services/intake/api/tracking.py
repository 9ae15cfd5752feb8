"""The tracking page as JSON."""

from fastapi import APIRouter, Response
from pydantic_core import to_json

from services.intake.api.access import CurrentDesk, GivenCode, open_report
from services.intake.api.documents import problems
from services.intake.domain.view import tracking_view
from shared.security.codes import format_tracking_id

router = APIRouter(prefix="/v1", tags=["reports"])


_EXAMPLE = {
    "tracking_id": "K7M-Q3XW-9FA",
    "status": "in_progress",
    "status_label": "Ditindaklanjuti",
    "title": "Jalan rusak di depan pasar",
    "text": "Jalan rusak parah; hubungi 0812-xxxx-xxxx.",
    "legs": [{"agency": "35.3578.dpu", "agency_name": "Dinas PU", "state": "acknowledged"}],
    "answers": [],
    "deadlines": [
        {
            "clock": "settlement",
            "due_at": "2026-07-24T23:59:59.999999+07:00",
            "paused": False,
            "overdue": False,
        }
    ],
    "timeline": [
        {
            "at": "2026-07-06T09:00:00+07:00",
            "kind": "filed",
            "label": "Laporan diterima",
            "label_en": "Report received",
        }
    ],
}


@router.get(
    "/reports/{tracking_id}",
    response_class=Response,
    responses={
        200: {
            "description": "The page: more of it with the access code.",
            "content": {"application/json": {"schema": {"type": "object"}, "example": _EXAMPLE}},
        },
        **problems(404, 422, 429, 503),
    },
    summary="Follow a report",
)
async def track(desk: CurrentDesk, code: GivenCode, tracking_id: str) -> Response:
    """Status, timeline, deadlines and answers. Without the access code texts are masked.

    A secret report answers as if it did not exist, unless the access code is given.
    """
    async with desk.database.reading() as tx:
        tracked = await open_report(tx, desk, tracking_id, code)
        now = tx.now
    shown_id = format_tracking_id(tracked.report.tracking_id)
    page = tracking_view(tracked, now, owner=code is not None, shown_id=shown_id)
    return Response(to_json(page), media_type="application/json")
