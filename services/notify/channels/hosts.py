"""Other people's hosts, side by side: one that keeps its callers waiting must not take all their time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.notify.channels.port import Throttled

AT_ONCE = 8
"""Calls to one host at the same moment: fewer than a lane has places."""
BUSY_SECONDS = 1.0
HANGS_SECONDS = 5.0
"""Whoever takes so long hangs, whatever it says in the end."""
FIRST_REST_SECONDS = 30.0
LONGEST_REST_SECONDS = 600.0
"""After each further hanging call, a host is left alone twice as long; then one call alone tries it."""


@dataclass
class _Host:
    in_hand: int = 0
    rest: float = 0.0
    until: float = 0.0


class Hosts:
    """One process's view of the hosts that are being called or that hang. `now`: seconds that only grow."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def visit(self, name: str) -> Iterator[None]:
        """Around one call. Raises `Throttled` if it must not be made now."""
        host, started = self._hosts.setdefault(name, _Host()), self._now()
        if started < host.until:
            raise Throttled("hook hangs", host.until - started)
        if host.in_hand >= (1 if host.rest else AT_ONCE):
            raise Throttled("hook busy", BUSY_SECONDS)
        host.in_hand += 1
        try:
            yield
        finally:
            host.in_hand -= 1
            self._judge(host, self._now() - started)
            if not host.in_hand and not host.rest:
                del self._hosts[name]

    def _judge(self, host: _Host, took: float) -> None:
        now = self._now()
        if now < host.until:  # those that hung along with the first tell nothing new
            return
        host.rest = 0.0 if took < HANGS_SECONDS else max(FIRST_REST_SECONDS, host.rest * 2)
        host.rest = min(host.rest, LONGEST_REST_SECONDS)
        host.until = now + host.rest
