"""What a reporter may choose from: topics as people call them, and regions by a name that is typed."""

from dataclasses import dataclass

from services.intake.questions.catalogue import catalogue
from shared.regions import atlas, search

MOST_REGIONS = 6


@dataclass(frozen=True)
class FoundRegion:
    """A region with the names it lies in, so that equal names can be told apart."""

    code: str
    name: str


def categories() -> list[tuple[str, tuple[str, str]]]:
    """Code and name (Indonesian, English) of each topic, in the order of the reviewed list."""
    return [(code, (each.name, each.name_en)) for code, each in catalogue().categories.items()]


def category_name(code: str | None) -> tuple[str, str] | None:
    """What people call a topic; one that is not in the list keeps its own name."""
    if not code:
        return None
    known = catalogue().categories.get(code)
    return (known.name, known.name_en) if known else (code, code)


def regions_like(typed: str) -> list[FoundRegion]:
    """Regions whose name is like what was typed, the likest first. A process's first search is slow."""
    return [
        FoundRegion(each.region.code, full_name(each.region.code)) for each in search(typed, MOST_REGIONS)
    ]


def full_name(code: str) -> str:
    """A region and what it lies in: "Gubeng, Kota Surabaya, Jawa Timur"; empty for an unknown code."""
    return ", ".join(region.name for region in reversed(atlas().lineage(code)))
