"""Tells every amendment again, now and then: a service that was set up later has missed the first telling."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from services.sla import amendments
from shared.calendar.telling import fact_of
from shared.db.database import Database
from shared.service import Service

LOOK_SECONDS = 60.0

_MY_TURN = sa.text(
    """
    INSERT INTO amendments_told AS told (told_at) VALUES (now())
    ON CONFLICT (one) DO UPDATE SET told_at = now() WHERE told.told_at <= now() - :every
    RETURNING told_at
    """
).bindparams(sa.bindparam("every", type_=sa.Interval))
"""One process of all, once in so long."""


async def tell_amendments_again(service: Service) -> None:
    """In the machine's own time; listeners drop what they know."""
    every = timedelta(seconds=service.settings.amendments_told_seconds)
    while True:
        await tell_all(service.database, every)
        await asyncio.sleep(LOOK_SECONDS)


async def tell_all(database: Database, every: timedelta) -> int:
    """Say each amendment on record, unless somebody has within `every`; returns how many were said."""
    async with database.transaction() as tx:
        if (await tx.execute(_MY_TURN, {"every": every})).one_or_none() is None:
            return 0
        rows = await amendments.through(tx)
        for row in rows:
            tx.say(fact_of(row.amendment, row.seq, row.decided, tx.now))
    return len(rows)
