"""The record of reveals in PostgreSQL: every step, the denied ones too, in a signed chain that only grows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.intake.identity.chain import EMPTY, Break, Entry, Kept, Wrong, first_break, sign, unsigned
from shared.db.database import Transaction
from shared.security.keys import SigningKey, VerifyingKeys

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)

_LOG_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('intake.reveal_log'))")
_LOG_HEAD = sa.text("SELECT seq, hash FROM reveal_log ORDER BY seq DESC LIMIT 1")
_LOG_ADD = sa.text(
    """
    INSERT INTO reveal_log (seq, reveal_id, at, step, officer, details, hash, signature)
    VALUES (:seq, :reveal_id, :at, :step, :officer, CAST(:details AS jsonb), :hash, :signature)
    """
).bindparams(
    sa.bindparam("reveal_id", type_=_UUID),
    sa.bindparam("at", type_=_TIME),
    sa.bindparam("hash", type_=sa.LargeBinary),
)
_LOG = sa.text(
    "SELECT seq, reveal_id, at, step, officer, details, hash, signature FROM reveal_log ORDER BY seq"
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
    """The whole chain, in order. `cut`: a step was taken of which it does not tell."""

    kept: list[Kept]
    cut: bool

    @property
    def entries(self) -> list[Entry]:
        return [one.entry for one in self.kept]

    @property
    def unsigned(self) -> int:
        """How many of the first entries carry no signature."""
        return unsigned(self.kept)

    def broken(self, keys: VerifyingKeys) -> Break | None:
        """The first entry that does not fit, or is missing at the end. Takes about 0.3 ms an entry."""
        missing = Break(len(self.kept) + 1, Wrong.ALTERED) if self.cut else None
        return first_break(self.kept, keys) or missing

    def still_has(self, number: int, digest: bytes) -> bool:
        """Whether an entry is the one that somebody noted elsewhere: a chain whose end was taken away, or
        that was written anew by whoever holds the key, too, no longer has it.
        """
        return 0 < number <= len(self.kept) and self.kept[number - 1].digest == digest


async def add(
    tx: Transaction,
    key: SigningKey,
    reveal_id: UUID | None,
    step: str,
    *,
    officer: str,
    details: Mapping[str, Any],
) -> None:
    """Add a step to the chain, signed. One at a time: reveals are rare."""
    await tx.execute(_LOG_LOCK)
    head = (await tx.execute(_LOG_HEAD)).first()
    entry = Entry(head.seq + 1 if head else 1, reveal_id, tx.now, step, officer, details)
    digest = entry.digest(head.hash if head else EMPTY)
    row = {**vars(entry), "details": json.dumps(details), "hash": digest}
    await tx.execute(_LOG_ADD, {**row, "signature": sign(key, entry.seq, digest)})


async def read(tx: Transaction) -> Record:
    """The whole chain, as it is."""
    kept = [
        Kept(Entry(r.seq, r.reveal_id, r.at, r.step, r.officer, r.details), r.hash, r.signature)
        for r in await tx.execute(_LOG)
    ]
    return Record(kept, bool((await tx.execute(_CUT)).scalar_one()))
