"""Forgets followers when their time is over: notify destroys their contacts, and no token stays here.

Some time after that nothing tells that anything was followed.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

from services.intake import store as reports
from services.intake.following import store
from services.intake.following.desk import end
from services.intake.following.policy import rules
from shared.db.database import Database
from shared.service import Service

BATCH = 200
PAUSE_SECONDS = 0.2
LOOK_SECONDS = 6 * 3600


async def forget_followers(service: Service) -> None:
    """Every six hours, in bounded batches. What is over is told by the injected time."""
    while True:
        await forget_over(service.database, pause=PAUSE_SECONDS)
        await asyncio.sleep(LOOK_SECONDS)


async def forget_over(database: Database, batch: int = BATCH, pause: float = 0) -> None:
    """Go once through all followed cases, the areas followed for too long, and what ended long ago."""
    after = UUID(int=0)
    while True:
        async with database.transaction() as tx:
            followed = await store.followed_cases(tx, after, batch)
            tracked = await reports.track_many(tx, followed) if followed else []
            over = [each.report.report_id for each in tracked if rules().over(each, tx.now)]
        while over and await _end_some(database, over, batch) == batch:
            await asyncio.sleep(pause)
        if len(followed) < batch:
            break
        after = followed[-1]
        await asyncio.sleep(pause)
    while await _end_old(database, rules().of_an_area, batch) == batch:
        await asyncio.sleep(pause)
    while await _delete_ended(database, rules().of_an_ended, batch) == batch:
        await asyncio.sleep(pause)


async def _end_some(database: Database, report_ids: list[UUID], batch: int) -> int:
    async with database.transaction() as tx:
        follows = await store.followers_of(tx, report_ids, batch)
        await end(tx, follows)
        return len(follows)


async def _end_old(database: Database, age: timedelta, batch: int) -> int:
    async with database.transaction() as tx:
        follows = await store.old_areas(tx, tx.now - age, batch)
        await end(tx, follows)
        return len(follows)


async def _delete_ended(database: Database, age: timedelta, batch: int) -> int:
    async with database.transaction() as tx:
        return await store.forget_ended(tx, tx.now - age, batch)
