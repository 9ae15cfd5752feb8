"""What is told of a clock, as data: limit and source, pauses, deadline, and the days it jumped over."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.sla.domain.measure import ClockState
from shared.calendar import Basis, DayKind, Unit, Zone
from shared.contracts import ClockKind, EscalationStep


@dataclass(frozen=True)
class SkippedDay:
    """A day that did not count; `source` is the act that made it free."""

    date: date
    kind: DayKind
    name: str
    name_en: str
    source: str | None
    estimated: bool


@dataclass(frozen=True)
class Stretch:
    """A stretch in which the clock stood still."""

    begin: datetime
    end: datetime | None


@dataclass(frozen=True)
class WarningPoint:
    """When so much of the working time will have passed."""

    percent: int
    at: datetime


@dataclass(frozen=True)
class ReminderPoint:
    """When staff are reminded of a duty that is overdue."""

    step: EscalationStep
    at: datetime


@dataclass(frozen=True)
class Versions:
    """What the answer was computed from."""

    calendar: str
    calendar_version: str
    known_through: date
    policy_version: str


@dataclass(frozen=True)
class Judgement:
    """The rules that a clock is judged by; one that has stopped, by what was known when it stopped."""

    calendar_version: str
    policy_version: str
    region: str | None
    known_through: date
    known_at: datetime | None


@dataclass(frozen=True)
class LimitView:
    """The limit and where it comes from; without a source where somebody merely asked."""

    days: int
    unit: Unit
    source: str | None = None
    basis: Basis | None = None
    effective_from: date | None = None
    agency: str | None = None


@dataclass(frozen=True)
class DeadlineView:
    """A deadline in UTC and as the agency's own clock shows it, with the days it jumped over."""

    due_at: datetime
    due_local: str
    due_date: date
    zone: Zone
    provisional: bool
    skipped: tuple[SkippedDay, ...]


@dataclass(frozen=True)
class ClockView:
    """One clock, explained. `remaining_working_days` counts whole days still to come, from `now`."""

    clock: ClockKind
    label: str
    label_en: str
    state: ClockState
    round: int
    leg_id: UUID | None
    agency: str | None
    zone: Zone
    limit: LimitView
    started_at: datetime
    stopped_at: datetime | None
    stopped_by: str | None
    pauses: tuple[Stretch, ...]
    given_back: tuple[date, ...]
    deadline: DeadlineView | None
    remaining_working_days: int | None
    warnings: tuple[WarningPoint, ...]
    reminders: tuple[ReminderPoint, ...]
    judged_by: Judgement
    sentence: str
    sentence_en: str
