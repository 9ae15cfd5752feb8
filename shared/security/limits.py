"""How often one caller may try. Holds no address: keys are hashed with a salt that lives for one day.

The generic cell rate algorithm (ITU-T I.371): one moment a caller, as cheap for a million tries an hour as
for ten a minute. After a burst of the whole rate, tries come back one by one.
"""

import hmac
import math
import secrets
import time
from datetime import UTC, datetime
from hashlib import sha256

from limits import parse

_MOST_IDLE = 10_000
_ROUNDING = 0.001
"""Seconds: the last try of a burst must not fail by a sum of fractions."""


class RateLimiter:
    """Counts in this process's memory. Several processes each count their own."""

    def __init__(self, rate: str) -> None:
        """``rate`` reads like ``"10/minute"`` or ``"5 per 15 minutes"``; anything else is a ValueError."""
        limit = parse(rate)
        self._window = float(limit.get_expiry())
        self._each = self._window / limit.amount
        self._used_until: dict[str, float] = {}
        self._most_kept = _MOST_IDLE
        self._begin_day("")

    def hit(self, key: str) -> bool:
        """Count a try by ``key``. False means too many: refuse it."""
        hidden, now = self._today(key), time.time()
        used_until = max(self._used_until.get(hidden, 0.0), now) + self._each
        if used_until - now > self._window + _ROUNDING:
            return False
        self._used_until[hidden] = used_until
        self._forget_idle(now)
        return True

    def retry_after(self, key: str) -> int:
        """Whole seconds until ``key`` may try again; 0 means now."""
        used_until = self._used_until.get(self._today(key), 0.0)
        return max(0, math.ceil(used_until + self._each - self._window - _ROUNDING - time.time()))

    def _forget_idle(self, now: float) -> None:
        if len(self._used_until) > self._most_kept:
            self._used_until = {key: until for key, until in self._used_until.items() if until > now}
            self._most_kept = 2 * len(self._used_until) + _MOST_IDLE

    def _today(self, key: str) -> str:
        today = datetime.now(UTC).date().isoformat()
        if today != self._day:
            self._begin_day(today)
        return hmac.new(self._salt, key.encode(errors="replace"), sha256).hexdigest()

    def _begin_day(self, day: str) -> None:
        # The counts go with the salt: they could not be found again, and would only fill memory.
        self._day, self._salt = day, secrets.token_bytes(32)
        self._used_until.clear()
        self._most_kept = _MOST_IDLE
