"""Why a deadline is what it is: the limit and its source, the pauses, and every day that did not count."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.sla.domain import wording
from services.sla.domain.clocks import Clock
from services.sla.domain.measure import END, ClockState, Measured
from shared.calendar import Calendar, DateOutsideCalendar, Day, DayKind, Deadline, Zone
from shared.calendar.limits import Basis, Unit
from shared.contracts import ClockKind


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
    percent: int
    at: datetime


@dataclass(frozen=True)
class Versions:
    """What the answer was computed from."""

    calendar: str
    calendar_version: str
    known_through: date
    policy_version: str


@dataclass(frozen=True)
class LimitView:
    """The limit and where it comes from; without a source where somebody merely asked."""

    days: int
    unit: Unit
    source: str | None = None
    basis: Basis | None = None
    effective_from: date | None = None


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
    limit: LimitView
    started_at: datetime
    stopped_at: datetime | None
    stopped_by: str | None
    pauses: tuple[Stretch, ...]
    given_back: tuple[date, ...]
    deadline: DeadlineView | None
    remaining_working_days: int | None
    warnings: tuple[WarningPoint, ...]
    sentence: str
    sentence_en: str


def versions(calendar: Calendar, policy_version: str) -> Versions:
    return Versions(calendar.id, calendar.version, calendar.known_through, policy_version)


def deadline_view(deadline: Deadline, zone: Zone) -> DeadlineView:
    return DeadlineView(
        due_at=deadline.due_at,
        due_local=deadline.due_at.astimezone(zone.tz).isoformat(timespec="seconds"),
        due_date=deadline.due_date,
        zone=zone,
        provisional=deadline.provisional,
        skipped=tuple(skipped_day(day) for day in deadline.skipped),
    )


def sentences(
    label: tuple[str, str], days: int, deadline: Deadline, zone: Zone, given_back: tuple[date, ...] = ()
) -> tuple[str, str]:
    """The deadline in a sentence, in Indonesian and in English."""
    texts = (
        wording.deadline_sentence(label[0], days, deadline, zone, given_back),
        wording.deadline_sentence_en(label[1], days, deadline, zone, given_back),
    )
    if not deadline.provisional:
        return texts
    return texts[0] + wording.PROVISIONAL[0], texts[1] + wording.PROVISIONAL[1]


def clock_view(measured: Measured, calendar: Calendar, now: datetime) -> ClockView:
    """One clock of a case as it stands at `now`."""
    clock, run = measured.clock, measured.run
    deadline = run.deadline if run else None
    sentence, sentence_en = _clock_sentences(measured)
    return ClockView(
        clock=clock.kind,
        label=wording.LABELS[clock.kind][0],
        label_en=wording.LABELS[clock.kind][1],
        state=measured.state(now),
        round=clock.round,
        leg_id=clock.leg_id,
        agency=clock.agency,
        limit=limit_view(clock),
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        stopped_by=clock.stopped_by,
        pauses=tuple(Stretch(*pause) for pause in clock.pauses),
        given_back=run.given_back if run else (),
        deadline=deadline_view(deadline, clock.zone) if deadline else None,
        remaining_working_days=_remaining(measured, calendar, now),
        warnings=tuple(WarningPoint(mark, at) for mark, at in measured.marks if mark != END),
        sentence=sentence,
        sentence_en=sentence_en,
    )


def limit_view(clock: Clock) -> LimitView:
    limit = clock.limit
    return LimitView(limit.days, limit.unit, limit.source, limit.basis, limit.effective_from)


def _clock_sentences(measured: Measured) -> tuple[str, str]:
    clock, run = measured.clock, measured.run
    if run is None:
        return wording.UNKNOWN
    label = wording.LABELS[clock.kind]
    if run.deadline is None:
        left = clock.limit.days - run.used
        return wording.paused_sentence(label[0], left), wording.paused_sentence_en(label[1], left)
    return sentences(label, clock.limit.days, run.deadline, clock.zone, run.given_back)


def _remaining(measured: Measured, calendar: Calendar, now: datetime) -> int | None:
    clock, run = measured.clock, measured.run
    if run is None or measured.stopped:
        return None
    if run.deadline is None:
        return clock.limit.days - run.used
    try:
        return max(0, calendar.working_days_between(clock.zone.date_of(now), run.deadline.due_date))
    except DateOutsideCalendar:
        return None


def skipped_day(day: Day) -> SkippedDay:
    source = day.decree.title if day.decree else None
    return SkippedDay(day.date, day.kind, day.name, day.name_en, source, day.estimated)
