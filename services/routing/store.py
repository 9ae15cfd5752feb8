"""Dockets in PostgreSQL: a row to lock, the append-only facts they add up to, and legs for lists."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing.domain.deadlines import owed
from services.routing.domain.leg import Docket, Entry, Leg
from shared.contracts.codec import decode, encode
from shared.db.database import Transaction

_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))
_HOLD = sa.text(
    "SELECT report_id FROM dockets WHERE report_id = ANY(:report_ids) ORDER BY report_id FOR NO KEY UPDATE"
).bindparams(_IDS)
"""Holds dockets to the end of the transaction, always in the same order: one writer at a time."""

_OPEN = sa.text(
    """
    INSERT INTO dockets (report_id) SELECT unnest(:report_ids)
    ON CONFLICT (report_id) DO UPDATE SET case_version = dockets.case_version
    """
).bindparams(_IDS)
"""Makes the rows that were not there, or holds those that somebody else has just made."""

_APPEND = sa.text(
    """
    INSERT INTO entries (event_id, report_id, type, body, actor, note)
    VALUES (:event_id, :report_id, :type, :body, :actor, :note) ON CONFLICT DO NOTHING
    """
)
_ENTRIES = sa.text(
    "SELECT report_id, event_id, type, body, actor, note FROM entries WHERE report_id = ANY(:report_ids)"
).bindparams(_IDS)
"""Index entries_by_report."""

_SAVE_STATUS = sa.text(
    "UPDATE dockets SET case_version = :case_version, status = :status WHERE report_id = :report_id"
)
_SAVE_LEG = sa.text(
    """
    INSERT INTO legs (leg_id, report_id, agency, holder, round, hop, version, state, tracking_id, title,
      category, classification, region, anonymous, secret, why, created_at, answered_at, zone, respond_by,
      settle_by, due_at)
    VALUES (:leg_id, :report_id, :agency, :holder, :round, :hop, :version, :state, :tracking_id, :title,
      :category, :classification, :region, :anonymous, :secret, :why, :created_at, :answered_at, :zone,
      :respond_by, :settle_by, :due_at)
    ON CONFLICT (leg_id) DO UPDATE
      SET holder = :holder, version = :version, state = :state, answered_at = :answered_at,
        respond_by = :respond_by, settle_by = :settle_by, due_at = :due_at
    """
)
_RECORD_RESPONSE = sa.text(
    """
    INSERT INTO responses (response_id, agency, kind, leg_id, refused, reason, said_at, received_at)
    VALUES (:response_id, :agency, :kind, :leg_id, :refused, :reason, :said_at, :received_at)
    ON CONFLICT DO NOTHING
    """
)


async def lock_dockets(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Nobody else may change these cases' legs until this transaction ends."""
    held = (await tx.execute(_HOLD, {"report_ids": sorted(report_ids)})).scalars()
    if missing := sorted(set(report_ids) - set(held)):
        await tx.execute(_OPEN, {"report_ids": missing})


async def append(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Record facts; one that is already there stays as it is."""
    if not entries:
        return
    await tx.execute(
        _APPEND,
        [
            {
                "event_id": entry.event_id,
                "report_id": entry.fact.report_id,
                "type": entry.fact.schema_name(),
                "body": encode(entry.fact),
                "actor": entry.actor,
                "note": entry.note,
            }
            for entry in entries
        ],
    )


async def entries_of(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """What is on record about each of these cases, in no order."""
    found: dict[UUID, list[Entry]] = {report_id: [] for report_id in report_ids}
    for row in await tx.execute(_ENTRIES, {"report_ids": list(report_ids)}):
        found[row.report_id].append(Entry(row.event_id, decode(row.type, row.body), row.actor, row.note))
    return found


async def entries(tx: Transaction, report_id: UUID) -> list[Entry]:
    return (await entries_of(tx, [report_id]))[report_id]


async def save(tx: Transaction, changes: Sequence[tuple[Docket, Docket]]) -> None:
    """Write what has changed between each docket before and after."""
    statuses = [
        {"report_id": after.report_id, "case_version": after.case_version, "status": after.status}
        for before, after in changes
        if (before.status, before.case_version) != (after.status, after.case_version)
    ]
    if statuses:
        await tx.execute(_SAVE_STATUS, statuses)
    if legs := [row for before, after in changes for row in _changed_legs(before, after)]:
        await tx.execute(_SAVE_LEG, legs)


def _changed_legs(before: Docket, after: Docket) -> list[dict[str, Any]]:
    old = {leg.leg_id: _changing(before, leg) for leg in before.legs.values()}
    return [
        _leg_row(after, leg) for leg in after.legs.values() if _changing(after, leg) != old.get(leg.leg_id)
    ]


def _changing(docket: Docket, leg: Leg) -> tuple[Any, ...]:
    """What a leg's row follows from, beside what never changes."""
    return (docket.state_of(leg), leg.version, leg.holder, leg.answered_at, leg.ever_answered, leg.rests)


async def record_response(
    tx: Transaction,
    response_id: UUID,
    agency: str,
    kind: str,
    *,
    leg_id: UUID | None,
    said_at: datetime | None,
    refused: str | None = None,
    reason: str | None = None,
) -> None:
    """What an agency said over the broker, and what became of it."""
    await tx.execute(
        _RECORD_RESPONSE,
        {
            "response_id": response_id,
            "agency": agency,
            "kind": kind,
            "leg_id": leg_id,
            "refused": refused,
            "reason": reason,
            "said_at": said_at,
            "received_at": tx.now,
        },
    )


def _leg_row(docket: Docket, leg: Leg) -> dict[str, Any]:
    created, owes = leg.created, owed(docket, leg)
    return {
        "leg_id": leg.leg_id,
        "report_id": docket.report_id,
        "agency": leg.agency,
        "holder": leg.holder,
        "round": leg.round,
        "hop": leg.hop,
        "version": leg.version,
        "state": docket.state_of(leg).value,
        "tracking_id": created.tracking_id,
        "title": created.title,
        "category": created.category,
        "classification": created.classification.value,
        "region": created.place.region,
        "anonymous": created.anonymous,
        "secret": created.secret,
        "why": leg.why,
        "created_at": created.occurred_at,
        "answered_at": leg.answered_at,
        "zone": created.zone,
        "respond_by": owes.respond_by,
        "settle_by": owes.settle_by,
        "due_at": owes.due_at,
    }


_REPORT_OF = sa.text(
    """
    SELECT report_id FROM legs
    WHERE leg_id = :leg_id AND (CAST(:scope AS text) IS NULL OR holder = :scope
      OR (holder >= :scope || '.' AND holder < :scope || '/'))
    """
).bindparams(
    sa.bindparam("leg_id", type_=pg.UUID(as_uuid=True)), sa.bindparam("scope", type_=sa.Text(collation="C"))
)


async def report_of(tx: Transaction, leg_id: UUID, scope: str | None = None) -> UUID | None:
    """The case of a leg, if there is such a leg within the scope."""
    found: UUID | None = (
        await tx.execute(_REPORT_OF, {"leg_id": leg_id, "scope": scope})
    ).scalar_one_or_none()
    return found
