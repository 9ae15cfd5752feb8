"""Tables beside the cases that few cases touch: who joined whom, and whose submission is still missing.

Costs a statement only where there is something to write.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain.case import Case
from services.verification.domain.consequences import Said
from shared.contracts import CaseStatus
from shared.db.database import Transaction

PATIENCE = timedelta(hours=1)
"""A fact may overtake the submission of its case; for so long nobody need look."""

_UUID = pg.UUID(as_uuid=True)
_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(_UUID))
_JOIN = sa.text(
    """
    INSERT INTO members (report_id, lead, joined_at)
    SELECT report_id, lead, :now FROM unnest(:report_ids, :leads) AS new (report_id, lead)
    ON CONFLICT (report_id) DO UPDATE SET lead = excluded.lead, told = NULL
    WHERE members.lead <> excluded.lead
    """
).bindparams(
    _IDS, sa.bindparam("leads", type_=pg.ARRAY(_UUID)), sa.bindparam("now", type_=sa.DateTime(timezone=True))
)
_LEAVE = sa.text("DELETE FROM members WHERE report_id = ANY(:report_ids)").bindparams(_IDS)
_WAIT = sa.text(
    "INSERT INTO waiting (report_id, since) SELECT unnest(:report_ids), :now ON CONFLICT DO NOTHING"
).bindparams(_IDS, sa.bindparam("now", type_=sa.DateTime(timezone=True)))
_FOUND = sa.text(
    "DELETE FROM waiting USING cases WHERE cases.report_id = waiting.report_id AND tracking_id IS NOT NULL"
)
_OVERDUE = sa.text(
    """
    SELECT report_id, since, array(SELECT type FROM entries WHERE entries.report_id = waiting.report_id
      ORDER BY seq LIMIT 20) AS facts
    FROM waiting JOIN cases USING (report_id)
    WHERE tracking_id IS NULL AND since <= :before ORDER BY since LIMIT :rows
    """
).bindparams(sa.bindparam("before", type_=sa.DateTime(timezone=True)))
_COUNT = sa.text(
    """
    SELECT count(*) FROM waiting JOIN cases USING (report_id)
    WHERE tracking_id IS NULL AND since <= :before
    """
).bindparams(sa.bindparam("before", type_=sa.DateTime(timezone=True)))


async def note(tx: Transaction, changed: Sequence[tuple[Said, Case]]) -> None:
    """Bring the tables up to cases that are held, given what was said of them before."""
    joined = {case.report_id: case.merged_into for _, case in changed if case.merged_into is not None}
    left = [
        case.report_id
        for before, case in changed
        if before.status is CaseStatus.MERGED and case.merged_into is None
    ]
    unknown = [case.report_id for _, case in changed if case.submission is None]
    if joined:
        await tx.execute(_JOIN, {"report_ids": list(joined), "leads": list(joined.values()), "now": tx.now})
    if left:
        await tx.execute(_LEAVE, {"report_ids": left})
    if unknown:
        await tx.execute(_WAIT, {"report_ids": unknown, "now": tx.now})


async def unknown_cases(tx: Transaction, limit: int) -> Sequence[Any]:
    """Cases of which facts came an hour ago or earlier, and no submission yet: the longest-waiting first."""
    return (await tx.execute(_OVERDUE, {"before": _since(tx.now), "rows": limit})).all()


async def count_unknown(tx: Transaction) -> int:
    """How many there are; forgets those whose submission has come."""
    await tx.execute(_FOUND)
    return int((await tx.execute(_COUNT, {"before": _since(tx.now)})).scalar_one())


def _since(now: datetime) -> datetime:
    return now - PATIENCE


async def leads_of(tx: Transaction, report_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Which case each of these has joined, if any."""
    rows = await tx.execute(_LEADS, {"report_ids": list(report_ids)})
    return {row.report_id: row.lead for row in rows}


_LEADS = sa.text("SELECT report_id, lead FROM members WHERE report_id = ANY(:report_ids)").bindparams(_IDS)
