"""What a reporter may choose from: topics as people call them, and regions by a name that is typed."""

from dataclasses import dataclass

from services.intake.questions.catalogue import catalogue
from shared.contracts import Place
from shared.regions import full_name, search

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


def place_name(place: Place) -> str:
    """Where it was, as the reporter described it, and the region; empty where neither was said."""
    return ", ".join(filter(None, (place.description, full_name(place.region))))


def city_of(region: str | None) -> str | None:
    """The city or regency that a region lies in: as near as the public is told [A]."""
    return ".".join(region.split(".")[:2]) if region else None
