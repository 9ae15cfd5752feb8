"""What can be followed, and what of a public page is news to whoever follows it. Pure.

Nothing is told that is not on the public page: news is taken from that page's own data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts import CaseStatus, PublicAnswer

ANY = "*"
OVER = frozenset({CaseStatus.WITHDRAWN})
"""Of a case that its reporter took back nothing more is told."""


def area_of(category: str | None, region: str | None) -> str:
    """The name of an area. `region` is a province's code or a city's. Raises ValueError for everything."""
    if not category and not region:
        raise ValueError("an area has a category, a region or both")
    return f"{category or ANY}/{region or ANY}"


def areas_of(category: str | None, region: str | None) -> tuple[str, ...]:
    """Every area in which a case lies: at most five, each once."""
    regions = [
        code for code in (region[:5] if region and len(region) >= 5 else None, (region or "")[:2]) if code
    ]
    return tuple(
        area_of(topic, place)
        for topic in dict.fromkeys((category, None))
        for place in (*regions, None)
        if topic or place
    )


def named(area: str) -> tuple[str | None, str | None]:
    """Category and region of an area; None is any. No region's code has a slash in it."""
    category, _, region = area.rpartition("/")
    return (None if category == ANY else category), (None if region == ANY else region)


@dataclass(frozen=True)
class Shown:
    """As much of a public page as tells whether something on it is new."""

    status: CaseStatus
    closed_by: str | None
    answers: int

    def __str__(self) -> str:
        return f"{self.status}|{self.closed_by or ''}|{self.answers}"

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> "Shown":
        """`view` is the public page as data."""
        return cls(view["status"], view["closed_by"], len(view["answers"]))

    @classmethod
    def read(cls, text: str) -> "Shown":
        """Raises ValueError for what `str` did not write."""
        status, closed_by, answers = text.split("|")
        return cls(CaseStatus(status), closed_by or None, int(answers))


@dataclass(frozen=True)
class News:
    """What has come to a public page since its followers were told of it."""

    status: CaseStatus
    status_changed: bool
    closed_by: str | None
    answers: tuple[PublicAnswer, ...]


def news(before: Shown, view: Mapping[str, Any]) -> News | None:
    """The difference between what was told and what the page shows now; None if there is none.

    Of statuses that came and went in between only the last is told. Answers are never taken off a page.
    """
    now = Shown.of(view)
    changed = (now.status, now.closed_by) != (before.status, before.closed_by)
    answers = tuple(_answers(view["answers"][before.answers :]))
    return News(now.status, changed, now.closed_by, answers) if changed or answers else None


def _answers(answers: list[Mapping[str, Any]]) -> Iterator[PublicAnswer]:
    for answer in answers:
        yield PublicAnswer(agency_name=answer["agency_name"] or answer["agency"], text=answer["text"])
