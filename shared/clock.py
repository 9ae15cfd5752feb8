"""Injected time: the only place that may ask the machine what time it is on behalf of the domain."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time the domain lives in, always aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own time: what every production process runs on."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """Time compressed by a file that several processes share (demonstrations and tests).

    The file holds ``{"real": unix seconds, "virtual": ISO time, "speed": factor}``; the virtual time is
    ``virtual + (real now - real) * speed``. It is read again whenever it changes, so whoever writes it
    steers every process at once. A file that is missing or half written leaves the last known reading.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._stamp: tuple[int, int] | None = None
        self._real, self._virtual, self._speed = time.time(), datetime.now(UTC), 1.0

    def now(self) -> datetime:
        self._refresh()
        return self._virtual + timedelta(seconds=(time.time() - self._real) * self._speed)

    def _refresh(self) -> None:
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_ino)
            if stamp == self._stamp:
                return
            reading = json.loads(self._path.read_text())
            self._real, self._speed = float(reading["real"]), float(reading["speed"])
            self._virtual = datetime.fromisoformat(reading["virtual"])
            self._stamp = stamp
        except (OSError, ValueError, KeyError):
            return


def write_clock(path: str | Path, virtual: datetime, speed: float) -> None:
    """Make every process on ``path`` read ``virtual`` from this instant on, at ``speed`` seconds a second."""
    target = Path(path)
    temporary = target.with_suffix(f".{os.getpid()}")
    reading = {"real": time.time(), "virtual": virtual.isoformat(), "speed": speed}
    temporary.write_text(json.dumps(reading))
    temporary.chmod(0o644)
    temporary.replace(target)


def clock_from(path: str | None) -> Clock:
    """The clock a setting names: a shared file if one is given, otherwise the machine's."""
    return FileClock(path) if path else SystemClock()
