"""Why a deadline is what it is: the limit and its source, the pauses, and every day that did not count."""

from datetime import date, datetime

from services.sla.domain import wording
from services.sla.domain.clocks import Clock
from services.sla.domain.measure import END, STEPS, ClockState, Measured
from services.sla.domain.views import (
    ClockView,
    DeadlineView,
    Judgement,
    LimitView,
    ReminderPoint,
    SkippedDay,
    Stretch,
    Versions,
    WarningPoint,
)
from services.sla.domain.wording import Amount, Both
from shared.calendar import Calendar, DateOutsideCalendar, Day, DayKind, Deadline, Limit, Limits, Zone

WEEKEND_ACTS = (
    (date(2023, 4, 12), "Perpres Nomor 21 Tahun 2023"),
    (date.min, "Keppres Nomor 68 Tahun 1995"),
)
"""The acts that make Monday to Friday the working days of the administration, the latest first."""


def versions(calendar: Calendar, limits: Limits, known_at: datetime | None = None) -> Versions:
    """What an answer is computed from, by what is known now or was at a moment."""
    policy = policy_version(limits, known_at)
    return Versions(calendar.id, calendar.version, calendar.known_through, policy)


def judgement(calendar: Calendar, limits: Limits, region: str | None, known_at: datetime | None) -> Judgement:
    """By which versions of calendar and policy a deadline was computed, and as known when."""
    policy = policy_version(limits, known_at)
    return Judgement(calendar.version, policy, region, calendar.known_through, known_at)


def policy_version(limits: Limits, known_at: datetime | None) -> str:
    """As of a moment; without one, as amended so far."""
    if known_at is None:
        return limits.version
    count = sum(one.known_at <= known_at for one in limits.amendments)
    return f"{limits.reviewed}+{count}" if count else limits.reviewed


def deadline_view(deadline: Deadline, zone: Zone) -> DeadlineView:
    """A deadline in UTC and in its zone."""
    return DeadlineView(
        due_at=deadline.due_at,
        due_local=deadline.due_at.astimezone(zone.tz).isoformat(timespec="seconds"),
        due_date=deadline.due_date,
        zone=zone,
        provisional=deadline.provisional,
        skipped=tuple(skipped_day(day) for day in deadline.skipped),
    )


def clock_view(
    measured: Measured, now: datetime, limits: Limits, known_at: datetime | None = None
) -> ClockView:
    """One clock of a case as it stands at `now`; `known_at` where the past is asked about."""
    clock, run = measured.clock, measured.run
    deadline = run.deadline if run else None
    left = _remaining(measured, now)
    sentence, sentence_en = _sentences(measured, now, left)
    return ClockView(
        clock=clock.kind,
        label=wording.LABELS[clock.kind][0],
        label_en=wording.LABELS[clock.kind][1],
        state=measured.state(now),
        round=clock.round,
        leg_id=clock.leg_id,
        agency=clock.agency,
        zone=clock.zone,
        limit=limit_view(clock.limit),
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        stopped_by=clock.stopped_by,
        pauses=tuple(Stretch(*pause) for pause in clock.pauses),
        given_back=run.given_back if run else (),
        deadline=deadline_view(deadline, clock.zone) if deadline else None,
        remaining_working_days=left,
        warnings=tuple(WarningPoint(mark, at) for mark, at in measured.marks if mark < END),
        reminders=tuple(_reminder(mark, at) for mark, at in measured.marks if mark > END),
        judged_by=judgement(measured.calendar, limits, clock.region, clock.stopped_at or known_at),
        sentence=sentence,
        sentence_en=sentence_en,
    )


def _reminder(mark: int, at: datetime) -> ReminderPoint:
    return ReminderPoint(STEPS[mark - END - 1], at)


def limit_view(limit: Limit) -> LimitView:
    """A limit with its source."""
    return LimitView(limit.days, limit.unit, limit.source, limit.basis, limit.effective_from, limit.agency)


def _sentences(measured: Measured, now: datetime, left: int | None) -> Both:
    clock, run = measured.clock, measured.run
    if run is None:
        return wording.UNKNOWN
    label, unit = wording.LABELS[clock.kind], clock.limit.unit
    if run.deadline is None:
        since = clock.zone.date_of(clock.pauses[-1].begin if clock.pauses else clock.started_at)
        return wording.paused(label, since, Amount(clock.limit.days - run.used, unit))
    text = wording.deadline(label, Amount(clock.limit.days, unit), run.deadline, clock.zone, run.given_back)
    return wording.together(text, _standing(measured, clock, run.deadline, now, left))


def _standing(measured: Measured, clock: Clock, deadline: Deadline, now: datetime, left: int | None) -> Both:
    """Where the clock stands: how much is left, how long it is overdue, or how it ended."""
    unit, calendar = clock.limit.unit, measured.calendar.counting(clock.limit.unit)
    match measured.state(now):
        case ClockState.OVERDUE:
            return wording.overdue(Amount(_since(calendar, deadline, clock.zone.date_of(now)), unit))
        case ClockState.IN_TIME | ClockState.LATE if clock.stopped_at is not None:
            day = clock.zone.date_of(clock.stopped_at)
            late = clock.stopped_at > deadline.due_at
            return wording.stopped(day, Amount(_since(calendar, deadline, day), unit) if late else None)
        case _:
            return wording.remaining(Amount(left, unit)) if left is not None else ("", "")


def _since(calendar: Calendar, deadline: Deadline, day: date) -> int:
    try:
        return max(0, calendar.working_days_between(deadline.due_date, day))
    except DateOutsideCalendar:
        return 0


def _remaining(measured: Measured, now: datetime) -> int | None:
    clock, run = measured.clock, measured.run
    if run is None or measured.stopped:
        return None
    if run.deadline is None:
        return clock.limit.days - run.used
    calendar = measured.calendar.counting(clock.limit.unit)
    try:
        return max(0, calendar.working_days_between(clock.zone.date_of(now), run.deadline.due_date))
    except DateOutsideCalendar:
        return None


def skipped_day(day: Day) -> SkippedDay:
    """A day that did not count, with the act that made it free."""
    source = day.decree.title if day.decree else _weekend_act(day)
    return SkippedDay(day.date, day.kind, day.name, day.name_en, source, day.estimated)


def _weekend_act(day: Day) -> str | None:
    if day.kind is not DayKind.WEEKEND:
        return None
    return next(title for since, title in WEEKEND_ACTS if day.date >= since)
