"""Every opening of a secret report by an agency's officer, written down in the transaction that reads it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Transaction
from shared.security.tokens import Officer

_RECORD = sa.text(
    """
    INSERT INTO secret_readings (leg_id, officer, role, read_at) VALUES (:leg_id, :officer, :role, :read_at)
    """
).bindparams(
    sa.bindparam("leg_id", type_=pg.UUID(as_uuid=True)),
    sa.bindparam("read_at", type_=sa.DateTime(timezone=True)),
)


async def record_reading(tx: Transaction, leg_id: UUID, officer: Officer) -> None:
    """In the transaction that reads, so that nothing is read without it."""
    values: dict[str, Any] = {
        "leg_id": leg_id,
        "officer": officer.id,
        "role": officer.role.value,
        "read_at": tx.now,
    }
    await tx.execute(_RECORD, values)
