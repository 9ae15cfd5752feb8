"""Goes once through reports of which something is left to forget, and forgets it where their time is over."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import sqlalchemy as sa

from services.intake import store as reports
from services.intake.identity.policy import retention
from shared.db.database import Database, Transaction


async def go_through(
    database: Database,
    left: sa.Executable,
    forget: Callable[[Transaction, list[UUID]], Awaitable[None]],
    batch: int,
    pause: float,
) -> None:
    """`left` finds up to `limit` reports behind the id `after`, in order; `pause` seconds between batches."""
    after = UUID(int=0)
    while True:
        async with database.transaction() as tx:
            found = list((await tx.execute(left, {"after": after, "limit": batch})).scalars())
            over, _ = retention().parted(await reports.track_many(tx, found) if found else (), tx.now)
            if over:
                await forget(tx, over)
        if len(found) < batch:
            return
        after = found[-1]
        await asyncio.sleep(pause)
