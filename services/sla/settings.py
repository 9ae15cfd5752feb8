"""Settings of the sla service."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """How it looks for due timers, in seconds of the machine's own time."""

    timer_poll_seconds: float = 0.25
    timer_batch: int = 200
    """Timers fired in one transaction."""
    timer_check_seconds: float = 15.0
    """How often it is proven that no open case is without a live timer."""
