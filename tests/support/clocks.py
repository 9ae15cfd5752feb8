"""A clock that a test sets by hand."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Stands still until it is moved. Starts on a Monday morning in Jakarta without holidays near."""

    def __init__(self, now: datetime = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, by: timedelta) -> None:
        self._now += by
