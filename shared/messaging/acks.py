"""Acknowledges groups of deliveries with as few frames as their order allows."""

import asyncio
import contextlib
from collections.abc import Collection

from aiormq.abc import AbstractChannel


class Acks:
    """What one channel delivered and has not got back. Delivery tags grow, and each is given back once."""

    def __init__(self, channel: AbstractChannel) -> None:
        self.channel = channel
        self._open: dict[int, None] = {}
        self._lock = asyncio.Lock()

    @property
    def lost(self) -> bool:
        """The channel is gone: the broker gives what was not acknowledged to somebody again."""
        return bool(self.channel.is_closed)

    def took(self, tag: int) -> None:
        self._open[tag] = None

    async def settle(self, tags: Collection[int]) -> None:
        """Acknowledge these; older ones that are still in hand are never acknowledged along with them."""
        # One at a time: a tag that went along with a later one must not be acknowledged again after it.
        async with self._lock:
            for tag in tags:
                del self._open[tag]
            oldest = next(iter(self._open), None)
            together = [tag for tag in tags if oldest is None or tag < oldest]
            apart = [tag for tag in tags if oldest is not None and tag > oldest]
            with contextlib.suppress(Exception):  # a lost channel redelivers, and the inbox knows the message
                if together:
                    await self.channel.basic_ack(max(together), multiple=len(together) > 1, wait=False)
                for tag in apart:
                    await self.channel.basic_ack(tag, wait=False)
