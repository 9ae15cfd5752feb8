"""Facts about deadlines. Said by sla alone; every one can be recomputed from other facts."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Fact, Part
from shared.contracts.enums import ClockKind, EscalationStep


class SlaFact(Fact):
    """`round` tells one run of a clock from the next (a second hold, a second answer)."""

    clock: ClockKind
    leg_id: UUID | None = None
    agency: str | None = None
    round: int = 1
    started_at: AwareDatetime = Field(
        description="When this run of the clock started: the starting fact's time."
    )
    due_at: AwareDatetime
    fired_at: AwareDatetime = Field(description="When the timer really fired: lateness is the difference.")
    deadline: AwareDatetime | None = Field(
        None, description="The clock's deadline; `due_at` of a warning or reminder is its own moment."
    )

    @property
    def routing_key(self) -> str:
        return f"{self.type}.{self.clock}"


class SlaWarning(SlaFact):
    type: ClassVar[str] = "sla.warning"
    percent: int = Field(description="50 or 80: how much of the working time has passed.")


class SlaBreached(SlaFact):
    """A duty was not done in time: verification, first response, settlement."""

    type: ClassVar[str] = "sla.breached"


class SlaExpired(SlaFact):
    """A right or a waiting time has ended: completion, reply, reopening, Ombudsman."""

    type: ClassVar[str] = "sla.expired"


class SlaReminded(SlaFact):
    """Staff are reminded of an overdue duty, one step of the ladder at a time, in their working hours."""

    type: ClassVar[str] = "sla.reminded"
    step: EscalationStep
    overdue_days: int = Field(description="Working days since the deadline, in the clock's zone.")


class Deadline(Part):
    """One running clock, as people see it."""

    clock: ClockKind
    leg_id: UUID | None = None
    agency: str | None = None
    round: int = 1
    started_at: AwareDatetime
    due_at: AwareDatetime | None = Field(None, description="None while the clock is paused.")
    zone: str
    provisional: bool = Field(False, description="Beyond the date to which holidays are known.")


class DeadlinesChanged(Fact):
    """All clocks that run for a case now; `clocks_version` grows by one with each change."""

    type: ClassVar[str] = "sla.deadlines-changed"
    clocks_version: int
    deadlines: tuple[Deadline, ...]


class MovedDeadline(Part):
    """One running clock whose deadline an amendment moved."""

    clock: ClockKind
    leg_id: UUID | None = None
    agency: str | None = None
    round: int = 1
    zone: str
    before: AwareDatetime
    after: AwareDatetime


class DeadlinesAmended(Fact):
    """A day or a limit was amended by law, and these deadlines of the case moved with it."""

    type: ClassVar[str] = "sla.deadlines-amended"
    amendment: str = Field(description="The amendment's id in the calendar or the policies.")
    cause: str = Field(description="What was amended, in Indonesian, as a citizen understands it.")
    cause_en: str
    legal_source: str
    moved: tuple[MovedDeadline, ...]
