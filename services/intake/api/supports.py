"""Saying "me too" to a public report, with or without a way to be told how it ends; and taking it back."""

from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.intake import store, supports
from services.intake.api.access import CurrentDesk, RequiredCode, open_report
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.channels.web import ContactInput
from services.intake.confirming import reachable
from services.intake.desk import Desk
from shared.security.codes import InvalidTrackingId, parse_tracking_id
from shared.security.limits import RateLimiter
from shared.web.problems import invalid, not_found, too_many

RATE = "30/minute"
"""For each report, however many sources they come from and however its id is typed."""
router = APIRouter(
    prefix="/v1/reports/{tracking_id}/supports",
    tags=["supports"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 404, 413, 422, 429, 503),
)
_limit = RateLimiter(RATE)


def admit(request: Request, desk: Desk, tracking_id: str) -> None:
    """Count one support, by its source and by the report.

    Raises problems: 422 for what is no id, 429.
    """
    parsed = _parsed(tracking_id)
    desk.guard.admit(request)
    if not _limit.hit(parsed):
        raise too_many(_limit.retry_after(parsed))


def _parsed(tracking_id: str) -> str:
    try:
        return parse_tracking_id(tracking_id)
    except InvalidTrackingId as error:
        raise invalid("tracking_id", error.message, error.message_en) from None


class SupportInput(BaseModel):
    """A contact is sealed at once; without one nothing is sent."""

    model_config = ConfigDict(extra="forbid")
    contact: ContactInput | None = None


class Supported(BaseModel):
    """`code` is shown once; with it the support can be taken back."""

    supporter_id: UUID
    code: str
    supports: int = Field(description="How many support the report now.")
    confirmation_sent: bool = Field(
        description="There is a contact to be sent one link, unless it was sent several lately; until its "
        "reader says yes there, it is sent nothing else."
    )


@router.post("", status_code=201, summary="Support a public report")
async def support(
    desk: CurrentDesk,
    request: Request,
    tracking_id: str,
    body: SupportInput | None = None,
) -> Supported:
    """A secret report answers as if it did not exist. None tells whether a contact supports it already."""
    admit(request, desk, tracking_id)
    contact = body.contact.contact() if body and body.contact else None
    async with desk.database.transaction() as tx:
        tracked = await open_report(tx, desk, tracking_id, None)
        supporter_id, code = await supports.support(
            tx, desk.keys, desk.settings.public_url, tracked.report, contact
        )
        total = await supports.count(tx, tracked.report.report_id)
    asked = contact is not None and reachable(contact) is not None
    return Supported(supporter_id=supporter_id, code=code, supports=total, confirmation_sent=asked)


@router.delete("/{supporter_id}", status_code=204, summary="Take a support back")
async def take_back(desk: CurrentDesk, code: RequiredCode, tracking_id: str, supporter_id: UUID) -> None:
    """With the code of the support in the header of access codes, also where the report has become secret
    meanwhile; nothing more is sent then.
    """
    parsed = _parsed(tracking_id)
    if wait := desk.attempts.retry_after(parsed):
        raise too_many(wait)
    async with desk.database.transaction() as tx:
        found = await store.locate(tx, parsed)
        report_id = found.report_id if found else UUID(int=0)
        if not await supports.take_back(tx, desk.keys, report_id, supporter_id, code):
            desk.attempts.hit(parsed)
            raise not_found()
