"""Other people's systems, side by side: one that keeps its callers waiting must take neither all their time,
nor that of others at the same host. Keeps no address: a path may hold a secret.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from services.notify.channels.port import Held, Throttled

AT_ONCE = 8
"""Calls to one host at the same moment, whoever is behind it: fewer than a lane has places."""
EACH_AT_ONCE = 4
"""Calls to one system at the same moment: half of what its host gets, so that a neighbour has a place."""
HANGS_SECONDS = 5.0
"""Whoever takes so long hangs, whatever it says in the end."""
FIRST_REST_SECONDS = 30.0
LONGEST_REST_SECONDS = 600.0
"""After each further hanging call, a system is left alone twice as long; then one call alone tries it."""
MEMORY_SECONDS = 3600.0
"""After a rest; whoever was not called since begins anew."""


@dataclass
class _System:
    in_hand: int = 0
    rest: float = 0.0
    until: float = 0.0


class Hosts:
    """One process's view of the systems that are being called or that hang. A rest is a system's own, as many
    strangers can share a host; places are shared by all behind it. `now`: seconds that only grow.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._systems: dict[bytes, _System] = {}
        self._calls: Counter[str] = Counter()

    @contextmanager
    def visit(self, url: str) -> Iterator[None]:
        """Around one call. Raises `Throttled` while the system rests, and `Held` while there is no place."""
        host, key, started = host_of(url), sha256(url.encode()).digest(), self._now()
        system = self._systems.get(key, _System())
        if started < system.until:
            raise Throttled("hook hangs", system.until - started)
        if system.in_hand >= (1 if system.rest else EACH_AT_ONCE) or self._calls[host] >= AT_ONCE:
            raise Held("hook busy")
        self._systems[key] = system
        system.in_hand += 1
        self._calls[host] += 1
        try:
            yield
        finally:
            system.in_hand -= 1
            self._calls[host] -= 1
            self._judge(system, self._now() - started)
            self._tidy(key, host)

    def _judge(self, system: _System, took: float) -> None:
        now = self._now()
        if now < system.until:  # those that hung along with the first tell nothing new
            return
        system.rest = 0.0 if took < HANGS_SECONDS else max(FIRST_REST_SECONDS, system.rest * 2)
        system.rest = min(system.rest, LONGEST_REST_SECONDS)
        system.until = now + system.rest

    def _tidy(self, key: bytes, host: str) -> None:
        if not self._calls[host]:
            del self._calls[host]
        if self._systems[key].rest:
            old = self._now() - MEMORY_SECONDS
            over = [each for each, one in self._systems.items() if not one.in_hand and one.until < old]
        else:
            over = [] if self._systems[key].in_hand else [key]
        for each in over:
            del self._systems[each]


def host_of(url: str) -> str:
    """One name for one host, however it is written."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').rstrip('.')}:{parts.port or 443}"
