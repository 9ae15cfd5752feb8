"""The record of reveals in PostgreSQL: every step, the denied ones too, in one chain that only grows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.identity.chain import EMPTY, Entry, first_break
from shared.db.database import Transaction

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)

_LOG_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('intake.reveal_log'))")
_LOG_HEAD = sa.text("SELECT seq, hash FROM reveal_log ORDER BY seq DESC LIMIT 1")
_LOG_ADD = sa.text(
    """
    INSERT INTO reveal_log (seq, reveal_id, at, step, officer, details, hash)
    VALUES (:seq, :reveal_id, :at, :step, :officer, CAST(:details AS jsonb), :hash)
    """
).bindparams(
    sa.bindparam("reveal_id", type_=_UUID),
    sa.bindparam("at", type_=_TIME),
    sa.bindparam("hash", type_=sa.LargeBinary),
)
_LOG = sa.text(
    "SELECT seq, reveal_id, at, step, officer, details, hash FROM reveal_log ORDER BY seq"
).columns(reveal_id=_UUID, details=pg.JSONB, hash=sa.LargeBinary)

_CUT = sa.text(
    """
    SELECT EXISTS (
      SELECT FROM reveals CROSS JOIN LATERAL (VALUES ('asked'),
        (CASE WHEN decided_by IS NULL THEN 'asked' WHEN state = 'refused' THEN 'refused' ELSE 'approved' END),
        (CASE WHEN shown_at IS NULL THEN 'asked' ELSE 'shown' END)) AS taken (step)
      WHERE NOT EXISTS (
        SELECT FROM reveal_log AS log WHERE log.reveal_id = reveals.reveal_id AND log.step = taken.step)
    ) OR EXISTS (
      SELECT FROM reveal_holders AS holder WHERE NOT EXISTS (
        SELECT FROM reveal_log AS log WHERE log.step = 'enrolled'
          AND log.details->>'holder' = holder.officer AND log.details->>'key' = holder.key_id)
    )
    """
)
"""A step that officers took, or a key holder, of which the chain does not tell. What is void became so by
itself, after the steps that officers had taken.
"""


@dataclass(frozen=True)
class Record:
    """`broken`: the number of the first entry that does not fit, or is missing at the end; None if all do."""

    entries: list[Entry]
    digests: list[bytes]
    broken: int | None

    def still_has(self, number: int, digest: bytes) -> bool:
        """Whether an entry is the one that somebody noted: whoever can write to the database can compute a
        whole chain anew, and not one that ends in an entry which was noted elsewhere.
        """
        return 0 < number <= len(self.digests) and self.digests[number - 1] == digest


async def add(
    tx: Transaction, reveal_id: UUID | None, step: str, officer: str, details: Mapping[str, Any]
) -> None:
    """Add a step to the chain. One at a time: reveals are rare."""
    await tx.execute(_LOG_LOCK)
    head = (await tx.execute(_LOG_HEAD)).first()
    entry = Entry(head.seq + 1 if head else 1, reveal_id, tx.now, step, officer, details)
    row = {**vars(entry), "details": json.dumps(details)}
    await tx.execute(_LOG_ADD, {**row, "hash": entry.digest(head.hash if head else EMPTY)})


async def read(tx: Transaction) -> Record:
    """The whole chain, in order, and whether it is whole."""
    entries = [
        (Entry(r.seq, r.reveal_id, r.at, r.step, r.officer, r.details), r.hash)
        for r in await tx.execute(_LOG)
    ]
    cut = len(entries) + 1 if (await tx.execute(_CUT)).scalar_one() else None
    broken = first_break(entries) or cut
    return Record([entry for entry, _ in entries], [digest for _, digest in entries], broken)
