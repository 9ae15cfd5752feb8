"""A report on performance: what was asked, and the sums made into shares, medians and ranks. Pure.

Counts never identify: see `SMALL`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import ceil

from services.sla.domain.cells import ALL, HISTOGRAMS, STATUSES

SMALL = 5
"""Fewer cases than this are withheld where more than `OPEN_DIMENSIONS` narrow them down; fewer ratings than
this never make a mean, and a category that fewer cases have is not named: officers type it.
"""
OPEN_DIMENSIONS = 2
RANKED_FROM = 10
"""Cases; a rate of fewer is chance and takes no place in the ranking."""


class By(StrEnum):
    """What a report has a row for."""

    MONTH = "month"
    AGENCY = "agency"
    REGION = "region"
    CATEGORY = "category"
    CLASSIFICATION = "classification"
    CHANNEL = "channel"


CROSSED = (By.AGENCY, By.REGION, By.CATEGORY, By.CLASSIFICATION)
"""At most two of them are kept together, and `channel` only alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Months as 202601, both included; `*` is all. An agency or region means everything below it too."""

    first: int
    last: int
    by: By
    agency: str = ALL
    region: str = ALL
    category: str = ALL
    channel: str = ALL
    classification: str = ALL

    @property
    def filters(self) -> dict[str, str]:
        named = (*CROSSED, By.CHANNEL)
        return {name.value: value for name in named if (value := getattr(self, name.value)) != ALL}

    def narrowing(self, *, row: bool) -> int:
        """How many dimensions narrow down a row, or the total."""
        dimensions = set(self.filters) | ({self.by.value} if row else set())
        return len(dimensions | ({By.MONTH.value} if self.first == self.last else set()))


@dataclass(slots=True)
class Sums:
    """One row's sums; `days` holds for each histogram how often a duty took so many working days."""

    counts: dict[str, int]
    days: dict[str, dict[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Duration:
    """Working days: half of them, and nine in ten, took at most so many."""

    count: int
    median: int | None
    p90: int | None


@dataclass(frozen=True, slots=True)
class Rating:
    """How reporters rated: from one to five, None where nobody did."""

    count: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Where it is withheld, only its key and rank are there."""

    key: str | None
    rank: int | None = None
    withheld: bool = False
    cases: int | None = None
    statuses: Mapping[str, int] | None = None
    untouched: int | None = None
    followed_up: int | None = None
    share_followed_up: float | None = None
    share_settled: float | None = None
    breaches: Mapping[str, int] | None = None
    working_days: Mapping[str, Duration] | None = None
    objections: int | None = None
    reopenings: int | None = None
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Rows of agencies and regions come by rank, all others by key. They may add up to more than the total:
    a case at two agencies is one case. `unnamed` categories are too rare to be named.
    """

    by: By
    total: Row
    rows: Sequence[Row]
    unnamed: int = 0


def report(asked: Asked, sums: Mapping[str, Sums], total: Sums) -> Report:
    """What is published of the sums."""
    rows = {key: found for key, found in sums.items() if found.counts["cases"] or _judged(found)}
    named = {k: v for k, v in rows.items() if asked.by is not By.CATEGORY or v.counts["cases"] >= SMALL}
    withheld = _withheld(asked, {key: found.counts["cases"] for key, found in named.items()})
    made = [Row(key, withheld=True) if key in withheld else row_of(key, s) for key, s in named.items()]
    everything = row_of(None, total)
    if asked.narrowing(row=False) > OPEN_DIMENSIONS and 0 < total.counts["cases"] < SMALL:
        everything = Row(None, withheld=True)
    ranked = asked.by in {By.AGENCY, By.REGION}
    return Report(asked.by, everything, _ranked(made) if ranked else _sorted(made), len(rows) - len(named))


def _judged(sums: Sums) -> bool:
    """An agency that sent all its cases back may still have breached a limit."""
    return any(number for name, number in sums.counts.items() if name.startswith("breached_"))


def _withheld(asked: Asked, cases: Mapping[str, int]) -> set[str]:
    """The keys of small rows; never a single one, which the total would give away."""
    if asked.narrowing(row=True) <= OPEN_DIMENSIONS:
        return set()
    small = {key for key, number in cases.items() if number < SMALL}
    if len(small) == 1 and len(cases) > 1:
        small.add(min((number, key) for key, number in cases.items() if key not in small)[1])
    return small


def row_of(key: str | None, sums: Sums) -> Row:
    """One row of the report; `key` is None for the sum of all."""
    counts = sums.counts
    cases, ratings = counts["cases"], counts["ratings"]
    return Row(
        key=key,
        cases=cases,
        statuses={name: counts[name] for name in STATUSES},
        untouched=counts["untouched"],
        followed_up=counts["followed_up"],
        share_followed_up=_share(counts["followed_up"], cases),
        share_settled=_share(counts["settled"], cases),
        breaches={
            clock.value: counts["breached_" + name.removesuffix("_days")]
            for name, clock in HISTOGRAMS.items()
        },
        working_days={clock.value: duration(sums.days.get(name, {})) for name, clock in HISTOGRAMS.items()},
        objections=counts["objections"],
        reopenings=counts["reopenings"],
        rating=Rating(ratings, round(counts["rating_sum"] / ratings, 2) if ratings >= SMALL else None),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def duration(days: Mapping[int, int]) -> Duration:
    """Exact: the smallest number of days that so large a share took at most (nearest rank)."""
    count = sum(days.values())
    return Duration(count, _percentile(days, count, 50), _percentile(days, count, 90))


def _percentile(days: Mapping[int, int], count: int, percent: int) -> int | None:
    wanted, seen = ceil(count * percent / 100), 0
    for day in sorted(days):
        seen += days[day]
        if count and seen >= wanted:
            return day
    return None


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.key or "")


def _ranked(rows: list[Row]) -> list[Row]:
    """By the share settled, then followed up; rows with too few cases come last and have no rank."""

    def rates(row: Row) -> tuple[float, float]:
        return -(row.share_settled or 0), -(row.share_followed_up or 0)

    ranked = sorted(
        (r for r in rows if (r.cases or 0) >= RANKED_FROM), key=lambda r: (*rates(r), r.key or "")
    )
    first: dict[tuple[float, float], int] = {}
    for number, row in enumerate(ranked, start=1):
        first.setdefault(rates(row), number)
    placed = [replace(row, rank=first[rates(row)]) for row in ranked]
    return placed + _sorted([row for row in rows if (row.cases or 0) < RANKED_FROM])
