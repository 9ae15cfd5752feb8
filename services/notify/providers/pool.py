"""One channel's providers in this process: who is free, how each fares, and who gets the next messages.

Weights are shared by all processes through the database (`weights.py`); what happens between two looks at
it is known here alone.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.notify import metrics
from services.notify.channels.port import Refused, Rendered, Sender, SendFailed, Throttled, Unconfirmed
from services.notify.domain.balance import SLOW_SECONDS, WHOLE, Verdict, Window, choose
from services.notify.domain.delivery import Lane
from services.notify.domain.rate import Bucket

PROBE_SECONDS = 1.0
"""While all circuits of a channel are open, one message is tried so often."""


@dataclass
class Provider:
    """One provider. `receipts`: it tells later what became of a message."""

    name: str
    sender: Sender
    receipts: bool = False
    judged: bool = True
    """False where each address is a system of its own: one that fails says nothing of the others."""
    slots: Mapping[Lane, int] = field(default_factory=lambda: dict.fromkeys(Lane, 20))
    bucket: Bucket = field(default_factory=lambda: Bucket(None))
    weight: float = WHOLE
    window: Window = field(default_factory=Window)
    _busy: Counter[Lane] = field(default_factory=Counter)
    _started: dict[int, float] = field(default_factory=dict)
    _sequence: int = 0
    _came_back: bool = False
    _tripped: bool = False

    def room(self, lane: Lane, now: float) -> int:
        """How many more messages of a lane it may be handed now."""
        free = self.slots[lane] - self._busy[lane]
        return min(free, self.bucket.allows(now, bulk=lane is Lane.BULK))

    def mostly_free(self, lane: Lane) -> bool:
        """Whether half of its places are free: claiming one by one costs a transaction each."""
        return self._busy[lane] * 2 <= self.slots[lane]

    def occupy(self, lane: Lane) -> int:
        """A message comes into its hands; returns the place to vacate."""
        self._sequence += 1
        self._busy[lane] += 1
        self._started[self._sequence] = time.monotonic()
        return self._sequence

    def vacate(self, lane: Lane, place: int) -> None:
        self._busy[lane] -= 1
        del self._started[place]

    async def send(self, key: UUID, address: str, message: Rendered, seconds: float) -> str | None:
        """Hand a message over, within `seconds`; what becomes of it is remembered. Raises SendFailed."""
        started = time.monotonic()
        ok = False
        try:
            async with asyncio.timeout(seconds):
                ref = await self.sender.send(key, address, message)
            ok = True
            return ref
        except TimeoutError:
            raise Unconfirmed("timeout") from None
        except Refused:
            ok = True  # it works: the recipient does not
            raise
        except Throttled as error:
            ok = True
            if self.judged:
                self.bucket.pause(time.monotonic(), error.seconds)
            raise
        except SendFailed:
            raise
        except Exception as error:  # a channel's own mistake must not stop the others
            raise Unconfirmed(type(error).__name__) from None
        finally:
            now = time.monotonic()
            ok = ok or not self.judged
            self.window.note(now, ok=ok, took=now - started if self.judged else 0.0)
            if ok and self.weight == 0:
                self.weight = 1
                self._came_back = True
            elif not ok and self.weight > 0 and self.verdict() is Verdict.BROKEN:
                self.weight = 0  # at once; the database hears of it with the next look
                self._tripped = True

    def came_back(self) -> bool:
        """Whether a message came through an open circuit since this was asked last."""
        came, self._came_back = self._came_back, False
        return came

    def trouble(self) -> Verdict:
        """What all processes should hear of it, once."""
        tripped, self._tripped = self._tripped, False
        if tripped:
            return Verdict.BROKEN
        return self.verdict() if self.weight > 0 else Verdict.FINE

    def verdict(self) -> Verdict:
        """What its last seconds say."""
        now = time.monotonic()
        # In the order in which they began: only those at the front can hang.
        hanging = 0
        if not self.judged:
            return Verdict.FINE
        for started in self._started.values():
            if now - started <= SLOW_SECONDS:
                break
            hanging += 1
        return self.window.verdict(now, hanging)


class Pool:
    """A channel's providers, at least one."""

    def __init__(self, channel: str, providers: Sequence[Provider]) -> None:
        self.channel = channel
        self.providers = {provider.name: provider for provider in providers}
        self.names = list(self.providers)
        self._probed_at = float("-inf")

    def pick(self, lane: Lane) -> tuple[Provider, int] | None:
        """Who gets the next messages, and how many at most; None if nobody has room."""
        now = time.monotonic()
        rooms = {each.name: each.room(lane, now) for each in self.providers.values()}
        if not any(each.weight for each in self.providers.values()):
            return self._probe(rooms, now)
        weights = {name: self.providers[name].weight for name, room in rooms.items() if room > 0}
        name = choose(weights, random.random())  # noqa: S311
        return (self.providers[name], rooms[name]) if name else None

    def of(self, name: str | None) -> Provider:
        """The provider that a delivery was claimed for."""
        return self.providers[name or self.names[0]]

    def apply(self, weights: Mapping[str, int]) -> None:
        """What all processes together think of the providers."""
        for name, provider in self.providers.items():
            provider.weight = weights.get(name, WHOLE)
            metrics.WEIGHT.labels(self.channel, name).set(provider.weight)

    async def close(self) -> None:
        for provider in self.providers.values():
            await provider.sender.close()

    def _probe(self, rooms: Mapping[str, int], now: float) -> tuple[Provider, int] | None:
        """All circuits are open: one message now and then, by each in turn, tells who is back."""
        if now - self._probed_at < PROBE_SECONDS:
            return None
        self._probed_at = now
        free = [name for name, room in rooms.items() if room > 0]
        return (self.providers[random.choice(free)], 1) if free else None  # noqa: S311
