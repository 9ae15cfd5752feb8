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
    SELECT EXISTS (SELECT FROM reveals WHERE NOT EXISTS (
      SELECT FROM reveal_log AS log WHERE log.reveal_id = reveals.reveal_id
        AND log.step = CASE reveals.state WHEN 'void' THEN 'asked' ELSE reveals.state END))
    """
)
"""A request that came further than the chain tells. What is void became so by itself: nobody took a step."""


@dataclass(frozen=True)
class Record:
    """`broken`: the number of the first entry that does not fit, or is missing at the end; None if all do."""

    entries: list[Entry]
    broken: int | None


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
    return Record([entry for entry, _digest in entries], first_break(entries) or cut)
