"""The limits that clocks are set to, as dated policy: looked up, never written into code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.calendar.days import DATA
from shared.contracts.enums import Classification, ClockKind


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "working_days"


class Basis(StrEnum):
    """How firm the ground under a limit is."""

    LAW = "law"
    GUIDELINE = "guideline"
    ASSUMPTION = "assumption"


class NoLimit(LookupError):
    """No limit was in force for this clock (and classification) on this day."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit with its legal source; without a classification it holds for all of them."""

    clock: ClockKind
    classification: Classification | None
    days: int
    unit: Unit
    basis: Basis
    source: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class LimitsInForce:
    """The limits of one day. ``warnings`` are percentages of the working time, ascending."""

    version: str
    warnings: tuple[int, ...]
    _limits: Mapping[tuple[ClockKind, Classification | None], Limit]

    def of(self, clock: ClockKind, classification: Classification | None = None) -> Limit:
        """The limit of a clock, the classification's own before the general one; raises `NoLimit`."""
        limit = self._limits.get((clock, classification)) or self._limits.get((clock, None))
        if limit is None:
            kind = f" ({classification})" if classification else ""
            raise NoLimit(f"no limit in force for {clock}{kind}")
        return limit


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits there are and were, in one reviewed version."""

    version: str
    warnings: tuple[int, ...]
    limits: tuple[Limit, ...]

    def at(self, day: date) -> LimitsInForce:
        """What is in force on ``day``: of each clock and classification the latest that has taken effect."""
        in_force: dict[tuple[ClockKind, Classification | None], Limit] = {
            (limit.clock, limit.classification): limit
            for limit in sorted(self.limits, key=lambda one: one.effective_from)
            if limit.effective_from <= day
        }
        return LimitsInForce(self.version, self.warnings, in_force)


def read_limits(path: Path) -> Limits:
    """Read and check a policy file; raises `ValueError` naming what is wrong with it."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    warnings = tuple(raw["warnings"])
    if list(warnings) != sorted(set(warnings)) or not all(0 < percent < 100 for percent in warnings):
        raise ValueError(f"{path.name}: warnings must ascend between 0 and 100")
    limits = tuple(_limit(row) for row in raw["limits"])
    keys = [(limit.clock, limit.classification, limit.effective_from) for limit in limits]
    if len(set(keys)) != len(keys):
        raise ValueError(f"{path.name}: two limits of one clock take effect on the same day")
    return Limits(str(raw["version"]), warnings, limits)


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
    )


@cache
def load_limits() -> Limits:
    """The national policy in its current version, read once a process."""
    return read_limits(DATA / "policies.yaml")
