"""Facts about deadlines. Said by sla alone; every one can be recomputed from other facts."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Fact, Part
from shared.contracts.enums import Classification, ClockKind, EscalationStep


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
    """A duty's time is nearly over."""

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


class RulesAmended(Fact):
    """What an act of law changed, as data: whoever promises dates counts with it from now on.

    About no case: `report_id` is nil. Said when it is recorded, and again now and then, for those who were
    not there; always the same but for `occurred_at`.
    """

    amendment: str = Field(description="Its id; the same whenever it is said.")
    number: int = Field(description="Its place in the order in which amendments were accepted.")
    known_at: AwareDatetime
    decided: date = Field(description="When the act was signed.")
    legal_source: str


class AmendedDay(Part):
    """A day that became free."""

    date: date
    kind: str
    title: str
    title_en: str
    estimated: bool = False


class CalendarAmended(RulesAmended):
    """Days that became free, or ceased to be. A date that is both removed and added is replaced."""

    type: ClassVar[str] = "sla.calendar-amended"
    scope: str = Field(description="`indonesia`, a province (`35`) or a city (`35.78`).")
    added: tuple[AmendedDay, ...] = ()
    removed: tuple[date, ...] = ()
    known_through: date | None = Field(None, description="The free days are complete up to here.")


class PolicyAmended(RulesAmended):
    """A limit that takes effect."""

    type: ClassVar[str] = "sla.policy-amended"
    clock: ClockKind
    classification: Classification | None = None
    days: int
    unit: str
    basis: str
    limit_source: str
    effective_from: date
    agency: str | None = None
    applies_to_running: bool = False
