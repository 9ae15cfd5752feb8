"""How a channel's providers share its messages: by weights that fall fast with trouble and return slowly.

After GOV.UK Notify, which moves weights between two providers by error rate and slowness, and back in small
steps. Pure: times are seconds of a monotonic clock, passed in.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

WHOLE = 100
"""A provider's weight while nothing is wrong. 0: its circuit is open."""

WINDOW_SECONDS = 10.0
SLOW_SECONDS = 2.0
"""An attempt that takes longer counts as slow, also while it is still going on."""

FEWEST = 3
"""So many bad attempts in a window before anything is concluded from them."""
BROKEN_SHARE = 0.5
ERROR_SHARE = 0.1
SLOW_SHARE = 0.3
STEP = 20
"""By how much a weight falls at a time."""
LEAST = 10
"""A provider that works, if slowly or not always, keeps so much."""


class Verdict(StrEnum):
    """What a provider's last seconds say of it."""

    FINE = "fine"
    ERRORS = "errors"
    SLOW = "slow"
    BROKEN = "broken"
    """Half of all attempts fail or hang: its circuit opens at once."""


@dataclass
class Window:
    """The attempts at one provider that ended within the last seconds; not what recipients caused."""

    seconds: float = WINDOW_SECONDS
    _ended: deque[tuple[float, bool, bool]] = field(default_factory=deque)
    _errors: int = 0
    _slow: int = 0

    def note(self, now: float, *, ok: bool, took: float) -> None:
        """An attempt ended at `now`, after `took` seconds."""
        slow = took > SLOW_SECONDS
        self._ended.append((now, ok, slow))
        self._errors += not ok
        self._slow += slow

    def verdict(self, now: float, hanging: int = 0) -> Verdict:
        """`hanging`: attempts that have been going on for longer than `SLOW_SECONDS`."""
        while self._ended and self._ended[0][0] <= now - self.seconds:
            _, ok, was_slow = self._ended.popleft()
            self._errors -= not ok
            self._slow -= was_slow
        total = len(self._ended) + hanging
        bad, slow = self._errors + hanging, self._slow + hanging
        if bad >= FEWEST and bad >= BROKEN_SHARE * total:
            return Verdict.BROKEN
        if self._errors >= FEWEST and self._errors >= ERROR_SHARE * total:
            return Verdict.ERRORS
        if slow >= FEWEST and slow >= SLOW_SHARE * total:
            return Verdict.SLOW
        return Verdict.FINE

    def forget(self) -> None:
        """Begin anew, once something was concluded: the same attempts must not lower it again."""
        self._ended.clear()
        self._errors = self._slow = 0


def choose(weights: Mapping[str, float], chance: float) -> str | None:
    """One of the names, each as often as its weight says; None if none has any. `chance` is in [0, 1)."""
    left = chance * sum(weights.values())
    last = None
    for name, weight in weights.items():
        if weight > 0:
            last = name
            left -= weight
            if left < 0:
                return name
    return last


@dataclass
class Bucket:
    """How many messages a provider takes a second. One in bulk leaves half of what there is to the others."""

    per_second: float | None
    _tokens: float = 0.0
    _at: float | None = None
    _paused_until: float = 0.0

    def allows(self, now: float, *, bulk: bool = False) -> int:
        """How many may be handed over now."""
        if now < self._paused_until:
            return 0
        if self.per_second is None:
            return 1_000_000
        self._refill(now, self.per_second)
        return int(max(0.0, self._tokens - (self._most() / 2 if bulk else 0.0)))

    def take(self, count: int) -> None:
        self._tokens -= count

    def pause(self, now: float, seconds: float) -> None:
        """The provider asked for a pause."""
        self._paused_until = max(self._paused_until, now + seconds)

    def wait(self, now: float) -> float:
        """Seconds until one more message may go."""
        rate = self.per_second or 1_000_000.0
        return max(self._paused_until - now, (1.0 - self._tokens) / rate, 0.01)

    def _refill(self, now: float, per_second: float) -> None:
        if self._at is None:
            self._tokens = self._most()
        else:
            self._tokens = min(self._most(), self._tokens + (now - self._at) * per_second)
        self._at = now

    def _most(self) -> float:
        """What may go at once after a calm second."""
        return max(1.0, self.per_second or 1.0)
