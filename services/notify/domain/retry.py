"""When to try again after a failure that may pass, and by whom. Real time: providers do not live in ours."""

from enum import StrEnum

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 600.0
LONGEST_HELD_SECONDS = 60.0
FAITHFUL_ATTEMPTS = 3
"""So many tries go to the provider that may have the message already, since only it knows the key."""


class FailureKind(StrEnum):
    """What a failure says about the next try."""

    PERMANENT = "permanent"
    """No further try will help: the address, the recipient or the message is refused."""
    TEMPORARY = "temporary"
    """The provider surely does not have the message; anybody may try."""
    THROTTLED = "throttled"
    """The provider wants less for a while. It is neither ill nor does it have the message."""
    UNKNOWN = "unknown"
    """The provider may have the message: no answer came, or one that tells nothing."""


def delay_before_next(attempts: int, chance: float) -> float:
    """Seconds to wait after `attempts` tries: doubling from one second to ten minutes.

    `chance` (0..1) spreads it over the upper half, so that what failed together does not return together.
    """
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempts - 1, 20))
    return ceiling * (0.5 + chance / 2)


def delay_while_held(age: float, chance: float) -> float:
    """Seconds until what is held back here is looked at again: in proportion to its age (seconds), from one
    second to a minute, so that a long queue is not turned over all the time.
    """
    return max(1.0, min(LONGEST_HELD_SECONDS, age / 4) * (0.5 + chance / 2))


def stays_with_provider(kind: FailureKind, attempts: int) -> bool:
    """Whether the next try must go to the same provider, which knows a repetition by its key.

    In the end a message that may come twice is better than none: after `FAITHFUL_ATTEMPTS` anybody may try.
    """
    return kind is FailureKind.UNKNOWN and attempts < FAITHFUL_ATTEMPTS
