"""Reads the reviewed free days of provinces, regencies and cities: acts in the same shape as amendments."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import yaml

from shared.calendar.amendments import Amendment
from shared.calendar.days import DATA, Day, DayKind
from shared.calendar.zones import Zone

_AUTHOR = "reviewed file"


def load_regional(path: Path = DATA / "regional.yaml") -> tuple[Amendment, ...]:
    """Read and check a file of regional acts; raises `ValueError` naming what is wrong with it."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    acts = tuple(_act(row) for row in raw["acts"])
    for act in acts:
        act.check()
    return acts


def _act(row: dict[str, Any]) -> Amendment:
    return Amendment(
        id=row["id"],
        scope=row["scope"],
        known_at=datetime.combine(row["decided"], time(), Zone.WIB.tz),
        author=_AUTHOR,
        source=row["source"],
        decided=row["decided"],
        added=tuple(Day(day["date"], DayKind.REGIONAL, day["name"], day["name_en"]) for day in row["days"]),
    )
