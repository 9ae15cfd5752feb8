"""Who else has the same trouble, counted for officers. Who they are, and how to reach them, is not known."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain.case import Case
from services.verification.domain.cluster import hidden
from shared.contracts import SupportedStatusChanged
from shared.db.database import Transaction
from shared.messaging.consumer import Event

_UUID = pg.UUID(as_uuid=True)
_KEEP = sa.text(
    """
    INSERT INTO supporters (report_id, supporter_id, withdrawn)
    SELECT report_id, supporter_id, bool_or(withdrawn)
    FROM unnest(:report_ids, :supporter_ids, :withdrawn) AS new (report_id, supporter_id, withdrawn)
    GROUP BY report_id, supporter_id ORDER BY report_id, supporter_id
    ON CONFLICT (report_id, supporter_id) DO UPDATE SET withdrawn = supporters.withdrawn OR excluded.withdrawn
    """
).bindparams(
    sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)),
    sa.bindparam("supporter_ids", type_=pg.ARRAY(_UUID)),
    sa.bindparam("withdrawn", type_=pg.ARRAY(sa.Boolean())),
)
"""What is taken back stays so, whichever of the two facts comes first."""
AT_ONCE = 200
_UNTOLD = sa.text(
    """
    WITH RECURSIVE family (report_id) AS (
      SELECT CAST(:report_id AS uuid)
      UNION SELECT members.report_id FROM members JOIN family ON members.lead = family.report_id
    )
    SELECT supporter_id FROM supporters JOIN family USING (report_id)
    WHERE NOT withdrawn AND told IS DISTINCT FROM :told
    ORDER BY supporter_id LIMIT :rows FOR NO KEY UPDATE OF supporters
    """
).bindparams(sa.bindparam("report_id", type_=_UUID))
_TOLD = sa.text("UPDATE supporters SET told = :told WHERE supporter_id = ANY(:supporter_ids)").bindparams(
    sa.bindparam("supporter_ids", type_=pg.ARRAY(_UUID))
)
"""Index supporters_by_id."""
_COUNT = sa.text("SELECT count(*) FROM supporters WHERE report_id = :report_id AND NOT withdrawn").bindparams(
    sa.bindparam("report_id", type_=_UUID)
)


async def count_supporters(tx: Transaction, events: Sequence[Event]) -> None:
    """Keep who supports what. It is no part of a case's history: a thousand may, and its status stays."""
    facts = [event.fact for event in events]
    await tx.execute(
        _KEEP,
        {
            "report_ids": [fact.report_id for fact in facts],
            "supporter_ids": [fact.supporter_id for fact in facts],
            "withdrawn": [fact.withdrawn for fact in facts],
        },
    )


async def tell(tx: Transaction, lead: Case, said: str, answer: str | None) -> bool:
    """Tell who supports this case, or a case that joined it, how it stands; true if there may be more.

    Each is told with the id under which their contact was registered. Of a case that has become secret,
    nothing is told any more.
    """
    if lead.submission is None or hidden(lead):
        return False
    ids = (await tx.execute(_UNTOLD, {"report_id": lead.report_id, "told": said, "rows": AT_ONCE})).scalars()
    told = list(ids)
    assert lead.status is not None  # it was submitted
    for supporter_id in told:
        tx.say(
            SupportedStatusChanged(
                report_id=supporter_id,
                occurred_at=tx.now,
                case_version=len(lead.history),
                tracking_id=lead.submission.tracking_id,
                status=lead.status,
                answer=answer,
            )
        )
    if told:
        await tx.execute(_TOLD, {"told": said, "supporter_ids": told})
    return len(told) == AT_ONCE


async def count(tx: Transaction, report_id: UUID) -> int:
    """How many support a report now."""
    return int((await tx.execute(_COUNT, {"report_id": report_id})).scalar_one())
