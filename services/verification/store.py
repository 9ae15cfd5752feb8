"""Cases in PostgreSQL: a row to lock and to list, and the append-only facts it adds up to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain import secrecy
from services.verification.domain.case import Case, Entry
from services.verification.domain.chain import Chain, Link
from services.verification.domain.claim import Claim
from services.verification.domain.consequences import Said
from services.verification.domain.deadline import due_at
from services.verification.domain.errands import ToDo
from services.verification.domain.scope import lineage
from shared.contracts import CaseStatus, ClosedBy
from shared.contracts.codec import decode, encode
from shared.db.database import Transaction

_IDS = sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))
_HOLD = sa.text(
    """
    SELECT report_id, version, status, closed_by, reopenings, escalated, chain_length, chain_head FROM cases
    WHERE report_id = ANY(:report_ids) ORDER BY report_id FOR NO KEY UPDATE
    """
).bindparams(_IDS)
"""Holds cases to the end of the transaction, always in the same order: each has one writer at a time."""

_OPEN = sa.text(
    """
    INSERT INTO cases (report_id) SELECT unnest(:report_ids)
    ON CONFLICT (report_id) DO UPDATE SET version = cases.version
    RETURNING report_id, version, status, closed_by, reopenings, escalated, chain_length, chain_head
    """
).bindparams(_IDS)
"""Makes the rows that were not there, or holds those that somebody else has just made."""

_ENTRIES = sa.text(
    "SELECT report_id, event_id, type, body, officer, note FROM entries WHERE report_id = ANY(:report_ids)"
).bindparams(_IDS)
"""Index entries_in_order."""
_UUID = pg.UUID(as_uuid=True)
_ENTRY_TYPES: dict[str, Any] = {
    "event_id": _UUID, "entry_of": _UUID, "type": sa.Text(), "body": sa.LargeBinary(), "officer": sa.Text(),
    "note": sa.Text(), "seq": sa.Integer(), "hash": sa.LargeBinary(),
    "recorded_at": sa.DateTime(timezone=True),
}  # fmt: skip
_CASE_TYPES: dict[str, Any] = {
    "report_id": _UUID,
    **dict.fromkeys(("version", "reopenings", "chain_length"), sa.Integer()),
    **dict.fromkeys(("status", "closed_by", "tracking_id", "title", "category"), sa.Text()),
    **dict.fromkeys(("classification", "region", "channel", "agencies"), sa.Text()),
    **dict.fromkeys(("escalated", "anonymous", "secret", "sensitive", "unproven"), sa.Boolean()),
    "chain_head": sa.LargeBinary(),
    **dict.fromkeys(("submitted_at", "due_at"), sa.DateTime(timezone=True)),
}
_ERRAND_TYPES: dict[str, Any] = {
    "errand": sa.Text(), "errand_of": _UUID, "errand_event": _UUID, "errand_due": sa.DateTime(timezone=True),
}  # fmt: skip
_RECORD = sa.text(
    """
    WITH recorded AS (
      INSERT INTO entries (event_id, report_id, type, body, officer, note, seq, hash, recorded_at)
      SELECT * FROM unnest(
        :event_id, :entry_of, :type, :body, :officer, :note, :seq, :hash, :recorded_at)
    ), left_to_do AS (
      INSERT INTO errands (errand, report_id, event_id, due)
      SELECT * FROM unnest(:errand, :errand_of, :errand_event, :errand_due)
        AS new (errand, report_id, event_id, due)
      WHERE errand <> 'cluster' OR EXISTS (SELECT FROM members WHERE lead = new.report_id)
        OR EXISTS (SELECT FROM supporters WHERE supporters.report_id = new.report_id)
    )
    UPDATE cases SET version = new.version, reopenings = new.reopenings, status = new.status,
      closed_by = new.closed_by, tracking_id = new.tracking_id, title = new.title, category = new.category,
      classification = new.classification, region = new.region, channel = new.channel,
      escalated = new.escalated, anonymous = new.anonymous, secret = new.secret,
      sensitive = new.sensitive, unproven = new.unproven, submitted_at = new.submitted_at,
      due_at = new.due_at,
      agencies = string_to_array(new.agencies, ' '),
      chain_length = new.chain_length, chain_head = new.chain_head,
      unsealed = cases.unsealed OR new.chain_length > cases.chain_length
    FROM unnest(:report_id, :version, :reopenings, :status, :closed_by, :tracking_id, :title, :category,
      :classification, :region, :channel, :agencies, :escalated, :anonymous, :secret, :sensitive,
      :unproven, :submitted_at, :due_at, :chain_length, :chain_head
    ) AS new (report_id, version, reopenings, status, closed_by, tracking_id, title, category,
      classification, region, channel, agencies, escalated, anonymous, secret, sensitive, unproven,
      submitted_at, due_at, chain_length, chain_head)
    WHERE cases.report_id = new.report_id
    """
).bindparams(
    *(
        sa.bindparam(name, type_=pg.ARRAY(kind))
        for name, kind in (_ENTRY_TYPES | _CASE_TYPES | _ERRAND_TYPES).items()
    )
)
"""However many entries, cases and errands: one statement, with an array for each column."""


@dataclass(frozen=True)
class Held:
    """A case that nobody else can change until the transaction ends, and who is looking at it."""

    report_id: UUID
    said: Said
    chain: Chain
    claim: Claim | None = None


async def lock_cases(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, Held]:
    """Hold these cases; those that nobody has heard of come into being."""
    rows = list(await tx.execute(_HOLD, {"report_ids": sorted(report_ids)}))
    if missing := sorted(set(report_ids) - {row.report_id for row in rows}):
        rows += await tx.execute(_OPEN, {"report_ids": missing})
    return {row.report_id: held_of(row) for row in rows}


def held_of(row: Any, claim: Claim | None = None) -> Held:
    """A case that is locked, as it was told last."""
    chain = Chain(row.chain_length, row.chain_head) if row.chain_length else Chain()
    said = Said(
        version=row.version,
        status=CaseStatus(row.status) if row.status else None,
        closed_by=ClosedBy(row.closed_by) if row.closed_by else None,
        reopenings=row.reopenings,
        escalated=row.escalated,
    )
    return Held(row.report_id, said, chain, claim)


async def entries_of(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """What is on record about each of these cases, in no order."""
    found: dict[UUID, list[Entry]] = {report_id: [] for report_id in report_ids}
    for row in await tx.execute(_ENTRIES, {"report_ids": list(report_ids)}):
        found[row.report_id].append(Entry(row.event_id, decode(row.type, row.body), row.officer, row.note))
    return found


async def entries(tx: Transaction, report_id: UUID) -> list[Entry]:
    """Everything recorded about one case."""
    return (await entries_of(tx, [report_id]))[report_id]


async def record(
    tx: Transaction,
    entries: Sequence[Entry],
    cases: Sequence[tuple[Case, Said]],
    chains: dict[UUID, Chain],
    todo: Sequence[ToDo] = (),
) -> None:
    """Keep entries that are not there yet, each bound to those before it, and bring the rows that are locked
    and listed up to the cases. `chains` are those of the cases as they were, and as they are afterwards;
    `todo` is what others will do about them.
    """
    links = [_link(entry, tx.now) for entry in entries]
    ends = []
    for link in links:
        chains[link.report_id] = chains[link.report_id].extended(link)
        ends.append(chains[link.report_id])
    rows = [_row(case, said, chains[case.report_id]) for case, said in cases]
    columns = {
        "event_id": [link.event_id for link in links],
        "entry_of": [link.report_id for link in links],
        "type": [link.type for link in links],
        "body": [link.body for link in links],
        "officer": [link.officer for link in links],
        "note": [link.note for link in links],
        "seq": [chain.length for chain in ends],
        "hash": [chain.head for chain in ends],
        "recorded_at": [link.recorded_at for link in links],
        **{name: [row[name] for row in rows] for name in _CASE_TYPES},
        "errand": [one.errand.value for one in todo],
        "errand_of": [one.report_id for one in todo],
        "errand_event": [one.event_id for one in todo],
        "errand_due": [one.due for one in todo],
    }
    await tx.execute(_RECORD, columns)


def _link(entry: Entry, now: datetime) -> Link:
    fact = entry.fact
    return Link(
        fact.report_id, entry.event_id, fact.schema_name(), encode(fact), entry.officer, entry.note, now
    )


def _row(case: Case, said: Said, chain: Chain) -> dict[str, Any]:
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
        "sensitive": secrecy.proposed(case),
        "unproven": case.unproven,
        "due_at": due_at(case),
        "chain_length": chain.length,
        "chain_head": chain.head,
        "agencies": " ".join(sorted({one for leg in case.active_legs for one in lineage(leg.agency)})),
        "submitted_at": submission.occurred_at if submission else None,
    }
