"""Who is reminded of an overdue duty and when, and the hours in which staff are reminded: dated policy."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from shared.calendar.zones import Zone
from shared.contracts.enums import ClockKind, EscalationStep


class Basis(StrEnum):
    """How firm the ground under a rule is."""

    LAW = "law"
    GUIDELINE = "guideline"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder, ``after_days`` working days after the deadline; 0 is its own day."""

    step: EscalationStep
    after_days: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps for some clocks, in the order in which they are climbed."""

    clocks: frozenset[ClockKind]
    rungs: tuple[Rung, ...]
    basis: Basis
    source: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The local hours of every working day; open at ``opens``, closed again at ``closes``."""

    opens: time
    closes: time
    basis: Basis
    source: str
    effective_from: date

    def opening(self, day: date, zone: Zone) -> datetime:
        return datetime.combine(day, self.opens, zone.tz).astimezone(UTC)

    def closing(self, day: date, zone: Zone) -> datetime:
        return datetime.combine(day, self.closes, zone.tz).astimezone(UTC)
