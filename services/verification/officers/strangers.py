"""Wrong tries at logins that do not exist, in memory: they lock as accounts do, and cannot be told apart."""

from datetime import datetime
from hashlib import blake2b

from services.verification.domain.accounts import lock_after

MOST = 10_000
"""At 300 tries a minute none is forgotten within half an hour, which is longer than any lock."""


class Strangers:
    """One process's view. What was typed is kept as a hash: it may be a password in the wrong field."""

    def __init__(self) -> None:
        self._tried: dict[bytes, tuple[int, datetime | None]] = {}

    def locked(self, login: str, now: datetime) -> float:
        """Seconds until the login may be tried again; 0: now."""
        _, until = self._tried.get(_hidden(login), (0, None))
        return 0.0 if until is None or until <= now else (until - now).total_seconds()

    def note_failure(self, login: str, now: datetime) -> None:
        hidden = _hidden(login)
        failures = self._tried.pop(hidden, (0, None))[0] + 1
        self._tried[hidden] = (failures, lock_after(failures, now))
        if len(self._tried) > MOST:
            del self._tried[next(iter(self._tried))]


def _hidden(login: str) -> bytes:
    return blake2b(login.encode(errors="replace"), digest_size=16).digest()
