"""Adding up the reports on performance: as things happen, and all over again after what counts has changed.

`python -m services.sla.recount` does the latter beside a running service. Readers see the old sums until the
new ones are complete, and every case counts exactly once in each.
"""

import asyncio
from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.sla import performance, store
from services.sla.outcome import compute
from services.sla.rulebook import rulebook
from services.sla.settings import Settings
from shared.clock import clock_from
from shared.db.database import Database
from shared.service import Service

POLL_SECONDS = 15.0
"""Of the machine's own time. What a case does meanwhile is added up as one change."""
SLICE = 500
"""Cases read again in one transaction, which locks them."""

_ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtext('lapor.sla.performance'))")
_BEGIN = sa.text(
    """
    INSERT INTO performance_edition (shown, filling) VALUES (1, 2)
    ON CONFLICT (one) DO UPDATE SET filling = performance_edition.filling + 1
    """
)
_NEXT = sa.text(
    "SELECT report_id FROM cases WHERE CAST(:after AS uuid) IS NULL OR report_id > :after "
    "ORDER BY report_id LIMIT :slice"
)
_AGAIN = sa.text(
    "UPDATE tallies SET version = version + 1, count_at = '-infinity' WHERE report_id = ANY(:report_ids)"
).bindparams(sa.bindparam("report_ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))))
"""After they have been written down, and so are locked."""
_LEFT = sa.text(
    "SELECT EXISTS (SELECT FROM tallies WHERE edition <> (SELECT filling FROM performance_edition))"
)
_SHOW = sa.text("UPDATE performance_edition SET shown = filling")
_HURRY = sa.text(
    """
    UPDATE tallies SET version = version + 1, count_at = '-infinity'
    WHERE count_at IS DISTINCT FROM '-infinity' AND edition <> (SELECT filling FROM performance_edition)
    """
)
_CLEAR = sa.text(
    """
    DELETE FROM performance WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM performance
      WHERE edition NOT IN (SELECT unnest(ARRAY[shown, filling]) FROM performance_edition) LIMIT 50000))
    """
)


async def count_changes(service: Service) -> None:
    """Add up whatever has changed, then look again after a moment; one process of all does it at a time."""
    while True:
        if await performance.count_batch(service.database) < performance.BATCH:
            await asyncio.sleep(POLL_SECONDS)


async def recount(database: Database, tell: Callable[[int], None] = lambda _: None) -> int:
    """Read all cases' facts again and add them up anew; returns how many. Killed, it can be started again."""
    async with database.transaction() as tx:
        await tx.execute(_ALONE)
        await tx.execute(_BEGIN)
    await _clear(database)
    done, after = 0, None
    while read := await _read_again(database, after):
        done, after = done + len(read), read[-1]
        await _add_up(database)
        tell(done)
    while not await _shown(database):
        await _add_up(database)
        await asyncio.sleep(0.1)  # a handler may be writing down the last ones
    await _clear(database)
    return done


async def _read_again(database: Database, after: UUID | None) -> list[UUID]:
    async with database.transaction() as tx:
        rules = await rulebook(tx)
        ids = list((await tx.execute(_NEXT, {"after": after, "slice": SLICE})).scalars())
        if ids:
            await store.lock_cases(tx, ids)
            logs = await store.logs(tx, ids)
            await performance.record(tx, {each: (log, compute(log, rules)[1]) for each, log in logs.items()})
            await tx.execute(_AGAIN, {"report_ids": ids})
    return ids


async def _add_up(database: Database) -> None:
    while await performance.count_batch(database):
        pass


async def _shown(database: Database) -> bool:
    """Show the new sums, unless a case is not yet in them."""
    async with database.transaction() as tx:
        await tx.execute(_ALONE)
        if (await tx.execute(_LEFT)).scalar_one():
            await tx.execute(_HURRY)
            return False
        await tx.execute(_SHOW)
        return True


async def _clear(database: Database) -> None:
    """Delete sums that nobody sees and nobody adds to, a bounded number in each transaction."""
    cleared = 1
    while cleared:
        async with database.transaction() as tx:
            cleared = (await tx.execute(_CLEAR)).rowcount


async def main() -> None:
    """Counts anew with the settings of the environment; prints how many cases it has counted."""
    settings = Settings()
    database = Database(
        settings.database_url.get_secret_value(), clock_from(settings.clock_file), pool_size=2
    )
    try:
        done = await recount(database, lambda so_far: print(f"{so_far:,} cases", flush=True))
        print(f"Done: the reports on performance have been added up anew from {done:,} cases.")
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
