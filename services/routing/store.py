"""Dockets in PostgreSQL: a row to lock, the append-only facts they add up to, and legs for lists."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.routing.domain.deadlines import owed
from services.routing.domain.leg import Docket, Entry, Leg
from shared.contracts.codec import decode, encode
from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(_UUID))
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

_ENTRIES = sa.text(
    "SELECT report_id, event_id, type, body, actor, note FROM entries WHERE report_id = ANY(:report_ids)"
).bindparams(_IDS)
"""Index entries_by_report."""

_TIME = sa.DateTime(timezone=True)
_ENTRY_TYPES: dict[str, Any] = {
    "event_id": _UUID, "entry_of": _UUID, "type": sa.Text(), "body": sa.LargeBinary(), "actor": sa.Text(),
    "note": sa.Text(),
}  # fmt: skip
_STATUS_TYPES: dict[str, Any] = {"docket_of": _UUID, "case_version": sa.Integer(), "status": sa.Text()}
_LEG_TYPES: dict[str, Any] = {
    **dict.fromkeys(("leg_id", "report_id"), _UUID),
    **dict.fromkeys(("agency", "holder"), sa.Text()),
    **dict.fromkeys(("round", "hop", "version"), sa.Integer()),
    **dict.fromkeys(("state", "tracking_id", "title", "category", "classification", "region"), sa.Text()),
    **dict.fromkeys(("anonymous", "secret"), sa.Boolean()),
    "why": sa.Text(),
    **dict.fromkeys(("created_at", "answered_at"), _TIME),
    "zone": sa.Text(),
    **dict.fromkeys(("respond_by", "settle_by", "due_at"), _TIME),
}
_SAVE = sa.text(
    """
    WITH recorded AS (
      INSERT INTO entries (event_id, report_id, type, body, actor, note)
      SELECT * FROM unnest(:event_id, :entry_of, :type, :body, :actor, :note) ON CONFLICT DO NOTHING
    ), brought_up AS (
      UPDATE dockets SET case_version = new.case_version, status = new.status
      FROM unnest(:docket_of, :case_version, :status) AS new (report_id, case_version, status)
      WHERE dockets.report_id = new.report_id
    )
    INSERT INTO legs (leg_id, report_id, agency, holder, round, hop, version, state, tracking_id, title,
      category, classification, region, anonymous, secret, why, created_at, answered_at, zone, respond_by,
      settle_by, due_at)
    SELECT * FROM unnest(:leg_id, :report_id, :agency, :holder, :round, :hop, :version, :state, :tracking_id,
      :title, :category, :classification, :region, :anonymous, :secret, :why, :created_at, :answered_at,
      :zone, :respond_by, :settle_by, :due_at)
    ON CONFLICT (leg_id) DO UPDATE
      SET holder = excluded.holder, version = excluded.version, state = excluded.state,
        answered_at = excluded.answered_at, respond_by = excluded.respond_by,
        settle_by = excluded.settle_by, due_at = excluded.due_at
    """
).bindparams(
    *(
        sa.bindparam(name, type_=pg.ARRAY(kind))
        for name, kind in (_ENTRY_TYPES | _STATUS_TYPES | _LEG_TYPES).items()
    )
)
"""However many facts, cases and legs: one statement, with an array for each column. A fact that is already
there stays as it is."""
_RESPONSE_TYPES: dict[str, Any] = {
    "response_id": _UUID, "agency": sa.Text(), "kind": sa.Text(), "leg_id": _UUID, "refused": sa.Text(),
    "reason": sa.Text(), "said_at": _TIME, "received_at": _TIME,
}  # fmt: skip
_RECORD_RESPONSES = sa.text(
    """
    INSERT INTO responses (response_id, agency, kind, leg_id, refused, reason, said_at, received_at)
    SELECT * FROM unnest(:response_id, :agency, :kind, :leg_id, :refused, :reason, :said_at, :received_at)
    ON CONFLICT DO NOTHING
    """
).bindparams(*(sa.bindparam(name, type_=pg.ARRAY(kind)) for name, kind in _RESPONSE_TYPES.items()))


async def lock_dockets(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Nobody else may change these cases' legs until this transaction ends."""
    held = (await tx.execute(_HOLD, {"report_ids": sorted(report_ids)})).scalars()
    if missing := sorted(set(report_ids) - set(held)):
        await tx.execute(_OPEN, {"report_ids": missing})


