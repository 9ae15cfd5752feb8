"""How often one caller may try. Holds no address: keys are hashed with a salt that lives for one day."""

import hmac
import math
import secrets
import time
from datetime import UTC, datetime
from hashlib import sha256

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class RateLimiter:
    """A moving window in this process's memory. Several processes each count their own."""

    def __init__(self, rate: str) -> None:
        """``rate`` reads like ``"10/minute"`` or ``"5 per 15 minutes"``; anything else is a ValueError."""
        self._rate = parse(rate)
        self._begin_day("")

    def hit(self, key: str) -> bool:
        """Count a try by ``key``. False means too many: refuse it."""
        window, hidden = self._today(key)
        return window.hit(self._rate, hidden)

    def retry_after(self, key: str) -> int:
        """Whole seconds until ``key`` may try again; 0 means now."""
        window, hidden = self._today(key)
        stats = window.get_window_stats(self._rate, hidden)
        return 0 if stats.remaining > 0 else max(1, math.ceil(stats.reset_time - time.time()))

    def _today(self, key: str) -> tuple[MovingWindowRateLimiter, str]:
        today = datetime.now(UTC).date().isoformat()
        if today != self._day:
            self._begin_day(today)
        return self._window, hmac.new(self._salt, key.encode(errors="replace"), sha256).hexdigest()

    def _begin_day(self, day: str) -> None:
        # The counts go with the salt: they could not be found again, and would only fill memory.
        self._day, self._salt = day, secrets.token_bytes(32)
        self._window = MovingWindowRateLimiter(MemoryStorage())
