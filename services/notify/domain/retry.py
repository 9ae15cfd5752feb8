"""When to try again after a failure that may pass. Real time: providers do not live in ours."""

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 600.0


def delay_before_next(attempts: int, chance: float) -> float:
    """Seconds to wait after `attempts` tries: doubling from one second to ten minutes.

    `chance` (0..1) spreads it over the upper half, so that what failed together does not return together.
    """
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempts - 1, 20))
    return ceiling * (0.5 + chance / 2)
