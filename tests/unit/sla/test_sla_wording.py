"""What people read about a clock: in both languages, and true of how the clock stands."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.sla.domain.clocks import Clock
from services.sla.domain.explain import clock_view
from services.sla.domain.measure import measure
from services.sla.domain.views import ClockView
from shared.calendar import Basis, Book, Limit, Pause, Unit, Zone, load_limits
from shared.contracts import ClockKind

FRIDAY = datetime(2025, 8, 15, 2, tzinfo=UTC)
"""Before a weekend, Independence Day on the Sunday and a day of joint leave on the Monday."""


def view(
    now: datetime,
    *,
    pauses: tuple[Pause, ...] = (),
    stopped_at: datetime | None = None,
    unit: Unit = Unit.WORKING_DAYS,
    days: int = 5,
) -> ClockView:
    limit = Limit(
        ClockKind.FIRST_RESPONSE, None, days, unit, Basis.LAW, "Pasal 1", FRIDAY.date().replace(year=2022)
    )
    clock = Clock(
        ClockKind.FIRST_RESPONSE,
        UUID(int=1),
        FRIDAY,
        1,
        Zone.WIB,
        limit,
        agency="35.3578.dishub",
        pauses=pauses,
        stopped_at=stopped_at,
        region="35.78",
    )
    return clock_view(measure(clock, Book.packaged(), load_limits()), now, load_limits())


def test_a_deadline_is_told_with_its_weekday_its_zone_and_its_limit() -> None:
    assert view(FRIDAY).sentence.startswith(
        "Batas waktu tanggapan pertama instansi berakhir Senin, 25 Agustus 2025 pukul 24.00 WIB: "
        "5 hari kerja sesudah Jumat, 15 Agustus 2025."
    )


def test_the_days_that_did_not_count_are_named() -> None:
    sentence = view(FRIDAY).sentence_en
    assert "Not counted: 3 weekend days, Independence Day (17 August 2025), " in sentence
    assert "(18 August 2025)" in sentence


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(0), "5 working days left."),
        (timedelta(days=7), "1 working day left."),
        (timedelta(days=10), "Today is the last day."),
        (timedelta(days=11), "This limit passed 1 working day ago."),
        (timedelta(days=15), "This limit passed 4 working days ago."),
    ],
)
def test_a_running_clock_tells_how_it_stands(later: timedelta, words: str) -> None:
    assert view(FRIDAY + later).sentence_en.endswith(words)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(days=6), "The clock stopped on Thursday, 21 August 2025, within the limit."),
        (
            timedelta(days=12),
            "The clock stopped on Wednesday, 27 August 2025, 2 working days after the limit.",
        ),
    ],
)
def test_a_stopped_clock_tells_when_and_whether_in_time(after: timedelta, words: str) -> None:
    assert view(FRIDAY + timedelta(days=30), stopped_at=FRIDAY + after).sentence_en.endswith(words)


def test_a_paused_clock_tells_since_when_and_what_is_left() -> None:
    told = view(FRIDAY + timedelta(days=6), pauses=(Pause(FRIDAY + timedelta(days=5), None),))
    assert told.sentence == (
        "Hitungan batas waktu tanggapan pertama instansi berhenti sejak Rabu, 20 Agustus 2025; "
        "tersisa 4 hari kerja."
    )


def test_days_given_back_for_a_pause_are_told() -> None:
    pause = Pause(FRIDAY + timedelta(days=5), FRIDAY + timedelta(days=6))
    assert "Given back for pauses: 2 working days." in view(FRIDAY, pauses=(pause,)).sentence_en


def test_a_limit_in_calendar_days_is_called_so() -> None:
    told = view(FRIDAY, unit=Unit.CALENDAR_DAYS, days=30)
    assert "30 hari kalender sesudah" in told.sentence
    assert told.deadline is not None
    assert told.deadline.skipped == ()


def test_every_skipped_day_names_the_act_that_made_it_free() -> None:
    told = view(FRIDAY)
    assert told.deadline is not None
    assert [bool(day.source) for day in told.deadline.skipped] == [True] * 5


def test_a_weekend_is_free_by_the_act_of_its_time() -> None:
    told = view(FRIDAY)
    assert told.deadline is not None
    assert told.deadline.skipped[0].source == "Perpres Nomor 21 Tahun 2023"


def test_a_stopped_clock_names_the_moment_whose_knowledge_judged_it() -> None:
    stopped_at = FRIDAY + timedelta(days=6)
    assert view(FRIDAY + timedelta(days=30), stopped_at=stopped_at).judged_by.known_at == stopped_at


def test_the_steps_of_the_ladder_come_with_their_moments() -> None:
    told = view(FRIDAY)
    assert told.deadline is not None
    assert [one.at > told.deadline.due_at for one in told.reminders] == [True] * len(told.reminders)
