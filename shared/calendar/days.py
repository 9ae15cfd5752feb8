"""The days that are not working days, with the decree that made each so. Data only: no arithmetic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class DayKind(StrEnum):
    """Why nobody has to work on a day."""

    WEEKEND = "weekend"
    """Saturday or Sunday (Perpres 21/2023)."""
    NATIONAL = "national"
    """Hari libur nasional."""
    JOINT_LEAVE = "joint_leave"
    """Cuti bersama: leave that the government takes as one."""


@dataclass(frozen=True, slots=True)
class Decree:
    """The act that made days free, and when it was signed: from then on the days were known."""

    id: str
    title: str
    decided: date


@dataclass(frozen=True, slots=True)
class Day:
    """One free day. ``estimated``: it hangs on a sighting of the moon and may move by a day."""

    date: date
    kind: DayKind
    name: str
    name_en: str
    decree: Decree | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Holidays:
    """The free days of a country as reviewed in one version of its file.

    ``first_day``..``known_through``: inside it the list is complete; after it, days may still be decreed.
    """

    id: str
    version: str
    first_day: date
    known_through: date
    provenance: str
    days: tuple[Day, ...]

    def as_known_on(self, day: date) -> "Holidays":
        """The list as it stood on ``day``: without what was decreed later."""
        known = tuple(d for d in self.days if d.decree is None or d.decree.decided <= day)
        return replace(self, days=known)


def load_holidays(path: Path = DATA / "indonesia.yaml") -> Holidays:
    """Read and check a holiday file; raises `ValueError` naming what is wrong with it."""
    raw: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    decrees = {d["id"]: Decree(d["id"], d["title"], d["decided"]) for d in raw["decrees"]}
    holidays = Holidays(
        id=raw["id"],
        version=str(raw["version"]),
        first_day=raw["first_day"],
        known_through=raw["known_through"],
        provenance=raw["provenance"],
        days=tuple(_days(raw["days"], decrees)),
    )
    dates = [day.date for day in holidays.days]
    if dates != sorted(set(dates)):
        raise ValueError(f"{path.name}: days must be in order, each date once")
    if dates and not (holidays.first_day <= dates[0] and dates[-1] <= holidays.known_through):
        raise ValueError(f"{path.name}: a day lies outside first_day..known_through")
    return holidays


def _days(rows: Iterable[Mapping[str, Any]], decrees: Mapping[str, Decree]) -> Iterable[Day]:
    for row in rows:
        yield Day(
            date=row["date"],
            kind=DayKind(row["kind"]),
            name=row["name"],
            name_en=row["name_en"],
            decree=decrees[row["decree"]] if "decree" in row else None,
            estimated=row.get("estimated", False),
        )


# The C loader is ten times faster and as safe; it is missing only where PyYAML was built without libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
