"""Wakes this process's senders when something of their lane has become due; the watch is the guarantee."""

import asyncio
from collections.abc import Iterable, Mapping

from services.notify.domain.delivery import Lane

BEHIND_SECONDS = 2.0
"""A status change that has been due for so long shows that its senders need what others take."""


class Bell:
    """Rung just before the transaction commits that made something due, so listeners look several times."""

    def __init__(self) -> None:
        self._listeners: dict[tuple[str, Lane], asyncio.Event] = {}
        self._late: Mapping[tuple[str, Lane], float] = {}

    def listener(self, channel: str, lane: Lane = Lane.TRANSACTIONAL) -> asyncio.Event:
        """The event of one channel's sender, the same after it was started again."""
        return self._listeners.setdefault((channel, lane), asyncio.Event())

    def ring(self, channels: Iterable[str], lane: Lane = Lane.TRANSACTIONAL) -> None:
        """Wake the senders of these channels; a name that nobody sends by wakes nobody."""
        for channel in channels:
            if listener := self._listeners.get((channel, lane)):
                listener.set()

    def tell(self, late: Mapping[tuple[str, Lane], float]) -> None:
        """For how many seconds something of each lane has been due, whichever process sends it."""
        self._late = late

    def behind(self, channel: str) -> bool:
        """Whether a channel's status changes wait, so that its announcements have to."""
        return self._late.get((channel, Lane.TRANSACTIONAL), 0.0) > BEHIND_SECONDS

    @property
    def listening(self) -> list[tuple[str, Lane]]:
        """What this process sends."""
        return list(self._listeners)
