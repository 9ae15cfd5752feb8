"""How much one agency may say over the broker: a limit of its own, so that its flood is nobody else's."""

from services.routing.directory import held
from services.routing.domain.agencies import levels_above
from shared.security.limits import RateLimiter

RATE = "6000/minute"
"""Of one agency, in this process. A national wave of 155 reports a second, a third of them for one agency,
stays below it."""


class Pace:
    """Counts words in this process's memory; several processes each count their own."""

    def __init__(self, rate: str = RATE) -> None:
        """`rate` reads like ``"6000/minute"``; anything else is a ValueError."""
        self._limiter = RateLimiter(rate)

    def wait(self, agency: str) -> int:
        """Count a word of this agency. Seconds until it is heard again; 0: this word is."""
        whose = _known(agency)
        return 0 if self._limiter.hit(whose) else max(1, self._limiter.retry_after(whose))


def _known(path: str) -> str:
    """The agency that there is: whoever speaks for units that it invents speaks for itself."""
    if held.current is None:
        return path
    agencies, above = held.current.agencies, levels_above(path)
    return next((level for level in (path, *above) if agencies.get(level)), (path, *above)[-1])
