"""Cases in PostgreSQL: a row to lock and to list, and the append-only facts it adds up to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain.case import Case, Entry
from services.verification.domain.consequences import Said
from shared.contracts import CaseStatus, ClosedBy
from shared.contracts.codec import decode, encode
from shared.db.database import Transaction

_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))
_HOLD = sa.text(
    """
    SELECT report_id, version, status, closed_by, reopenings, escalated FROM cases
    WHERE report_id = ANY(:report_ids) ORDER BY report_id FOR NO KEY UPDATE
    """
).bindparams(_IDS)
"""Holds cases to the end of the transaction, always in the same order: each has one writer at a time."""

_OPEN = sa.text(
    """
    INSERT INTO cases (report_id) SELECT unnest(:report_ids)
    ON CONFLICT (report_id) DO UPDATE SET version = cases.version
    RETURNING report_id, version, status, closed_by, reopenings, escalated
    """
).bindparams(_IDS)
"""Makes the rows that were not there, or holds those that somebody else has just made."""

_APPEND = sa.text(
    """
    INSERT INTO entries (event_id, report_id, type, body, officer)
    VALUES (:event_id, :report_id, :type, :body, :officer) ON CONFLICT DO NOTHING
    """
)
_ENTRIES = sa.text(
    "SELECT report_id, event_id, type, body, officer FROM entries WHERE report_id = ANY(:report_ids)"
).bindparams(_IDS)
"""Index entries_by_report."""
_SAVE = sa.text(
    """
    UPDATE cases SET version = :version, status = :status, closed_by = :closed_by, reopenings = :reopenings,
      escalated = :escalated, tracking_id = :tracking_id, title = :title, category = :category,
      classification = :classification, region = :region, channel = :channel, anonymous = :anonymous,
      secret = :secret, submitted_at = :submitted_at
    WHERE report_id = :report_id
    """
)


async def lock_cases(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, Said]:
    """What was last said about these cases; nobody else may change them until this transaction ends."""
    rows = list(await tx.execute(_HOLD, {"report_ids": sorted(report_ids)}))
    if missing := sorted(set(report_ids) - {row.report_id for row in rows}):
        rows += await tx.execute(_OPEN, {"report_ids": missing})
    return {row.report_id: _said(row) for row in rows}


async def lock_case(tx: Transaction, report_id: UUID) -> Said:
    return (await lock_cases(tx, [report_id]))[report_id]


def _said(row: Any) -> Said:
    return Said(
        version=row.version,
        status=CaseStatus(row.status) if row.status else None,
        closed_by=ClosedBy(row.closed_by) if row.closed_by else None,
        reopenings=row.reopenings,
        escalated=row.escalated,
    )


async def append(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Record facts; a fact that is already there stays as it is."""
    await tx.execute(
        _APPEND,
        [
            {
                "event_id": entry.event_id,
                "report_id": entry.fact.report_id,
                "type": entry.fact.schema_name(),
                "body": encode(entry.fact),
                "officer": entry.officer,
            }
            for entry in entries
        ],
    )


async def entries_of(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """What is on record about each of these cases, in no order."""
    found: dict[UUID, list[Entry]] = {report_id: [] for report_id in report_ids}
    for row in await tx.execute(_ENTRIES, {"report_ids": list(report_ids)}):
        found[row.report_id].append(Entry(row.event_id, decode(row.type, row.body), row.officer))
    return found


async def entries(tx: Transaction, report_id: UUID) -> list[Entry]:
    return (await entries_of(tx, [report_id]))[report_id]


async def save(tx: Transaction, cases: Sequence[tuple[Case, Said]]) -> None:
    """Bring the rows that are locked and listed up to the cases."""
    await tx.execute(_SAVE, [_row(case, said) for case, said in cases])


def _row(case: Case, said: Said) -> dict[str, Any]:
    submission = case.submission
    return {
        "report_id": case.report_id,
        "version": said.version,
        "status": said.status,
        "closed_by": said.closed_by,
        "reopenings": said.reopenings,
        "escalated": said.escalated,
        "tracking_id": submission.tracking_id if submission else None,
        "title": case.title,
        "category": case.category,
        "classification": case.classification,
        "region": case.place.region,
        "channel": submission.channel if submission else None,
        "anonymous": case.anonymous,
        "secret": case.secret,
        "submitted_at": submission.occurred_at if submission else None,
    }


_LISTED = (
    "report_id",
    "tracking_id",
    "version",
    "status",
    "title",
    "category",
    "classification",
    "region",
    "channel",
    "anonymous",
    "secret",
    "escalated",
    "submitted_at",
)
_cases = sa.table("cases", *(sa.column(name) for name in _LISTED))
_cases.c.report_id.type = pg.UUID(as_uuid=True)
_cases.c.submitted_at.type = sa.DateTime(timezone=True)


async def list_cases(
    tx: Transaction,
    status: CaseStatus | None,
    tracking_id: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Any]:
    """Oldest first (indexes cases_by_status, cases_by_age); `after` is the last row's place in the order."""
    query = sa.select(_cases).where(_cases.c.status.is_not(None))
    if tracking_id is not None:
        query = query.where(_cases.c.tracking_id == tracking_id)
    if status is not None:
        query = query.where(_cases.c.status == status.value)
    if after is not None:
        query = query.where(sa.tuple_(_cases.c.submitted_at, _cases.c.report_id) > sa.tuple_(*after))
    query = query.order_by(_cases.c.submitted_at, _cases.c.report_id).limit(limit)
    return (await tx.execute(query)).all()
