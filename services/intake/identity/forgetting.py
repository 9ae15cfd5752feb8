"""Forgets who reported when their time is over: wrapped keys are destroyed here, and in notify by a fact."""

import asyncio
import itertools
from collections.abc import Collection
from uuid import UUID

from services.intake import browsers
from services.intake import store as reports
from services.intake.identity import captures, store
from services.intake.identity.policy import retention
from services.intake.identity.supporters import forget_supporters
from shared.contracts import ContactRegistered
from shared.db.database import Database, Transaction
from shared.service import Service

BATCH = 200
PAUSE_SECONDS = 0.2
"""Between batches, so that a night with much to forget slows nobody."""


async def forget_identities(service: Service) -> None:
    """Hourly, supporters and photos' places daily, in bounded batches, as the injected time has it."""
    for hour in itertools.count():
        async with service.database.transaction() as tx:
            await store.drop_uncollected(tx)
        while await forget_due(service.database) == BATCH:
            await asyncio.sleep(PAUSE_SECONDS)
        while await browsers.forget_due(service.database, BATCH) == BATCH:
            await asyncio.sleep(PAUSE_SECONDS)
        if hour % 24 == 0:
            await forget_supporters(service.database, BATCH, PAUSE_SECONDS)
            await captures.forget_captures(service.database, BATCH, PAUSE_SECONDS)
        await asyncio.sleep(3600)


async def forget_due(database: Database, limit: int = BATCH) -> int:
    """Look at identities whose time may be over, and forget those where it is; returns how many it looked at.

    Two processes at once take different ones; one that dies has done nothing.
    """
    async with database.transaction() as tx:
        due = await store.due(tx, limit)
        if not due:
            return 0
        over, later = retention().parted(await reports.track_many(tx, due), tx.now)
        if over:
            await forget(tx, over)
        if later:
            await store.check_again(tx, later)
        return len(due)


async def forget(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Destroy what tells who filed these reports, and have notify forget how to reach them."""
    await captures.forget(tx, [*report_ids])
    for known_as in await store.forget(tx, report_ids):
        tx.say(ContactRegistered(report_id=known_as, occurred_at=tx.now, withdrawn=True))


async def forget_after_withdrawal(tx: Transaction, report_id: UUID) -> None:
    """The reporter withdraws: they are told so, and then forgotten."""
    await store.check_sooner(tx, report_id, tx.now + retention().withdrawn)
