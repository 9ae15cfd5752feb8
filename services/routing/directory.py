"""Agencies and rules: seeded into the schema from reviewed data, and held ready for the handlers.

The schema is the truth. Whoever chooses compares the held copy's stamp with the schema's; where they differ a
new copy is built aside, while the old one goes on serving, and then takes its place.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from services.routing import catalogue
from services.routing.domain.choice import Directory
from services.routing.reviewed import DATA, Packaged, marks, packaged
from shared.calendar import Zone
from shared.db.database import Database, Transaction
from shared.service import Service
from shared.telemetry.logs import log

__all__ = [
    "DATA",
    "Packaged",
    "directory",
    "held",
    "keep_seeded",
    "newest_directory",
    "packaged",
    "quick_turns",
    "seed",
]


async def seed(tx: Transaction) -> bool:
    """Bring the schema to this release's data, unless it already is there or beyond; true if it changed.

    What an officer has changed stays as the officer left it.
    """
    await catalogue.lock(tx)
    ours, theirs = marks(), await catalogue.stamp(tx)
    if theirs is not None and (theirs.digest == ours.digest or theirs.version > ours.version):
        return False
    await catalogue.write_release(tx, packaged().directory, ours.version, ours.digest)
    return True


@dataclass
class Held:
    """What this process answers from. `wanted` is the newest state seen; a build for another is dropped."""

    current: Directory | None = None
    stamp: catalogue.Stamp | None = None
    wanted: catalogue.Stamp | None = None
    building: asyncio.Task[None] | None = None
    database: Database | None = None
    """Where changes are read from without holding up whoever came upon them."""

    def forget(self) -> None:
        self.current = self.stamp = self.wanted = self.building = self.database = None


held = Held()
_USUAL_TURN = sys.getswitchinterval()


async def directory(tx: Transaction) -> Directory:
    """The agencies and rules of the schema, seeded if it has none yet.

    After a change the old copy is answered until the new one is ready, a moment later: nobody waits.
    """
    stamp = await _stamp(tx)
    if held.current is None:
        return await _build(stamp, await catalogue.rows(tx), _today(tx))
    if stamp not in {held.stamp, held.wanted}:
        held.wanted = stamp
        rows = None if held.database else await catalogue.rows(tx)
        held.building = asyncio.create_task(_build_aside(stamp, rows, _today(tx)))
    return held.current


async def newest_directory(tx: Transaction) -> Directory:
    """As `directory`, for whoever must see a change at once, and so waits for it."""
    stamp = await _stamp(tx)
    if held.current is not None and held.stamp == stamp:
        return held.current
    return await _build(stamp, await catalogue.rows(tx), _today(tx))


async def _build(stamp: catalogue.Stamp, rows: catalogue.Rows, today: date) -> Directory:
    """Build in a thread, and swap in one step."""
    held.wanted = stamp
    with quick_turns():
        built = await asyncio.to_thread(catalogue.build, rows, today)
    if held.wanted == stamp:
        held.current, held.stamp = built, stamp
    return built


@contextmanager
def quick_turns() -> Iterator[None]:
    """Let the event loop have the interpreter after 1 ms instead of 5 while a thread computes."""
    sys.setswitchinterval(0.001)
    try:
        yield
    finally:
        sys.setswitchinterval(_USUAL_TURN)


async def _build_aside(stamp: catalogue.Stamp, rows: catalogue.Rows | None, today: date) -> None:
    try:
        if rows is None and held.database is not None:
            async with held.database.transaction() as tx:
                rows = await catalogue.rows(tx)
        if rows is not None:
            await _build(stamp, rows, today)
    except ValueError as error:
        # What could leave a case without a way is not taken up; the state before goes on.
        log.error("directory_refused", version=stamp.version, reason=str(error)[:200])


def _today(tx: Transaction) -> date:
    return Zone.WIB.date_of(tx.now)


async def _stamp(tx: Transaction) -> catalogue.Stamp:
    stamp = await catalogue.stamp(tx)
    if stamp is None:
        await seed(tx)
        stamp = await catalogue.stamp(tx)
        assert stamp is not None
    return stamp


async def keep_seeded(service: Service) -> None:
    """Once at start; then there is nothing to do until the process ends."""
    held.database = service.database
    async with service.database.transaction() as tx:
        if await seed(tx):
            log.info("directory_seeded", version=marks().version)
    packaged.cache_clear()  # from here on the schema's own state is held, not both
    await asyncio.Event().wait()
