"""Hourly: links whose time is over go, and with them every contact whose reader has said nothing."""

import asyncio
from collections import defaultdict
from uuid import UUID

from services.intake.confirming import store
from services.intake.confirming.purposes import PURPOSES
from shared.contracts import ContactRegistered
from shared.db.database import Database
from shared.service import Service

FORGOTTEN_AT_ONCE = 500


async def forget_confirmations(service: Service) -> None:
    while True:
        while await forget_unanswered(service.database) == FORGOTTEN_AT_ONCE:
            await asyncio.sleep(1)
        await asyncio.sleep(3600)


async def forget_unanswered(database: Database, limit: int = FORGOTTEN_AT_ONCE) -> int:
    """One batch; returns how many it took. Notify forgets to whom the links were sent."""
    async with database.transaction() as tx:
        over = await store.take_over(tx, limit)
        unanswered: dict[str, list[UUID]] = defaultdict(list)
        for one in over:
            tx.say(ContactRegistered(report_id=one.confirmation_id, occurred_at=tx.now, withdrawn=True))
            if one.unanswered:
                unanswered[one.purpose].append(one.subject_id)
        for purpose, subject_ids in sorted(unanswered.items()):
            await PURPOSES[purpose].lapsed(tx, subject_ids)
        return len(over)
