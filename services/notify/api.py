"""What operators see over HTTP: deliveries and what became of them. Never a contact, never a message."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.notify import listing
from services.notify.domain.delivery import DeliveryState
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import invalid

router = APIRouter(prefix="/v1/notifications", tags=["notifications"])

Operator = Annotated[Officer, Depends(require(Role.OPERATOR, Role.NATIONAL_ADMIN))]


class DeliveryLine(BaseModel):
    """One delivery to `reporter` or `agency:<code>`; `reason` says why it failed or was skipped."""

    model_config = ConfigDict(from_attributes=True)
    delivery_id: UUID
    event_id: UUID
    report_id: UUID
    recipient: str
    channel: str
    template: str
    state: DeliveryState
    reason: str | None
    attempts: int
    created_at: datetime
    due_at: datetime | None = Field(description="When it is tried next; only while pending.")
    finished_at: datetime | None


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
    report_id: UUID | None = None,
    after: Annotated[str | None, Query(description="`next` of the page before.", max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Deliveries:
    """Deliveries, newest first."""
    filters: dict[str, Any] = {"state": state, "channel": channel, "report_id": report_id}
    async with request.app.state.database.reading() as tx:
        rows = await listing.deliveries(tx, filters, _place(after), limit)
    lines = [DeliveryLine.model_validate(row) for row in rows]
    last = lines[-1] if len(lines) == limit else None
    return Deliveries(
        notifications=lines, next=f"{last.created_at.isoformat()}_{last.delivery_id}" if last else None
    )


def _place(after: str | None) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    try:
        at, _, delivery_id = after.rpartition("_")
        return datetime.fromisoformat(at), UUID(delivery_id)
    except ValueError:
        raise invalid("after", "penanda halaman tidak dikenal", "unknown page marker") from None
