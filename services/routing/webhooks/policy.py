"""When a web hook is tried again, held back or suspended, and a delivery abandoned. Chance is passed in."""

from dataclasses import dataclass

LONGEST_PAUSE = 3_600.0
LONGEST_HOLD = 300.0
"""Seconds. A hook that fails is asked again at least this often, one delivery at a time."""
PATIENT_FAILURES = 2
"""In a row, before the whole hook waits and not only the delivery that failed."""


@dataclass(frozen=True)
class Policy:
    """All in seconds of the machine's time but `suspend_failures`, a count in a row."""

    retry_seconds: float = 5.0
    patience_seconds: float = 86_400.0
    suspend_failures: int = 20
    suspend_seconds: float = 900.0

    def pause(self, attempts: int, chance: float) -> float:
        """Before a delivery's next try: doubles with every attempt, half of it left to chance in [0, 1)."""
        return _jittered(self.retry_seconds, attempts, LONGEST_PAUSE, chance)

    def hold(self, failures: int, chance: float) -> float:
        """How long the whole hook waits after its `failures`-th failure in a row."""
        if failures <= PATIENT_FAILURES:
            return 0.0
        return _jittered(self.retry_seconds, failures - PATIENT_FAILURES, LONGEST_HOLD, chance)

    def abandons(self, age: float, pause: float) -> bool:
        """Whether a delivery queued `age` seconds ago is not worth another pause."""
        return age + pause > self.patience_seconds

    def suspends(self, failures: int, failing_for: float) -> bool:
        return failures >= self.suspend_failures and failing_for >= self.suspend_seconds


def _jittered(base: float, times: int, most: float, chance: float) -> float:
    # 1 << 30 is far beyond any cap, and no float.
    whole = min(base * float(1 << min(max(times - 1, 0), 30)), most)
    return whole * (0.5 + chance / 2)
