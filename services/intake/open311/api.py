"""Reading GeoReport v2: it needs no key. What is public is shown, as the public sees it."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel

from services.intake.api.access import CurrentDesk
from services.intake.desk import Desk
from services.intake.open311.catalogue import services
from services.intake.open311.documents import Format, Refused, Row, document, listing
from services.intake.open311.edge import answered, check_jurisdiction, router
from services.intake.open311.forms import discovery, moment
from services.intake.open311.requests import find, one
from shared.security.codes import InvalidTrackingId, parse_tracking_id

CHANGED = "2026-11-22T00:00:00Z"
SPAN = timedelta(days=90)
"""The longest stretch one question may cover, and the one a question without dates covers (GeoReport v2)."""


@router.get("/discovery.{form}", summary="What this server is")
async def discover(desk: CurrentDesk, form: Format) -> Response:
    """Formats, address and specification of this endpoint."""
    return document(form, "discovery", discovery(desk.settings.public_url, CHANGED))


@router.get("/services.{form}", summary="What can be reported")
async def service_list(form: Format, jurisdiction_id: str | None = None) -> Response:
    """The categories that an application offers its users."""

    async def answer() -> Response:
        check_jurisdiction(jurisdiction_id)
        return listing(form, "services", "service", [vars(one) for one in services().by_code.values()])

    return await answered(form, answer)


@router.get("/services/{service_code}.{form}", summary="What one service asks")
async def service_definition(form: Format, service_code: str, jurisdiction_id: str | None = None) -> Response:
    """No service asks further questions: its list of attributes is empty."""

    async def answer() -> Response:
        check_jurisdiction(jurisdiction_id)
        if service_code not in services().by_code:
            raise Refused(404, "service_code provided was not found")
        return document(form, "service_definition", {"service_code": service_code, "attributes": []})

    return await answered(form, answer)


@router.get("/tokens/{token}.{form}", summary="The request behind a token")
async def token_of(desk: CurrentDesk, form: Format, token: str) -> Response:
    """Requests have their id at once, so a token is that id."""

    async def answer() -> Response:
        row = await _public(desk, token)
        told = {"service_request_id": row["service_request_id"], "token": token}
        return listing(form, "service_requests", "request", [told])

    return await answered(form, answer)


async def _public(desk: Desk, service_request_id: str) -> Row:
    (tracking_id,) = _ids(service_request_id.partition(",")[0]) or []
    async with desk.database.reading() as tx:
        row = await one(tx, tracking_id)
    if row is None:
        raise Refused(404, "service_request_id provided was not found")
    return row


class Question(BaseModel):
    """What to look for. Lists are separated by commas."""

    jurisdiction_id: str | None = None
    service_request_id: str | None = None
    service_code: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    status: str | None = None
    page: str = "1"


@router.get("/requests.{form}", summary="Find requests")
async def request_list(desk: CurrentDesk, form: Format, asked: Annotated[Question, Query()]) -> Response:
    """Public requests, newest first; without dates those of the last 90 days."""

    async def answer() -> Response:
        check_jurisdiction(asked.jurisdiction_id)
        ids = _ids(asked.service_request_id)
        end = moment("end_date", asked.end_date, desk.clock.now())
        start = moment("start_date", asked.start_date, end - SPAN if ids is None else end - 100 * SPAN)
        if ids is None and not timedelta() <= end - start <= SPAN:
            raise Refused(400, "start_date and end_date must be in order and span at most 90 days")
        codes = asked.service_code.split(",")[:100] if asked.service_code else None
        page = int(asked.page) if asked.page.isascii() and asked.page.isdigit() and len(asked.page) < 5 else 0
        if page < 1:
            raise Refused(400, "page is not a number from 1 to 9999")
        closed = _closed(asked.status)
        async with desk.database.reading() as tx:
            rows = await find(tx, start=start, end=end, codes=codes, ids=ids, closed=closed, page=page)
        return listing(form, "service_requests", "request", rows)

    return await answered(form, answer)


def _ids(text: str | None) -> list[str] | None:
    if text is None:
        return None
    try:
        return [parse_tracking_id(one) for one in text.split(",")[:100]]
    except InvalidTrackingId:
        raise Refused(404, "service_request_id provided was not found") from None


def _closed(status: str | None) -> bool | None:
    if status is None:
        return None
    wanted = set(status.split(","))
    if not wanted <= {"open", "closed"}:
        raise Refused(400, "status is open, closed or both")
    return None if len(wanted) == 2 else "closed" in wanted


@router.get("/requests/{service_request_id}.{form}", summary="One request")
async def request_of(
    desk: CurrentDesk, form: Format, service_request_id: str, jurisdiction_id: str | None = None
) -> Response:
    """A public request by its id."""

    async def answer() -> Response:
        check_jurisdiction(jurisdiction_id)
        return listing(form, "service_requests", "request", [await _public(desk, service_request_id)])

    return await answered(form, answer)
