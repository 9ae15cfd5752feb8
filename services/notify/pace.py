"""How long to wait for more, so that what comes together costs one transaction: longer the more there was.

Seconds of real time. A person does not feel a tenth of a second in a mail; the database feels the difference.
"""

EACH_SECONDS = 0.02
LONGEST_SECONDS = 0.1


def linger_seconds(last: int) -> float:
    """How long to wait after something arrived, when `last` things came together the time before."""
    return min(max(last, 1) * EACH_SECONDS, LONGEST_SECONDS)
