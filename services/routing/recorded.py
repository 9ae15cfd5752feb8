"""Cases of the past as routing recorded them, read page by page for a replay. Changes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic_core import from_json
from sqlalchemy.dialects import postgresql as pg

from services.routing.domain.replay import PastCase
from services.routing.domain.rules import Matter
from shared.contracts import Classification
from shared.db.database import Transaction


class Place(NamedTuple):
    """Where a page ended."""

    recorded_at: datetime
    event_id: UUID


BEGINNING = UUID(int=0)
_PAGE = sa.text(
    """
    SELECT recorded_at, event_id, report_id, body FROM entries
    WHERE type = 'case.verified.v1' AND (recorded_at, event_id) > (:since, :after) AND recorded_at < :until
    ORDER BY recorded_at, event_id LIMIT :limit
    """
).bindparams(
    sa.bindparam("after", type_=pg.UUID(as_uuid=True)),
    sa.bindparam("since", type_=sa.DateTime(timezone=True)),
    sa.bindparam("until", type_=sa.DateTime(timezone=True)),
)
"""Index entries_verified."""


async def page(
    tx: Transaction, after: Place, until: datetime, limit: int
) -> tuple[Sequence[Any], Place | None]:
    """The next cases in the order they were recorded, as rows, and where to go on; None at the end."""
    wanted = {"since": after.recorded_at, "after": after.event_id, "until": until, "limit": limit}
    rows = (await tx.execute(_PAGE, wanted)).all()
    more = Place(rows[-1].recorded_at.astimezone(UTC), rows[-1].event_id) if len(rows) == limit else None
    return rows, more


def past_case(row: Any) -> PastCase:
    """What the rules look at. Reads the few fields it needs: a page holds thousands of cases."""
    body = from_json(row.body)
    matter = Matter(
        body["category"],
        Classification(body["classification"]),
        (body.get("place") or {}).get("region"),
        f"{body['title']}\n{body['text']}",
    )
    return PastCase(row.report_id, matter, bool(body.get("agencies")))
