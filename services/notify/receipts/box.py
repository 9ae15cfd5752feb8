"""Receipts that come by a connection of ours, from any thread, applied together."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice

from services.notify.receipts import store
from services.notify.receipts.store import Receipt
from shared.db.database import Database

LINGER_SECONDS = 0.1
MOST_AT_ONCE = 500


class Box:
    """One per process. What is in it when the process dies was not acknowledged, so it is delivered again."""

    def __init__(self) -> None:
        self._receipts: deque[tuple[Receipt, Callable[[], None]]] = deque()

    def put(self, receipt: Receipt, recorded: Callable[[], None]) -> None:
        """`recorded` is called once it is on record."""
        self._receipts.append((receipt, recorded))

    async def run(self, database: Database, *, say_delivered: bool) -> None:
        """Apply what has come until cancelled."""
        while True:
            await asyncio.sleep(LINGER_SECONDS)
            if self._receipts:
                await self.empty(database, say_delivered=say_delivered)

    async def empty(self, database: Database, *, say_delivered: bool = False) -> None:
        """Apply the oldest receipts, as many as one transaction takes."""
        batch = list(islice(self._receipts, MOST_AT_ONCE))
        async with database.transaction() as tx:
            await store.hear(tx, [receipt for receipt, _ in batch], say_delivered=say_delivered)
        for _, recorded in batch:  # only now: what could not be written stays
            self._receipts.popleft()
            recorded()
