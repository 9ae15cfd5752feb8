"""`/v1/agencies/{code}/open311`: where an agency takes its legs as GeoReport v2 requests, and their fate."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

from services.routing.open311 import store
from services.routing.webhooks.api import At, prove
from shared.web.problems import not_found

router = APIRouter(prefix="/v1/agencies/{code}/open311", tags=["open311"])


class Endpoint(BaseModel):
    """Where an agency's GeoReport v2 endpoint is."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(min_length=1, max_length=400, description="https; without /requests.json.")
    service_code: str = Field(min_length=1, max_length=100, description="The agency's, for what LAPOR sends.")
    jurisdiction_id: str | None = Field(None, min_length=1, max_length=200)
    api_key: str | None = Field(None, min_length=1, max_length=500, description="Never shown again.")


class EndpointView(BaseModel):
    """The endpoint as it is set; its key is never shown."""

    model_config = ConfigDict(from_attributes=True)
    agency: str
    url: str
    service_code: str
    jurisdiction_id: str | None
    has_key: bool
    created_by: str
    created_at: datetime


class RequestView(BaseModel):
    """A leg, as it stands in the agency's own system."""

    model_config = ConfigDict(from_attributes=True)
    leg_id: UUID
    state: Literal["unsent", "open", "closed", "failed"]
    service_request_id: str | None
    error: str | None
    attempts: int
    created_at: datetime


@router.put("")
async def connect(desk: At, body: Endpoint) -> EndpointView:
    """Send the agency's new legs to this endpoint from now on; what had failed is tried again."""
    await prove(desk.outbound, body.url)
    endpoint_id = uuid7()
    closed = desk.vault.close(body.api_key.encode(), endpoint_id) if body.api_key else None
    async with desk.database.transaction() as tx:
        await store.put_endpoint(
            tx,
            agency=desk.agency,
            endpoint_id=endpoint_id,
            created_by=desk.officer.id,
            **body.model_dump(exclude={"api_key"}),
            api_key=closed,
        )
        row = await store.endpoint(tx, desk.agency)
    return EndpointView.model_validate(row)


@router.get("")
async def endpoint(desk: At) -> EndpointView:
    """Where the agency's legs are sent; its key is never shown. 404 where nothing is set."""
    async with desk.database.reading() as tx:
        row = await store.endpoint(tx, desk.agency)
    if row is None:
        raise not_found()
    return EndpointView.model_validate(row)


@router.delete("", status_code=204)
async def disconnect(desk: At) -> Response:
    """Send nothing there any more, and ask about nothing."""
    async with desk.database.transaction() as tx:
        found = await store.remove_endpoint(tx, desk.agency)
    if not found:
        raise not_found()
    return Response(status_code=204)


@router.get("/requests")
async def requests(desk: At, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, list[RequestView]]:
    """Legs that were sent to the endpoint, newest first."""
    async with desk.database.reading() as tx:
        rows = await store.requests(tx, desk.agency, limit)
    return {"requests": [RequestView.model_validate(row) for row in rows]}
