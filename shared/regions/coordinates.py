"""Whether a coordinate can lie in the region that was named. A hint for people, never a reason to refuse."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data/provinces.csv"
MARGIN = 0.25
"""Degrees, about 28 km: positions of telephones are wrong, and so are boundaries."""


@dataclass(frozen=True)
class Box:
    """The smallest rectangle around a province, its outlying islands included. Degrees."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        return (
            self.south - MARGIN <= latitude <= self.north + MARGIN
            and self.west - MARGIN <= longitude <= self.east + MARGIN
        )


@cache
def boxes() -> dict[str, Box]:
    """By the province's code. Read once a process."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["code"]: Box(*(float(row[side]) for side in ("south", "north", "west", "east")))
            for row in rows
        }


def far_from(code: str, latitude: float, longitude: float) -> bool:
    """Whether a point lies outside the province of a region, its surroundings included.

    Only the province is looked at: no free table of the smaller regions' boundaries is small enough to keep
    here. False for an unknown province.
    """
    box = boxes().get(code[:2])
    return box is not None and not box.holds(latitude, longitude)
