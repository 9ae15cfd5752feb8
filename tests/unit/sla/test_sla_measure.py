"""What has to be said about a clock, when, and in which words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.sla.domain.clocks import Clock
from services.sla.domain.explain import clock_view
from services.sla.domain.measure import END, ClockState, deadlines, measure
from shared.calendar import Amendment, Book, Day, DayKind, Pause, Zone, load_limits
from shared.contracts import Classification, ClockKind

BOOK = Book.packaged()
LIMITS = load_limits()
MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)


SINCE = "Thursday, 9 July 2026"


def clock(kind: ClockKind = ClockKind.FIRST_RESPONSE, **changes: object) -> Clock:
    limit = LIMITS.at(date(2026, 7, 6)).of(kind, Classification.NON_SUPERVISION)
    return replace(Clock(kind, UUID(int=5), MONDAY, 1, Zone.WIB, limit), **changes)  # type: ignore[arg-type]


def marks(one: Clock) -> list[tuple[int, str]]:
    """What is still to be said, and on which day and at which hour of the clock's zone."""
    return [
        (mark, f"{at.astimezone(one.zone.tz):%Y-%m-%d %H:%M}")
        for mark, at in measure(one, BOOK, LIMITS).pending
    ]


def test_a_duty_warns_twice_at_the_opening_of_the_next_working_day_and_then_is_due() -> None:
    assert marks(clock())[:3] == [
        (50, "2026-07-09 08:00"),
        (80, "2026-07-13 08:00"),
        (END, "2026-07-13 23:59"),
    ]


def test_verification_warns_after_the_first_and_the_second_of_its_three_days() -> None:
    assert marks(clock(ClockKind.VERIFICATION))[:3] == [
        (50, "2026-07-08 08:00"),
        (80, "2026-07-09 08:00"),
        (END, "2026-07-09 23:59"),
    ]


def test_an_overdue_duty_climbs_the_ladder_in_working_hours() -> None:
    assert marks(clock())[3:] == [
        (END + 1, "2026-07-14 08:00"),
        (END + 2, "2026-07-16 08:00"),
        (END + 3, "2026-07-20 08:00"),
    ]


def test_staff_are_told_in_the_hours_of_their_own_zone() -> None:
    start = datetime(2026, 7, 5, 23, tzinfo=UTC)
    due = measure(clock(zone=Zone.WIT, started_at=start), BOOK, LIMITS).marks
    assert {at.hour for mark, at in due if mark != END} == {23}


def test_a_reminder_waits_for_a_free_day_of_the_agencys_region_to_pass() -> None:
    day = Day(date(2026, 7, 14), DayKind.REGIONAL, "Hari jadi", "Anniversary")
    book = BOOK.amended(Amendment("a", "35.78", MONDAY, "petugas", "Perwali", date(2026, 7, 1), (day,)))
    officer = dict(measure(clock(region="35.78"), book, LIMITS).marks)[END + 1]
    assert Zone.WIB.date_of(officer) == date(2026, 7, 15)


def test_a_reporter_is_warned_at_the_close_of_the_day_and_never_reminded() -> None:
    assert marks(clock(ClockKind.REPLY)) == [
        (50, "2026-07-13 23:59"),
        (80, "2026-07-16 23:59"),
        (END, "2026-07-20 23:59"),
    ]


def test_a_stopped_clock_is_judged_by_what_was_known_when_it_stopped() -> None:
    """Its last day becomes free, and the next one: but only after it had stopped, too late by a day."""
    days = tuple(Day(date(2026, 7, d), DayKind.JOINT_LEAVE, "Cuti", "Leave") for d in (13, 14))
    stopped = clock(stopped_at=MONDAY + timedelta(days=8), region=None)
    for known, state in ((9, ClockState.LATE), (7, ClockState.IN_TIME)):
        amendment = Amendment(
            "a", "indonesia", MONDAY + timedelta(days=known), "petugas", "SKB", date(2026, 7, 1), days
        )
        assert measure(stopped, BOOK.amended(amendment), LIMITS).state(MONDAY) is state


def test_a_running_clock_is_judged_by_all_that_is_known() -> None:
    day = Day(date(2026, 7, 13), DayKind.JOINT_LEAVE, "Cuti", "Leave")
    known_at = MONDAY + timedelta(days=20)
    book = BOOK.amended(Amendment("a", "indonesia", known_at, "petugas", "SKB", date(2026, 7, 1), (day,)))
    assert [measure(clock(), book, LIMITS, at).due_at for at in (None, MONDAY)] == [
        datetime(2026, 7, 14, 16, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 7, 13, 16, 59, 59, 999999, tzinfo=UTC),
    ]


@pytest.mark.parametrize("kind", [ClockKind.REOPENING, ClockKind.OMBUDSMAN])
def test_a_right_that_obliges_nobody_does_not_warn(kind: ClockKind) -> None:
    assert [mark for mark, _ in marks(clock(kind))] == [END]


