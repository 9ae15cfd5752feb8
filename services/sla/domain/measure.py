"""Clocks laid on a calendar: when each is due, what has to be said on the way, and what people are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from services.sla.domain.clocks import DUTIES, WARNED, Clock
from services.sla.domain.state import earlier
from shared.calendar import (
    Book,
    Calendar,
    DateOutsideCalendar,
    Limits,
    NoLimit,
    Run,
    Rung,
    WorkingHours,
    Zone,
    run_clock,
)
from shared.calendar.days import Unit
from shared.calendar.working_days import days_at
from shared.contracts import ClockKind, Deadline, EscalationStep

END = 100
"""The mark of the deadline itself. Warnings carry their percentage; END + 1 and on are the ladder's steps."""

STEPS = tuple(EscalationStep)

Marks = tuple[tuple[int, datetime], ...]
"""What is to be said and when, in order of due time."""


class ClockState(StrEnum):
    """What a clock is doing at a given moment."""

    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    """Still running, and its deadline has passed."""
    IN_TIME = "in_time"
    """Stopped before its deadline."""
    LATE = "late"
    """Stopped after its deadline."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A clock on the calendar that judges it. `run` is None where that knows nothing of these years."""

    clock: Clock
    run: Run | None
    marks: Marks
    calendar: Calendar

    @property
    def due_at(self) -> datetime | None:
        return self.run.deadline.due_at if self.run and self.run.deadline else None

    @property
    def provisional(self) -> bool:
        return bool(self.run and self.run.deadline and self.run.deadline.provisional)

    @property
    def stopped(self) -> bool:
        return self.clock.stopped_at is not None

    @property
    def pending(self) -> Marks:
        """What is still to be said, sooner or later.

        A duty done too late was a breach all the same, even if nobody had come to say so yet; warnings,
        reminders and expiries have no meaning any more once their clock has stopped.
        """
        stopped_at = self.clock.stopped_at
        if stopped_at is None:
            return self.marks
        breached = self.clock.kind in DUTIES and self.due_at is not None and self.due_at < stopped_at
        return tuple(one for one in self.marks if one[0] == END) if breached else ()

    def state(self, now: datetime) -> ClockState:
        due_at, stopped_at = self.due_at, self.clock.stopped_at
        if stopped_at is not None:
            return ClockState.LATE if due_at is not None and stopped_at > due_at else ClockState.IN_TIME
        if due_at is None:
            return ClockState.PAUSED
        return ClockState.OVERDUE if now > due_at else ClockState.RUNNING


def measure(clock: Clock, book: Book, limits: Limits, known_at: datetime | None = None) -> Measured:
    """Lay one clock on the calendar of its region. Never raises for what a fact may say.

    A running clock is judged by all that is known (at `known_at`), one that has stopped by what was known
    when it stopped.
    """
    calendar = book.calendar(clock.region, earlier(clock.stopped_at, known_at))
    try:
        if clock.pauses:
            run, marks = _with_pauses(clock, calendar, limits)
        else:
            start = clock.zone.date_of(clock.started_at)
            stretch = Stretch(clock.kind, start, clock.limit.days, clock.zone, clock.limit.unit)
            run, marks = straight(stretch, calendar, limits)
    except (DateOutsideCalendar, OverflowError):
        return Measured(clock, None, (), calendar)
    return Measured(clock, run, marks, calendar)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run without pauses: all of its days at one go, from the day of the start in its zone."""

    kind: ClockKind
    start: date
    days: int
    zone: Zone
    unit: Unit = Unit.WORKING_DAYS


def straight(stretch: Stretch, calendar: Calendar, limits: Limits) -> tuple[Run, Marks]:
    """A stretch laid on a calendar. Raises `DateOutsideCalendar`."""
    return _straight(stretch, calendar, _said_on_the_way(stretch.kind, stretch.start, limits))


@dataclass(frozen=True, slots=True)
class _OnTheWay:
    """What a policy has said about one clock, beside its limit."""

    warnings: tuple[int, ...] = ()
    rungs: tuple[Rung, ...] = ()
    hours: WorkingHours | None = None


def _said_on_the_way(kind: ClockKind, start: date, limits: Limits) -> _OnTheWay:
    if kind not in DUTIES:
        return _OnTheWay(limits.warnings if kind in WARNED else ())
    try:
        return _OnTheWay(limits.warnings, limits.ladder(kind, start), limits.working_hours(start))
    except NoLimit:
        return _OnTheWay(limits.warnings)


@lru_cache(maxsize=50_000)
def _straight(stretch: Stretch, calendar: Calendar, policy: _OnTheWay) -> tuple[Run, Marks]:
    start, days, zone, counting = stretch.start, stretch.days, stretch.zone, calendar.counting(stretch.unit)
    run = Run(counting.deadline_after(start, days, zone), days, ())
    reached = [(percent, counting.due_at(start, days_at(days, percent), zone)) for percent in policy.warnings]
    return run, _marks(run, reached, zone, calendar, policy)


def _with_pauses(clock: Clock, calendar: Calendar, limits: Limits) -> tuple[Run, Marks]:
    zone, days, counting = clock.zone, clock.limit.days, calendar.counting(clock.limit.unit)
    policy = _said_on_the_way(clock.kind, zone.date_of(clock.started_at), limits)
    run = run_clock(counting, clock.started_at, days, clock.pauses, zone)
    reached = []
    for percent in policy.warnings:
        part = run_clock(counting, clock.started_at, days_at(days, percent), clock.pauses, zone)
        if part.deadline is not None:
            reached.append((percent, part.deadline.due_at))
    return run, _marks(run, reached, zone, calendar, policy)


def _marks(
    run: Run,
    reached: list[tuple[int, datetime]],
    zone: Zone,
    calendar: Calendar,
    policy: _OnTheWay,
) -> Marks:
    """What staff are told waits for their working hours; the deadline itself is the close of its day."""
    hours = policy.hours
    if hours is not None:
        reached = [(percent, calendar.next_opening(at, zone, hours)) for percent, at in reached]
    if run.deadline is None:
        return tuple(reached)
    end = run.deadline.due_at
    marks = [(percent, at) for percent, at in reached if at < end]  # too late to warn of it
    marks.append((END, end))
    if hours is not None:
        marks += _reminders(run.deadline.due_date, zone, calendar, policy.rungs, hours)
    return tuple(marks)


def _reminders(
    due: date, zone: Zone, calendar: Calendar, rungs: tuple[Rung, ...], hours: WorkingHours
) -> list[tuple[int, datetime]]:
    """Each step at the opening of its working day after the deadline."""
    reminders = []
    for rung in rungs:
        try:
            eve = calendar.due_at(due, max(0, rung.after_days - 1), zone)
            at = calendar.next_opening(eve, zone, hours)
        except DateOutsideCalendar:  # the deadline itself is known: it counts
            break
        reminders.append((END + 1 + STEPS.index(rung.step), at))
    return reminders


def deadlines(measured: Iterable[Measured]) -> tuple[Deadline, ...]:
    """The clocks that run now, as the other services hear of them."""
    return tuple(
        Deadline(
            clock=one.clock.kind,
            leg_id=one.clock.leg_id,
            agency=one.clock.agency,
            round=one.clock.round,
            started_at=one.clock.started_at,
            due_at=one.due_at,
            zone=one.clock.zone,
            provisional=one.provisional,
        )
        for one in measured
        if not one.stopped and one.run is not None
    )
