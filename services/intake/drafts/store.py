"""Drafts in PostgreSQL. Holds nothing that can be read without the holder's secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction

LIFETIME = timedelta(days=7)
"""After the last change, in the injected time."""
FORGOTTEN_AT_ONCE = 1_000
_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)
_TYPES: dict[str, Any] = {"draft_id": _UUID, "sealed": sa.LargeBinary(), "now": _TIME, "expires_at": _TIME}


def _statement(sql: str, *names: str) -> Any:
    return sa.text(sql).bindparams(*[sa.bindparam(name, type_=_TYPES[name]) for name in names])


_READ = """
    SELECT sealed, version, filed, expires_at FROM drafts WHERE draft_id = :draft_id AND expires_at > :now
"""
_FIND = _statement(_READ, "draft_id", "now").columns(sealed=sa.LargeBinary)
_LOCK = _statement(f"{_READ} FOR NO KEY UPDATE", "draft_id", "now").columns(sealed=sa.LargeBinary)
_ADD = _statement(
    """
    INSERT INTO drafts (draft_id, sealed, version, expires_at) VALUES (:draft_id, :sealed, 1, :expires_at)
    ON CONFLICT (draft_id) DO UPDATE SET sealed = excluded.sealed, version = 1, filed = false,
      expires_at = excluded.expires_at
    WHERE drafts.expires_at <= :now RETURNING draft_id
    """,
    "draft_id",
    "sealed",
    "expires_at",
    "now",
)
_REPLACE = _statement(
    """
    UPDATE drafts SET sealed = :sealed, version = version + 1, filed = :filed, expires_at = :expires_at
    WHERE draft_id = :draft_id
    """,
    "draft_id",
    "sealed",
    "expires_at",
)
_DELETE = _statement("DELETE FROM drafts WHERE draft_id = :draft_id", "draft_id")
_FORGET = _statement(
    "DELETE FROM drafts WHERE draft_id IN "
    "(SELECT draft_id FROM drafts WHERE expires_at <= :now ORDER BY expires_at LIMIT 1000)",
    "now",
)
"""Index drafts_by_age."""


@dataclass(frozen=True)
class Stored:
    """A draft as it lies there. `filed`: it became a report, and holds the answer to that."""

    sealed: bytes
    version: int
    filed: bool
    expires_at: datetime


async def find(tx: Transaction, draft_id: UUID, *, lock: bool = False) -> Stored | None:
    """A draft that has not expired; with `lock` nobody else changes it meanwhile."""
    row = (await tx.execute(_LOCK if lock else _FIND, {"draft_id": draft_id, "now": tx.now})).first()
    return Stored(bytes(row.sealed), row.version, row.filed, row.expires_at) if row else None


async def add(tx: Transaction, draft_id: UUID, sealed: bytes) -> bool:
    """The first version; False if there is such a draft already."""
    row = {"draft_id": draft_id, "sealed": sealed, "now": tx.now, "expires_at": tx.now + LIFETIME}
    return (await tx.execute(_ADD, row)).first() is not None


async def replace(tx: Transaction, draft_id: UUID, sealed: bytes, *, filed: bool = False) -> None:
    """The next version of a locked draft."""
    row = {"draft_id": draft_id, "sealed": sealed, "filed": filed, "expires_at": tx.now + LIFETIME}
    await tx.execute(_REPLACE, row)


async def delete(tx: Transaction, draft_id: UUID) -> None:
    await tx.execute(_DELETE, {"draft_id": draft_id})


async def forget_expired(tx: Transaction) -> int:
    """A bounded number of those whose time is over; returns how many."""
    return (await tx.execute(_FORGET, {"now": tx.now})).rowcount
