"""Forgets timer rows of runs that stopped long ago, which only remember what has fired, lest it fire twice.

Rows of clocks that still run, or still lead to a breach, stay: the case's facts name them.
"""

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from shared.db.database import Database
from shared.service import Service
from shared.telemetry.logs import log

HOUR_SECONDS = 3600.0
BATCH = 1000
MOST_BATCHES = 200
"""In an hour; what is left waits for the next."""

_FORGET = sa.text(
    """
    WITH spent AS MATERIALIZED (
      SELECT report_id, clock, started_by FROM timers
      WHERE computed IS NULL AND started_at < :before ORDER BY started_at LIMIT :batch
      FOR UPDATE SKIP LOCKED
    )
    DELETE FROM timers t USING spent s
    WHERE t.report_id = s.report_id AND t.clock = s.clock AND t.started_by = s.started_by
    """
)
"""Index timers_spent. A row that a case is taking up again at this moment is left alone."""


async def forget_spent_timers(service: Service) -> None:
    """Hourly, in the machine's own time; how old a run is, is counted in the injected one."""
    memory = timedelta(days=service.settings.timer_memory_days)
    while True:
        forgotten = 0
        for _ in range(MOST_BATCHES):
            count = await forget_batch(service.database, memory)
            forgotten += count
            if count < BATCH:
                break
        if forgotten:
            log.info("timers_forgotten", count=forgotten)
        await asyncio.sleep(HOUR_SECONDS)


async def forget_batch(database: Database, memory: timedelta, batch: int = BATCH) -> int:
    """Forget spent runs that started longer ago than `memory`; returns how many rows went."""
    async with database.transaction() as tx:
        before = tx.now - memory
        return (await tx.execute(_FORGET, {"before": before, "batch": batch})).rowcount
