"""What has to be said about a clock, when, and in which words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.sla.domain.clocks import Clock
from services.sla.domain.explain import clock_view
from services.sla.domain.measure import ClockState, deadlines, measure, timers
from shared.calendar import Pause, Zone, indonesia, load_limits
from shared.contracts import Classification, ClockKind

CALENDAR = indonesia()
LIMITS = load_limits()
MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)


def clock(kind: ClockKind = ClockKind.FIRST_RESPONSE, **changes: object) -> Clock:
    limit = LIMITS.at(date(2026, 7, 6)).of(kind, Classification.NON_SUPERVISION)
    return replace(Clock(kind, UUID(int=5), MONDAY, 1, Zone.WIB, limit), **changes)  # type: ignore[arg-type]


def marks(one: Clock) -> list[tuple[int, str]]:
    """Each timer's mark, and its day in the clock's zone."""
    due = timers([measure(one, CALENDAR, LIMITS.warnings)])
    return [(timer.mark, f"{one.zone.date_of(timer.due_at)}") for timer in due]


def test_a_duty_warns_twice_and_then_is_due() -> None:
    assert marks(clock()) == [(50, "2026-07-08"), (80, "2026-07-10"), (100, "2026-07-13")]


def test_verification_warns_after_the_first_and_the_second_of_its_three_days() -> None:
    assert marks(clock(ClockKind.VERIFICATION)) == [
        (50, "2026-07-07"),
        (80, "2026-07-08"),
        (100, "2026-07-09"),
    ]


@pytest.mark.parametrize("kind", [ClockKind.REOPENING, ClockKind.OMBUDSMAN])
def test_a_right_that_obliges_nobody_does_not_warn(kind: ClockKind) -> None:
    assert [mark for mark, _ in marks(clock(kind))] == [100]


def test_a_clock_stopped_in_time_has_nothing_left_to_say() -> None:
    assert marks(clock(stopped_at=MONDAY + timedelta(days=1))) == []


def test_a_duty_done_too_late_was_a_breach_even_if_nobody_has_said_so_yet() -> None:
    assert marks(clock(stopped_at=MONDAY + timedelta(days=9))) == [(100, "2026-07-13")]


def test_a_reply_that_came_late_ends_the_waiting_all_the_same() -> None:
    assert marks(clock(ClockKind.REPLY, stopped_at=MONDAY + timedelta(days=30))) == []


def test_a_paused_clock_keeps_only_what_was_due_before_the_pause() -> None:
    assert marks(clock(pauses=(Pause(MONDAY + timedelta(days=3), None),))) == [(50, "2026-07-08")]


def test_a_paused_clock_is_told_without_a_deadline() -> None:
    measured = measure(clock(pauses=(Pause(MONDAY + timedelta(days=3), None),)), CALENDAR, ())
    assert [deadline.due_at for deadline in deadlines([measured])] == [None]


def test_a_stopped_clock_is_not_told_among_the_running() -> None:
    assert deadlines([measure(clock(stopped_at=MONDAY), CALENDAR, ())]) == ()


def test_the_deadline_itself_is_still_in_time() -> None:
    measured = measure(clock(), CALENDAR, ())
    assert measured.due_at is not None
    assert measured.state(measured.due_at) is ClockState.RUNNING


def test_a_microsecond_after_the_deadline_is_overdue() -> None:
    measured = measure(clock(), CALENDAR, ())
    assert measured.due_at is not None
    assert measured.state(measured.due_at + timedelta(microseconds=1)) is ClockState.OVERDUE


def test_a_clock_beyond_the_calendar_says_nothing_and_breaks_nothing() -> None:
    measured = measure(clock(started_at=datetime(2040, 1, 1, tzinfo=UTC)), CALENDAR, LIMITS.warnings)
    assert (measured.run, timers([measured]), deadlines([measured])) == (None, [], ())


def test_a_deadline_is_explained_in_indonesian() -> None:
    start = datetime(2026, 3, 16, 1, tzinfo=UTC)
    view = clock_view(measure(clock(started_at=start), CALENDAR, ()), CALENDAR, start)
    assert view.sentence == (
        "Batas waktu tanggapan pertama instansi berakhir Senin, 30 Maret 2026 pukul 24.00 WIB: "
        "5 hari kerja sesudah Senin, 16 Maret 2026. Tidak dihitung: 2 hari akhir pekan, "
        "Cuti Bersama Hari Suci Nyepi (18 Maret 2026), Hari Suci Nyepi (19 Maret 2026), "
        "Cuti Bersama Hari Raya Idul Fitri (20 Maret 2026), Hari Raya Idul Fitri (21 Maret 2026), "
        "Hari kedua dari Hari Raya Idul Fitri (22 Maret 2026), "
        "Cuti Bersama Hari Raya Idul Fitri (23 Maret 2026), "
        "Cuti Bersama Hari Raya Idul Fitri (24 Maret 2026)."
    )


def test_a_deadline_is_explained_in_english() -> None:
    view = clock_view(measure(clock(), CALENDAR, ()), CALENDAR, MONDAY)
    assert view.sentence_en == (
        "The limit for the agency's first response ends on Monday, 13 July 2026 at 24:00 WIB: "
        "5 working days after Monday, 6 July 2026. Not counted: 2 weekend days."
    )


def test_a_provisional_deadline_says_that_it_may_move() -> None:
    start = datetime(2027, 12, 28, 1, tzinfo=UTC)
    view = clock_view(measure(clock(started_at=start), CALENDAR, ()), CALENDAR, start)
    assert view.sentence.endswith(
        "Tanggal ini sementara: hari libur setelahnya masih dapat ditetapkan atau bergeser."
    )


def test_a_paused_clock_says_how_many_days_are_left() -> None:
    paused = clock(pauses=(Pause(MONDAY + timedelta(days=3), None),))
    view = clock_view(measure(paused, CALENDAR, ()), CALENDAR, MONDAY + timedelta(days=20))
    assert (view.remaining_working_days, view.sentence_en) == (
        3,
        "The limit for the agency's first response is paused; 3 working days left.",
    )


def test_days_given_back_are_named() -> None:
    pause = Pause(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    view = clock_view(measure(clock(pauses=(pause,)), CALENDAR, ()), CALENDAR, MONDAY)
    assert view.given_back == (date(2026, 7, 7), date(2026, 7, 8))


@pytest.mark.parametrize(("days", "remaining"), [(0, 5), (1, 4), (4, 1), (7, 0), (30, 0)])
def test_remaining_days_are_counted_from_now(days: int, remaining: int) -> None:
    view = clock_view(measure(clock(), CALENDAR, ()), CALENDAR, MONDAY + timedelta(days=days))
    assert view.remaining_working_days == remaining