async def entries_of(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """What is on record about each of these cases, in no order."""
    found: dict[UUID, list[Entry]] = {report_id: [] for report_id in report_ids}
    for row in await tx.execute(_ENTRIES, {"report_ids": list(report_ids)}):
        found[row.report_id].append(Entry(row.event_id, decode(row.type, row.body), row.actor, row.note))
    return found


async def entries(tx: Transaction, report_id: UUID) -> list[Entry]:
    """Everything recorded about one case."""
    return (await entries_of(tx, [report_id]))[report_id]


async def save(tx: Transaction, added: Sequence[Entry], changes: Sequence[tuple[Docket, Docket]]) -> None:
    """Record facts, and write what has changed between each docket before and after."""
    dockets = [
        {"docket_of": after.report_id, "case_version": after.case_version, "status": after.status}
        for before, after in changes
        if (before.status, before.case_version) != (after.status, after.case_version)
    ]
    legs = [row for before, after in changes for row in _changed_legs(before, after)]
    if added or dockets or legs:
        rows = _columns(_ENTRY_TYPES, [_entry_row(entry) for entry in added])
        await tx.execute(_SAVE, rows | _columns(_STATUS_TYPES, dockets) | _columns(_LEG_TYPES, legs))


def _columns(names: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows as an array for each column."""
    return {name: [row[name] for row in rows] for name in names}


def _entry_row(entry: Entry) -> dict[str, Any]:
    return {
        "event_id": entry.event_id,
        "entry_of": entry.fact.report_id,
        "type": entry.fact.schema_name(),
        "body": encode(entry.fact),
        "actor": entry.actor,
        "note": entry.note,
    }


def _changed_legs(before: Docket, after: Docket) -> list[dict[str, Any]]:
    old = {leg.leg_id: _changing(before, leg) for leg in before.legs.values()}
    return [
        _leg_row(after, leg) for leg in after.legs.values() if _changing(after, leg) != old.get(leg.leg_id)
    ]


def _changing(docket: Docket, leg: Leg) -> tuple[Any, ...]:
    """What a leg's row follows from, beside what never changes."""
    return (
        docket.state_of(leg),
        leg.version,
        leg.holder,
        leg.answered_at,
        leg.ever_answered,
        leg.rests,
        docket.held_since,
    )


@dataclass(frozen=True)
class Response:
    """What an agency said, over the broker or from a mail, and what became of it."""

    response_id: UUID
    agency: str
    kind: str
    leg_id: UUID | None
    said_at: datetime | None = None
    """By the agency's own clock."""
    refused: str | None = None
    """The reason's code; None if it was accepted."""
    reason: str | None = None


async def record_responses(tx: Transaction, responses: Sequence[Response]) -> None:
    """Keep what agencies said; a message that is already there stays as it is."""
    rows = [{**vars(one), "received_at": tx.now} for one in responses]
    await tx.execute(_RECORD_RESPONSES, _columns(_RESPONSE_TYPES, rows))


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
).bindparams(sa.bindparam("leg_id", type_=_UUID), sa.bindparam("scope", type_=sa.Text(collation="C")))


async def report_of(tx: Transaction, leg_id: UUID, scope: str | None = None) -> UUID | None:
    """The case of a leg, if there is such a leg within the scope."""
    found: UUID | None = (
        await tx.execute(_REPORT_OF, {"leg_id": leg_id, "scope": scope})
    ).scalar_one_or_none()
    return found


_REPORTS_OF = sa.text("SELECT leg_id, report_id FROM legs WHERE leg_id = ANY(:leg_ids)").bindparams(
    sa.bindparam("leg_ids", type_=pg.ARRAY(_UUID))
)


async def reports_of(tx: Transaction, leg_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The cases of those of these legs that there are."""
    rows = await tx.execute(_REPORTS_OF, {"leg_ids": sorted(leg_ids)})
    return {row.leg_id: row.report_id for row in rows}
