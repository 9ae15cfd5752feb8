"""Settings of the sla service."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """How its loops work, in seconds of the machine's own time."""

    public_url: str = "http://localhost:8080"
    """Where people reach the pages; under https their cookies travel by it alone."""
    timer_poll_seconds: float = 0.25
    timer_batch: int = 500
    """Clocks whose timers fire in one transaction."""
    timer_memory_days: int = 365
    """How long it is remembered, after its start, what a run that has stopped had said."""
    timer_check_seconds: float = 15.0
    """How often it is proven that no open case is without a live timer."""
    timer_check_batch: int = 10_000
    """Open cases looked at in one statement of that round."""
    recompute_poll_seconds: float = 1.0
    recompute_batch: int = 1000
    """Cases computed again in one transaction after an amendment."""
    amendments_told_seconds: float = 3600.0
    """How often every amendment is told again, for services that were set up since."""
