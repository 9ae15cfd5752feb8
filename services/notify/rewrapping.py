"""Wraps the data keys of contacts anew once the newest private key is another one. Opens no contact.

LAPOR_SEAL_PRIVATE_KEY holds the new key first and the old one after it; when nothing is left that is sealed
to the old one, it can be taken out and destroyed, and old copies of the database open to nobody.
"""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from shared.db.database import Database
from shared.security.sealing import Unsealable, Unsealer
from shared.service import Loop, Service
from shared.telemetry.logs import log

BATCH = 500
PAUSE_SECONDS = 0.5
"""Between batches: a rotation has days, and deliveries have not."""
_UUID = pg.UUID(as_uuid=True)
_TABLES = ("contacts", "browsers")
"""Both have a row a report, by their primary key."""
_NEXT = """
    SELECT report_id, sealed FROM {table} WHERE report_id > :after AND sealed IS NOT NULL
    ORDER BY report_id LIMIT :limit FOR NO KEY UPDATE
"""
_SAVE = """
    UPDATE {table} SET sealed = renewed.sealed
    FROM unnest(CAST(:report_ids AS uuid[]), CAST(:sealed AS text[])) AS renewed (report_id, sealed)
    WHERE {table}.report_id = renewed.report_id
"""
_Renew = Callable[[UUID, str], str | None]


def rewrapping(unsealer: Unsealer, keys: int) -> list[Loop]:
    """The background work of a rotation; none while there is one key (`keys` is how many there are)."""

    async def rewrap_contacts(service: Service) -> None:
        renewed = await rewrap(service.database, unsealer, pause=PAUSE_SECONDS)
        log.info("contacts_rewrapped", count=renewed)
        await asyncio.Event().wait()  # done, until somebody starts us with another key

    return [rewrap_contacts] if keys > 1 else []


async def rewrap(database: Database, unsealer: Unsealer, *, batch: int = BATCH, pause: float = 0) -> int:
    """Wrap every contact and every browser's subscription to the newest key, batch by batch; returns how many
    were wrapped to another.

    Each batch is its own transaction. Killed, it starts over and passes what is done.
    """
    renewing = dict(zip(_TABLES, (unsealer.renewed, unsealer.renewed_push), strict=True))
    return sum([await _rewrap(database, *one, batch=batch, pause=pause) for one in renewing.items()])


async def _rewrap(database: Database, table: str, renew: _Renew, *, batch: int, pause: float) -> int:
    next_batch, save = _statements(table)
    renewed, after = 0, UUID(int=0)
    while True:
        async with database.transaction() as tx:
            rows = (await tx.execute(next_batch, {"after": after, "limit": batch})).all()
            changed = {row.report_id: new for row in rows if (new := _renewed(renew, row))}
            if changed:
                await tx.execute(save, {"report_ids": [*changed], "sealed": [*changed.values()]})
        if not rows:
            return renewed
        renewed, after = renewed + len(changed), rows[-1].report_id
        await asyncio.sleep(pause)


def _statements(table: str) -> tuple[sa.Executable, sa.TextClause]:
    chosen = sa.text(_NEXT.format(table=table)).bindparams(
        sa.bindparam("after", type_=_UUID), sa.bindparam("limit", type_=sa.Integer)
    )
    save = sa.text(_SAVE.format(table=table)).bindparams(
        sa.bindparam("report_ids", type_=pg.ARRAY(_UUID)), sa.bindparam("sealed", type_=pg.ARRAY(sa.Text))
    )
    return chosen.columns(report_id=_UUID), save


def _renewed(renew: _Renew, row: Any) -> str | None:
    try:
        return renew(row.report_id, row.sealed)
    except Unsealable:
        log.warning("contact_not_rewrapped", report_id=str(row.report_id))
        return None
