"""A made-up nation for benchmarks: ids, words drawn as unevenly as in a language, places and agencies.

Whatever is drawn follows from a report's number alone, so that each service can be filled by itself.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from shared.security.codes import ALPHABET, TRACKING_LENGTH, check_character

NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)
"""Nine in the morning of a Monday in Jakarta."""
SPREAD = timedelta(days=700)
COPIES = 100
"""One report in so many tells the matter of an earlier one in its town, with three words of ten changed."""
WORDS = 25
_SYLLABLES = [a + b for a in "bcdghjklmprstw" for b in ("a", "e", "i", "o", "u", "ang", "er", "in")]
VOCABULARY = sorted(
    {f"{a}{b}{c}" for a in _SYLLABLES[::3] for b in _SYLLABLES[::4] for c in _SYLLABLES[::9]}
)[:8000]
REGENCIES = [f"{province}.{city:02}" for province in range(11, 49) for city in range(1, 15)]
STATUSES = ("received", "on_hold", "forwarded", "in_progress", "awaiting_reporter", *["closed"] * 15)
_REPORTS = UUID("0198a000-0000-7000-8000-000000000000").int


def report_id(number: int) -> UUID:
    return UUID(int=_REPORTS + number)


def tracking_id(number: int) -> str:
    """A well-formed one."""
    body = ""
    for _ in range(TRACKING_LENGTH - 1):
        number, digit = divmod(number, len(ALPHABET))
        body = ALPHABET[digit] + body
    return body + check_character(body)


def status_of(number: int) -> str:
    return STATUSES[number % len(STATUSES)]


def filed_at(number: int) -> datetime:
    """One a minute, for `SPREAD`."""
    return NOW - SPREAD + timedelta(seconds=number * 60 % int(SPREAD.total_seconds()))


def drawn(start: int, count: int) -> tuple[Any, list[str]]:
    """Which words each report has, and where it happened."""
    draw = np.random.default_rng(start)
    words = (len(VOCABULARY) * draw.random((count, WORDS)) ** 3).astype(int)
    places = (len(REGENCIES) * draw.random(count) ** 1.5).astype(int)
    for n in range(COPIES - 1, count, COPIES):
        words[n] = words[n - 50]
        words[n, : WORDS * 3 // 10] = (len(VOCABULARY) * draw.random(WORDS * 3 // 10) ** 3).astype(int)
        places[n] = places[n - 50]
    return words, [REGENCIES[place] for place in places]


def city_of(region: str) -> str:
    """The code of a regency's government."""
    province, _, city = region.partition(".")
    return f"{province}.{province}{city}"


def agency_of(number: int, region: str) -> str:
    """The agency at work on a report: one in five is a ministry's, and few ministries have most of those."""
    if number % 1009 < 200:
        return f"kl.k{int(26 * (number // 1009 % 997 / 997) ** 2)}"
    return f"{city_of(region)}.d{int(8 * (number % 991 / 991) ** 2)}"
