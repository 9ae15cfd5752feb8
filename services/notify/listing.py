"""Deliveries as operators list them; reads only what they may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.notify.domain.delivery import DeliveryState
from shared.db.database import Transaction

_deliveries = sa.table(
    "deliveries",
    *(sa.column(name, pg.UUID(as_uuid=True)) for name in ("id", "event_id", "report_id")),
    *(sa.column(name, sa.Text) for name in ("recipient", "channel", "template", "state", "reason")),
    sa.column("attempts", sa.Integer),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("created_at", "due_at", "finished_at")),
)


async def deliveries(
    tx: Transaction, filters: Mapping[str, Any], after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Any]:
    """Newest first (index deliveries_by_age, or deliveries_by_report for one report)."""
    d = _deliveries.c
    pending = d.state == DeliveryState.PENDING.value
    query = sa.select(
        d.id.label("delivery_id"),
        *(
            d[name]
            for name in ("event_id", "report_id", "recipient", "channel", "template", "state", "reason")
        ),
        *(d[name] for name in ("attempts", "created_at", "finished_at")),
        sa.case((pending, d.due_at)).label("due_at"),
    )
    for name, value in filters.items():
        if value is not None:
            query = query.where(d[name] == value)
    if after is not None:
        query = query.where(sa.tuple_(d.created_at, d.id) < sa.tuple_(*after))
    query = query.order_by(d.created_at.desc(), d.id.desc()).limit(limit)
    return (await tx.execute(query)).all()
