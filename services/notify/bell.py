"""Wakes this process's senders when something of their lane has become due; the watch is the guarantee."""

import asyncio
from collections.abc import Iterable

from services.notify.domain.delivery import Lane


class Bell:
    """Rung just before the transaction commits that made something due, so listeners look several times."""

    def __init__(self) -> None:
        self._listeners: dict[tuple[str, Lane], asyncio.Event] = {}

    def listener(self, channel: str, lane: Lane = Lane.TRANSACTIONAL) -> asyncio.Event:
        """The event of one channel's sender, the same after it was started again."""
        return self._listeners.setdefault((channel, lane), asyncio.Event())

    def ring(self, channels: Iterable[str], lane: Lane = Lane.TRANSACTIONAL) -> None:
        """Wake the senders of these channels; a name that nobody sends by wakes nobody."""
        for channel in channels:
            if listener := self._listeners.get((channel, lane)):
                listener.set()

    @property
    def listening(self) -> list[tuple[str, Lane]]:
        """What this process sends."""
        return list(self._listeners)
