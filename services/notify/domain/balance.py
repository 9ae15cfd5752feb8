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
