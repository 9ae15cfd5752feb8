"""Who follows which report from this process. One look at the table a second serves them all.

A stream holds no connection to the database; how many there may be is bounded.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from services.notify.feed.entries import Entry, latest
from shared.db.database import Database
from shared.messaging.failures import is_outage, reason_of
from shared.telemetry.logs import log

LOOK_SECONDS = 1.0
BACK_SECONDS = 3_600.0
"""How old something may be that was held back until now; nobody follows for longer without a new token."""
MOST = 500
"""Streams of one process."""
MOST_OF_ONE = 5
"""Streams of one report."""


class Full(Exception):
    """There is no room for another stream."""


@dataclass(eq=False)
class Follower:
    """One stream: what is new is put into its queue, each line once."""

    report_id: UUID
    queue: asyncio.Queue[Entry] = field(default_factory=asyncio.Queue)
    seen: set[UUID] = field(default_factory=set)

    def offer(self, entry: Entry) -> None:
        """Have a line sent, unless it was."""
        if entry.id not in self.seen:
            self.seen.add(entry.id)
            self.queue.put_nowait(entry)


class Hub:
    """Looks only while somebody follows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: dict[UUID, set[Follower]] = {}
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def following(self, report_id: UUID) -> Iterator[Follower]:
        """Follow a report until the block ends. Raises Full."""
        of_one = self._followers.setdefault(report_id, set())
        if len(of_one) >= MOST_OF_ONE or sum(map(len, self._followers.values())) >= MOST:
            self._tidy(report_id)
            raise Full
        follower = Follower(report_id)
        of_one.add(follower)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield follower
        finally:
            of_one.discard(follower)
            self._tidy(report_id)

    def _tidy(self, report_id: UUID) -> None:
        if not self._followers.get(report_id, True):
            del self._followers[report_id]

    async def _look(self) -> None:
        while self._followers:
            try:
                async with self._database.reading() as tx:
                    entries = await latest(tx, [*self._followers], BACK_SECONDS)
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("feed_waits", reason=reason_of(error), delay=LOOK_SECONDS)
                entries = []
            for entry in entries:
                for follower in self._followers.get(entry.report_id, ()):
                    follower.offer(entry)
            await asyncio.sleep(LOOK_SECONDS)
