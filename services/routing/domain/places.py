"""Places and the governments in charge of them: from the ministry's region codes to agency paths.

A candidate of a rule may be relative to the place of the report: `@local.dishub` is the transport unit of its
city or regency, `@province.dishub` that of its province; `@local` is the government itself.
"""

import re

PATH = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
"""An agency's path."""
REGION = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
"""The ministry's code of a province, a city or regency, a district or a village."""
RELATIVE = re.compile(r"@(local|province)(\.[a-z0-9-]+)*")


def regions_around(region: str | None) -> list[str]:
    """A region and everything around it, smallest first; none for what is no region code."""
    if region is None or not REGION.fullmatch(region):
        return []
    parts = region.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


def government_of(region: str) -> str | None:
    """The path of a province (`35`), city or regency (`35.78` is `35.3578`); smaller places have none."""
    parts = region.split(".")
    if len(parts) > 2:
        return None
    return parts[0] if len(parts) == 1 else f"{parts[0]}.{parts[0]}{parts[1]}"


def addressee(candidate: str, regions: list[str]) -> str | None:
    """The agency that a rule's candidate means for a case there (`regions_around`); None without a place."""
    if not candidate.startswith("@"):
        return candidate
    if not regions:
        return None
    level, _, unit = candidate[1:].partition(".")
    place = regions[-1] if level == "province" else regions[max(0, len(regions) - 2)]
    government = government_of(place)
    return f"{government}.{unit}" if unit else government