def test_a_clock_stopped_in_time_has_nothing_left_to_say() -> None:
    assert marks(clock(stopped_at=MONDAY + timedelta(days=1))) == []


def test_a_duty_done_too_late_was_a_breach_even_if_nobody_has_said_so_yet() -> None:
    assert marks(clock(stopped_at=MONDAY + timedelta(days=9))) == [(END, "2026-07-13 23:59")]


def test_a_reply_that_came_late_ends_the_waiting_all_the_same() -> None:
    assert marks(clock(ClockKind.REPLY, stopped_at=MONDAY + timedelta(days=30))) == []


def test_a_paused_clock_keeps_only_what_was_due_before_the_pause() -> None:
    assert marks(clock(pauses=(Pause(MONDAY + timedelta(days=3), None),))) == [(50, "2026-07-09 08:00")]


def test_a_paused_clock_is_told_without_a_deadline() -> None:
    measured = measure(clock(pauses=(Pause(MONDAY + timedelta(days=3), None),)), BOOK, LIMITS)
    assert [deadline.due_at for deadline in deadlines([measured])] == [None]


def test_a_stopped_clock_is_not_told_among_the_running() -> None:
    assert deadlines([measure(clock(stopped_at=MONDAY), BOOK, LIMITS)]) == ()


def test_the_deadline_itself_is_still_in_time() -> None:
    measured = measure(clock(), BOOK, LIMITS)
    assert measured.due_at is not None
    assert measured.state(measured.due_at) is ClockState.RUNNING


def test_a_microsecond_after_the_deadline_is_overdue() -> None:
    measured = measure(clock(), BOOK, LIMITS)
    assert measured.due_at is not None
    assert measured.state(measured.due_at + timedelta(microseconds=1)) is ClockState.OVERDUE


def test_a_clock_beyond_the_calendar_says_nothing_and_breaks_nothing() -> None:
    measured = measure(clock(started_at=datetime(2040, 1, 1, tzinfo=UTC)), BOOK, LIMITS)
    assert (measured.run, measured.pending, deadlines([measured])) == (None, (), ())


def test_a_deadline_is_explained_in_indonesian() -> None:
    start = datetime(2026, 3, 16, 1, tzinfo=UTC)
    view = clock_view(measure(clock(started_at=start), BOOK, LIMITS), start, LIMITS)
    assert view.sentence.startswith(
        "Batas waktu tanggapan pertama instansi berakhir Senin, 30 Maret 2026 pukul 24.00 WIB: "
        "5 hari kerja sesudah Senin, 16 Maret 2026. Tidak dihitung: 2 hari akhir pekan, "
        "Cuti Bersama Hari Suci Nyepi (18 Maret 2026), Hari Suci Nyepi (19 Maret 2026), "
        "Cuti Bersama Hari Raya Idul Fitri (20 Maret 2026), Hari Raya Idul Fitri (21 Maret 2026), "
        "Hari kedua dari Hari Raya Idul Fitri (22 Maret 2026), "
        "Cuti Bersama Hari Raya Idul Fitri (23 Maret 2026), "
        "Cuti Bersama Hari Raya Idul Fitri (24 Maret 2026)."
    )


def test_a_deadline_is_explained_in_english() -> None:
    view = clock_view(measure(clock(), BOOK, LIMITS), MONDAY, LIMITS)
    assert view.sentence_en.startswith(
        "The limit for the agency's first response ends on Monday, 13 July 2026 at 24:00 WIB: "
        "5 working days after Monday, 6 July 2026. Not counted: 2 weekend days."
    )


def test_a_provisional_deadline_says_that_it_may_move() -> None:
    start = datetime(2027, 12, 28, 1, tzinfo=UTC)
    view = clock_view(measure(clock(started_at=start), BOOK, LIMITS), start, LIMITS)
    sentence = "Tanggal ini sementara: hari libur setelahnya masih dapat ditetapkan atau bergeser."
    assert sentence in view.sentence


def test_a_paused_clock_says_how_many_days_are_left() -> None:
    paused = clock(pauses=(Pause(MONDAY + timedelta(days=3), None),))
    view = clock_view(measure(paused, BOOK, LIMITS), MONDAY + timedelta(days=20), LIMITS)
    assert (view.remaining_working_days, view.sentence_en) == (
        3,
        f"The limit for the agency's first response has been paused since {SINCE}; 3 working days left.",
    )


def test_days_given_back_are_named() -> None:
    pause = Pause(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    view = clock_view(measure(clock(pauses=(pause,)), BOOK, LIMITS), MONDAY, LIMITS)
    assert view.given_back == (date(2026, 7, 7), date(2026, 7, 8))


@pytest.mark.parametrize(("days", "remaining"), [(0, 5), (1, 4), (4, 1), (7, 0), (30, 0)])
def test_remaining_days_are_counted_from_now(days: int, remaining: int) -> None:
    view = clock_view(measure(clock(), BOOK, LIMITS), MONDAY + timedelta(days=days), LIMITS)
    assert view.remaining_working_days == remaining
