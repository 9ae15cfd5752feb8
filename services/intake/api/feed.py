"""Lets whoever has shown the access code follow what notify says of a report, for half an hour."""

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.intake.api.access import CurrentDesk, RequiredCode, open_report
from services.intake.api.documents import problems
from services.intake.desk import Desk
from services.intake.domain.view import Tracked
from shared.security.feeds import sign_feed

FEED = "/v1/notifications/feed"
router = APIRouter(
    prefix="/v1/reports/{tracking_id}", tags=["feed"], responses=problems(401, 404, 422, 429, 503)
)


class FeedToken(BaseModel):
    """Send it as `Authorization: Bearer …`; it opens the feed of this report and nothing else."""

    token: str
    expires_at: datetime
    url: str = Field(FEED, description="JSON; or server-sent events with `Accept: text/event-stream`.")


@router.post("/feed", status_code=201, summary="Follow what is said about this report")
async def follow(desk: CurrentDesk, code: RequiredCode, tracking_id: str) -> FeedToken:
    """A token for half an hour; the code itself stays here."""
    async with desk.database.reading() as tx:
        tracked = await open_report(tx, desk, tracking_id, code)
    return feed_token(desk, tracked)


def feed_token(desk: Desk, tracked: Tracked) -> FeedToken:
    """For whoever has shown the report's access code."""
    token, expires_at = sign_feed(desk.keys.receipt_key, tracked.report.report_id)
    return FeedToken(token=token, expires_at=datetime.fromtimestamp(expires_at, UTC), url=FEED)
