"""The tracking page as JSON."""

from typing import Any

from fastapi import APIRouter

from services.intake import store
from services.intake.api.access import CurrentDesk, GivenCode, open_report
from services.intake.api.documents import problems
from services.intake.domain.view import tracking_view
from shared.security.codes import format_tracking_id

router = APIRouter(prefix="/v1", tags=["reports"])


@router.get("/reports/{tracking_id}", responses=problems(404, 422, 429, 503), summary="Follow a report")
async def track(desk: CurrentDesk, code: GivenCode, tracking_id: str) -> dict[str, Any]:
    """Status, timeline, deadlines and answers. Without the access code texts are masked.

    A secret report answers as if it did not exist, unless the access code is given.
    """
    async with desk.database.transaction() as tx:
        tracked = await store.track(tx, await open_report(tx, desk, tracking_id, code))
        now = tx.now
    return tracking_view(
        tracked, now, owner=code is not None, shown_id=format_tracking_id(tracked.report.tracking_id)
    )
