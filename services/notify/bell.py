"""Wakes this process's senders when something of their channel has become due; the poll is the guarantee."""

import asyncio
from collections.abc import Iterable


class Bell:
    """Rung just before the transaction commits that made something due, so listeners look several times."""

    def __init__(self) -> None:
        self._listeners: dict[str, asyncio.Event] = {}

    def listener(self, channel: str) -> asyncio.Event:
        """The event of one channel's sender, the same after it was started again."""
        return self._listeners.setdefault(channel, asyncio.Event())

    def ring(self, channels: Iterable[str] | None = None) -> None:
        """Wake the senders of these channels, or all; a name that nobody sends by wakes nobody."""
        for channel in self._listeners if channels is None else channels:
            if listener := self._listeners.get(channel):
                listener.set()
