"""A timer worker as a process of its own, for tests that kill it."""

import asyncio
from datetime import datetime

from services.sla.timers import fire_batch
from shared.db.database import Database
from tests.support.clocks import ManualClock

BREATH_SECONDS = 0.01
"""Between batches, so that there is time enough to die in, however fast the machine."""


def work(url: str, now: datetime, batch: int) -> None:
    """Fire what is due at `now` until nothing is left."""
    asyncio.run(_work(Database(url, ManualClock(now), pool_size=2), batch))


async def _work(database: Database, batch: int) -> None:
    while await fire_batch(database, batch):
        await asyncio.sleep(BREATH_SECONDS)
