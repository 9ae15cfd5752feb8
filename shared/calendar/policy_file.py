"""Reads and checks the reviewed policy file: limits, the escalation ladder, working hours."""

from collections.abc import Mapping
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.calendar.days import DATA, Unit
from shared.calendar.escalation import Basis, Ladder, Rung, WorkingHours
from shared.calendar.limits import Limits
from shared.calendar.policy import Limit
from shared.calendar.zones import Zone
from shared.contracts.enums import Classification, ClockKind, EscalationStep


def read_limits(path: Path) -> Limits:
    """Read and check a policy file; raises `ValueError` naming what is wrong with it."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    warnings = tuple(raw["warnings"])
    if list(warnings) != sorted(set(warnings)) or not all(0 < percent < 100 for percent in warnings):
        raise ValueError(f"{path.name}: warnings must ascend between 0 and 100")
    limits = tuple(_limit(row) for row in raw["limits"])
    keys = [(limit.clock, limit.classification, limit.agency, limit.effective_from) for limit in limits]
    if len(set(keys)) != len(keys):
        raise ValueError(f"{path.name}: two limits of one clock take effect on the same day")
    return Limits(
        str(raw["version"]),
        warnings,
        limits,
        tuple(_ladder(row) for row in raw["escalation"]),
        tuple(_hours(row) for row in raw["working_hours"]),
    )


def _limit(row: Mapping[str, Any]) -> Limit:
    if row["days"] < 1:
        raise ValueError(f"a limit of {row['clock']} is shorter than one day")
    return Limit(
        clock=ClockKind(row["clock"]),
        classification=Classification(row["classification"]) if "classification" in row else None,
        days=row["days"],
        unit=Unit(row["unit"]),
        basis=Basis(row["basis"]),
        source=row["source"],
        effective_from=row["effective_from"],
        agency=row.get("agency"),
        applies_to_running=row.get("applies_to_running", False),
        known_at=datetime.combine(row["decided"], time(), Zone.WIB.tz) if "decided" in row else None,
    )


def _ladder(row: Mapping[str, Any]) -> Ladder:
    rungs = tuple(Rung(EscalationStep(one["step"]), one["after_days"]) for one in row["steps"])
    if [rung.step for rung in rungs] != [step for step in EscalationStep if step in {r.step for r in rungs}]:
        raise ValueError("the ladder is climbed from the officer to the national admin, each step once")
    days = [rung.after_days for rung in rungs]
    if days != sorted(set(days)) or (days and days[0] < 0):
        raise ValueError("each step of the ladder comes after the one before it")
    return Ladder(
        clocks=frozenset(ClockKind(clock) for clock in row["clocks"]),
        rungs=rungs,
        basis=Basis(row["basis"]),
        source=row["source"],
        effective_from=row["effective_from"],
    )


def _hours(row: Mapping[str, Any]) -> WorkingHours:
    hours = WorkingHours(
        opens=time.fromisoformat(row["opens"]),
        closes=time.fromisoformat(row["closes"]),
        basis=Basis(row["basis"]),
        source=row["source"],
        effective_from=row["effective_from"],
    )
    if hours.opens >= hours.closes:
        raise ValueError("working hours close after they open")
    return hours


@cache
def load_limits() -> Limits:
    """The national policy in its reviewed version, read once a process."""
    return read_limits(DATA / "policies.yaml")
