"""Clocks laid on a calendar: when each is due, what has to be said on the way, and what people are told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.sla.domain.clocks import DUTIES, WARNED, Clock
from shared.calendar import Calendar, DateOutsideCalendar, Run, run_clock
from shared.calendar.working_days import days_at
from shared.contracts import ClockKind, Deadline

END = 100
"""The mark of the deadline itself; warnings carry their percentage."""


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
class Timer:
    """A moment at which something is to be said. Its identity is the report, the clock's run and the mark."""

    clock: ClockKind
    started_by: UUID
    mark: int
    due_at: datetime
    started_at: datetime
    round: int
    leg_id: UUID | None
    agency: str | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A clock with its deadline. `run` is None where the calendar knows nothing of these years."""

    clock: Clock
    run: Run | None
    marks: tuple[tuple[int, datetime], ...]

    @property
    def due_at(self) -> datetime | None:
        return self.run.deadline.due_at if self.run and self.run.deadline else None

    @property
    def provisional(self) -> bool:
        return bool(self.run and self.run.deadline and self.run.deadline.provisional)

    @property
    def stopped(self) -> bool:
        return self.clock.stopped_at is not None

    def state(self, now: datetime) -> ClockState:
        due_at, stopped_at = self.due_at, self.clock.stopped_at
        if stopped_at is not None:
            return ClockState.LATE if due_at is not None and stopped_at > due_at else ClockState.IN_TIME
        if due_at is None:
            return ClockState.PAUSED
        return ClockState.OVERDUE if now > due_at else ClockState.RUNNING


def measure(clock: Clock, calendar: Calendar, warnings: Sequence[int]) -> Measured:
    """Lay one clock on the calendar. Never raises for what a fact may say."""
    try:
        run = run_clock(calendar, clock.started_at, clock.limit.days, clock.pauses, clock.zone)
        marks = [(percent, _reached(clock, calendar, percent)) for percent in _warned(clock, warnings)]
    except DateOutsideCalendar:
        return Measured(clock, None, ())
    if run.deadline is not None:
        marks.append((END, run.deadline.due_at))
    return Measured(clock, run, tuple((mark, at) for mark, at in marks if at is not None))


def _warned(clock: Clock, warnings: Sequence[int]) -> Sequence[int]:
    return warnings if clock.kind in WARNED else ()


def _reached(clock: Clock, calendar: Calendar, percent: int) -> datetime | None:
    days = days_at(clock.limit.days, percent)
    deadline = run_clock(calendar, clock.started_at, days, clock.pauses, clock.zone).deadline
    return deadline.due_at if deadline else None


def timers(measured: Iterable[Measured]) -> list[Timer]:
    """What is still to be said, sooner or later.

    A duty done too late was a breach all the same, even if nobody had come to say so yet; warnings and
    expiries have no meaning any more once their clock has stopped.
    """
    return [
        Timer(
            clock.kind,
            clock.started_by,
            mark,
            due_at,
            clock.started_at,
            clock.round,
            clock.leg_id,
            clock.agency,
        )
        for clock, marks in ((one.clock, one.marks) for one in measured)
        for mark, due_at in marks
        if clock.stopped_at is None or (mark == END and clock.kind in DUTIES and due_at < clock.stopped_at)
    ]


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
