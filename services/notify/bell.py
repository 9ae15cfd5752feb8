"""Wakes this process's senders when a handler has planned something; the poll is the guarantee."""

import asyncio


class Bell:
    """Rung just before the handler's transaction commits, so listeners look several times, soon."""

    def __init__(self) -> None:
        self._listeners: dict[str, asyncio.Event] = {}

    def listener(self, name: str) -> asyncio.Event:
        """The event of one listener, the same after it was started again."""
        return self._listeners.setdefault(name, asyncio.Event())

    def ring(self) -> None:
        for event in self._listeners.values():
            event.set()
