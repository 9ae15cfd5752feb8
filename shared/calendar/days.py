"""The days that are not working days, with the decree that made each so. Data only: no arithmetic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    REGIONAL = "regional"
    """A free day of one province, regency or city."""


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    """Every day counts, as in UU 25/2009 Art. 44."""


@dataclass(frozen=True, slots=True)
class Decree:
    """The act that made days free, and when it was signed: from then on the days were known.

    ``known_through``: a yearly act completes the list of free days up to this one.
    """

    id: str
    title: str
    decided: date
    known_through: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One free day. ``estimated``: it hangs on a sighting of the moon and may move by a day.

    ``withdrawn``: the later act that made it a working day again, if one did.
    """

    date: date
    kind: DayKind
    name: str
    name_en: str
    decree: Decree | None = None
    estimated: bool = False
    withdrawn: Decree | None = None


@dataclass(frozen=True, slots=True)
class Holidays:
    """The free days of a country as reviewed in one version of its file.

    ``first_day``..``known_through``: inside it the list is complete; after it, days may still be decreed.
    ``withdrawn`` were free for a while and are not any more.
    """

    id: str
    version: str
    first_day: date
    known_through: date
    provenance: str
    days: tuple[Day, ...]
    withdrawn: tuple[Day, ...] = ()
    decrees: tuple[Decree, ...] = ()


def load_holidays(path: Path = DATA / "indonesia.yaml") -> Holidays:
    """Read and check a holiday file; raises `ValueError` naming what is wrong with it."""
    raw: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    decrees = {
        d["id"]: Decree(d["id"], d["title"], d["decided"], d.get("known_through")) for d in raw["decrees"]
    }
    days = tuple(_days(raw["days"], decrees))
    holidays = Holidays(
        id=raw["id"],
        version=str(raw["version"]),
        first_day=raw["first_day"],
        known_through=raw["known_through"],
        provenance=raw["provenance"],
        days=tuple(day for day in days if day.withdrawn is None),
        withdrawn=tuple(day for day in days if day.withdrawn is not None),
        decrees=tuple(decrees.values()),
    )
    dates = [day.date for day in days]
    if dates != sorted(set(dates)):
        raise ValueError(f"{path.name}: days must be in order, each date once")
    if dates and not (holidays.first_day <= dates[0] and dates[-1] <= holidays.known_through):
        raise ValueError(f"{path.name}: a day lies outside first_day..known_through")
    completed = [decree.known_through for decree in holidays.decrees if decree.known_through]
    if completed and max(completed) != holidays.known_through:
        raise ValueError(f"{path.name}: no act completes the days up to known_through")
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
            withdrawn=decrees[row["withdrawn"]] if "withdrawn" in row else None,
        )


# The C loader is ten times faster and as safe; it is missing only where PyYAML was built without libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
