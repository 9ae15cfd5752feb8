"""What operators see over HTTP: deliveries and what became of them. Never a contact, never a message."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.notify import listing
from services.notify.domain.delivery import DeliveryState, Lane
from services.notify.providers.listing import ProviderLine, provider_lines
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import Problem, invalid, not_found

router = APIRouter(prefix="/v1/notifications", tags=["notifications"])

Operator = Annotated[Officer, Depends(require(Role.OPERATOR, Role.NATIONAL_ADMIN))]


class DeliveryLine(BaseModel):
    """One delivery to `reporter` or `agency:<code>`; `reason` says why it failed or was skipped."""

    model_config = ConfigDict(from_attributes=True)
    delivery_id: UUID
    event_id: UUID
    report_id: UUID
    recipient: str
    lane: Lane
    channel: str
    provider: str | None = Field(description="Who was handed it last.")
    template: str
    state: DeliveryState
    reason: str | None
    words: str | None = Field(description="Language and version of the words it was said in.")
    digest_id: UUID | None = Field(description="The delivery that told it with others, once a day.")
    attempts: int
    resends: int = Field(description="How often an operator had it sent again.")
    created_at: datetime
    due_at: datetime | None = Field(description="When it is tried next; only while pending.")
    sent_at: datetime | None = Field(description="When its provider accepted it.")
    received_at: datetime | None = Field(description="When a receipt said that it was there.")
    finished_at: datetime | None


class Attempt(BaseModel):
    """An attempt that was not the last one."""

    model_config = ConfigDict(from_attributes=True)
    attempt: int
    provider: str | None
    outcome: DeliveryState
    reason: str | None
    ended_at: datetime


class Delivery(DeliveryLine):
    earlier: list[Attempt]


class Deliveries(BaseModel):
    notifications: list[DeliveryLine]
    next: str | None = Field(description="Pass it as `after` for the next page.")


@router.get("")
async def notifications(
    request: Request,
    _: Operator,
    *,
    state: DeliveryState | None = None,
    channel: Annotated[str | None, Query(pattern=r"^[a-z]{2,20}$")] = None,
    provider: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9-]{0,30}$")] = None,
    lane: Lane | None = None,
    template: Annotated[str | None, Query(pattern=r"^[a-z_]{2,40}$")] = None,
    reason: Annotated[str | None, Query(description="Exactly as it is listed.", max_length=200)] = None,
    report_id: UUID | None = None,
    after: Annotated[str | None, Query(description="`next` of the page before.", max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Deliveries:
    """Deliveries, newest first."""
    filters: dict[str, Any] = {
        "state": state,
        "channel": channel,
        "provider": provider,
        "lane": lane,
        "template": template,
        "reason": reason,
        "report_id": report_id,
    }
    async with request.app.state.database.reading() as tx:
        rows = await listing.deliveries(tx, filters, _place(after), limit)
    lines = [DeliveryLine.model_validate(row) for row in rows]
    last = lines[-1] if len(lines) == limit else None
    return Deliveries(
        notifications=lines, next=f"{last.created_at.isoformat()}_{last.delivery_id}" if last else None
    )


@router.get("/providers")
async def providers(request: Request, _: Operator) -> dict[str, list[ProviderLine]]:
    """Every provider: its weight, why it was lowered, and what it carried within the last hour."""
    async with request.app.state.database.reading() as tx:
        carried, weights = await listing.providers(tx)
    return {"providers": provider_lines(request.app.state.providers, carried, weights)}


@router.get("/{delivery_id}")
async def notification(request: Request, _: Operator, delivery_id: UUID) -> Delivery:
    """One delivery with its earlier attempts."""
    async with request.app.state.database.reading() as tx:
        rows = await listing.deliveries(tx, {"id": delivery_id}, None, 1)
        if not rows:
            raise not_found()
        earlier = [Attempt.model_validate(row) for row in await listing.attempts(tx, delivery_id)]
    return Delivery(**DeliveryLine.model_validate(rows[0]).model_dump(), earlier=earlier)


@router.post("/{delivery_id}/resend", status_code=202)
async def resend(request: Request, _: Operator, delivery_id: UUID) -> Delivery:
    """Have a delivery that failed, or was never confirmed, sent again: a new attempt, with a key of its own.

    409 for any other: it is on its way, or what it said is not kept.
    """
    async with request.app.state.database.transaction() as tx:
        if await listing.resend(tx, delivery_id) is None:
            if not await listing.deliveries(tx, {"id": delivery_id}, None, 1):
                raise not_found()
            raise Problem(
                409,
                "not-failed",
                "Hanya pesan yang gagal atau belum dipastikan yang dapat dikirim ulang; "
                "isi pesan lain tidak disimpan.",
                "Only what failed or was never confirmed can be sent again; what others said is not kept.",
            )
    return await notification(request, _, delivery_id)


def _place(after: str | None) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    try:
        at, _, delivery_id = after.rpartition("_")
        return datetime.fromisoformat(at), UUID(delivery_id)
    except ValueError:
        raise invalid("after", "penanda halaman tidak dikenal", "unknown page marker") from None
