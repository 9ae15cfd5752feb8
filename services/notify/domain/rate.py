"""How many messages a provider takes a second. Processes lease slices of it; one slice is good for a second.

Pure: times are seconds of a monotonic clock, passed in.
"""

import math
from dataclasses import dataclass

LEASE_SECONDS = 1.0
"""What is not used by then is lost: it must not come on top of what others lease later."""


@dataclass
class Bucket:
    """One process's slice. Without `per_second` it never runs empty, and asks nobody.

    Bulk leaves half of a fresh slice to the others, and less the older the slice is.
    """

    per_second: float | None
    _tokens: float = 0.0
    _granted: float = 0.0
    _granted_at: float = float("-inf")
    _paused_until: float = float("-inf")
    _asked: bool = False

    def allows(self, now: float, *, bulk: bool = False) -> int:
        """How many may be handed over now. Asking is what makes a process lease."""
        if now < self._paused_until:
            return 0
        if self.per_second is None:
            return 1_000_000
        self._asked = True
        left = 1 - (now - self._granted_at) / LEASE_SECONDS
        if left <= 0:
            return 0
        # Rounded so that of a slice of one message, too, bulk has its turn: in the second half of its life.
        kept = math.ceil(self._granted / 2 * left - 0.25) if bulk else 0
        return int(max(0.0, self._tokens - kept))

    def take(self, count: int) -> None:
        self._tokens -= count

    def wish(self, now: float) -> int:
        """How many more to lease: what makes a second's worth, if anybody has asked since."""
        if self.per_second is None or not self._asked or now < self._paused_until:
            return 0
        self._asked = False
        most = max(1, math.floor(self.per_second))
        return max(0, most - int(max(0.0, self._left(now))))

    def grant(self, now: float, count: int) -> None:
        """So many were leased. A debt, from messages that were claimed together, is paid first."""
        self._granted = self._tokens = self._left(now) + count
        self._granted_at = now

    def pause(self, now: float, seconds: float) -> None:
        """The provider asked for a pause."""
        self._paused_until = max(self._paused_until, now + seconds)

    def _left(self, now: float) -> float:
        over = now - self._granted_at >= LEASE_SECONDS
        return min(0.0, self._tokens) if over else self._tokens
