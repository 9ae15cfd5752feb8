"""A clock on the screen: the numbers drawn are the days that the answer counted."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from rich.console import Console

from deploy.cli.clock_page import show
from deploy.cli.clock_sheet import from_clock, from_public
from deploy.cli.decree import Kind, new_day
from deploy.cli.moments import moment
from deploy.cli.months import Sheet, draw
from deploy.cli.problems import Problem
from services.sla.domain.clocks import Clock
from services.sla.domain.explain import clock_view
from services.sla.domain.measure import measure
from services.sla.domain.views import ClockView
from shared.calendar import Basis, Book, Limit, Pause, Unit, Zone, load_limits
from shared.contracts import ClockKind

START = datetime(2025, 8, 15, 2, tzinfo=UTC)
VIEW = TypeAdapter(ClockView)


def answer(
    pauses: tuple[Pause, ...] = (), days: int = 5, unit: Unit = Unit.WORKING_DAYS, start: datetime = START
) -> dict[str, Any]:
    """A clock as the API tells of it."""
    kind = ClockKind.SETTLEMENT
    limit = Limit(kind, None, days, unit, Basis.LAW, "Pasal 1", date(2022, 1, 1))
    clock = Clock(kind, UUID(int=1), start, 1, Zone.WITA, limit, agency="51.5171.dishub", pauses=pauses)
    view = clock_view(measure(clock, Book.packaged(), load_limits()), start, load_limits())
    told: dict[str, Any] = VIEW.dump_python(view, mode="json")
    return told


def text_of(*sheets: Any, found: dict[str, Any] | None = None, every: bool = False) -> str:
    console = Console(width=120, record=True, file=io.StringIO())
    show(console, "K7M-Q3XW-9FA", found or {}, sheets, every=every)
    return console.export_text()


moments = st.integers(0, 400 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@settings(max_examples=60)
@given(
    start=moments,
    days=st.integers(1, 30),
    pauses=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)), max_size=3),
    unit=st.sampled_from(Unit),
)
def test_the_deadline_carries_the_number_of_the_limit(
    start: datetime, days: int, pauses: list[tuple[int, int]], unit: Unit
) -> None:
    stretches = tuple(
        Pause(start + timedelta(days=begin), start + timedelta(days=begin + length))
        for begin, length in pauses
    )
    told = answer(stretches, days, unit, start)
    sheet = from_clock(told, told["deadline"]["skipped"], told["started_at"]).sheet
    assert sheet.due is not None
    assert sheet.counted()[sheet.due] == days


def test_a_holiday_a_pause_start_and_deadline_have_signs_of_their_own() -> None:
    pause = Pause(START + timedelta(days=5), START + timedelta(days=6))
    told = answer((pause,))
    drawn = text_of(from_clock(told, told["deadline"]["skipped"], told["started_at"]))
    assert [sign in drawn for sign in ("▶15", "18*", "20‖", "21‖", "◆27⁵")] == [True] * 5


def test_every_holiday_is_named_with_its_act() -> None:
    told = answer()
    drawn = text_of(from_clock(told, told["deadline"]["skipped"], told["started_at"]))
    assert "* Senin, 18 Agustus 2025" in drawn
    assert "[2] SKB 3 Menteri Nomor 933 Tahun 2025" in drawn


def test_both_sentences_stand_below_the_calendar() -> None:
    told = answer()
    drawn = text_of(from_clock(told, told["deadline"]["skipped"], told["started_at"]))
    assert drawn.index("Batas waktu penyelesaian") < drawn.index("The limit for settlement")


def test_a_clock_that_stands_still_is_drawn_up_to_today() -> None:
    told = answer((Pause(START + timedelta(days=5), None),))
    sheet = from_clock(told, (), (START + timedelta(days=7)).isoformat()).sheet
    assert (sheet.due, sheet.end) == (None, date(2025, 8, 22))


def test_what_the_public_sees_is_laid_on_the_public_calendar() -> None:
    deadline = {
        "clock": "settlement",
        "label": "Penyelesaian",
        "label_en": "Settlement",
        "agency": "51.5171.dishub",
        "agency_name": "Dinas Perhubungan",
        "started_at": "2025-08-15T10:00:00+08:00",
        "due_at": "2025-08-25T23:59:59.999999+08:00",
        "paused": False,
        "overdue": False,
        "provisional": False,
        "zone": "WITA",
    }
    day = {
        "date": "2025-08-18",
        "kind": "joint_leave",
        "name": "Cuti bersama",
        "name_en": "Joint leave",
        "source": "SKB",
        "estimated": False,
    }
    sheet = from_public(deadline, {"days": [day], "now": "2025-08-19T02:00:00Z"}).sheet
    assert (sheet.counted()[date(2025, 8, 25)], sheet.free) == (5, {date(2025, 8, 18): "Cuti bersama"})


def test_months_stand_side_by_side_where_there_is_room_and_below_each_other_where_not() -> None:
    sheet = Sheet(date(2025, 8, 15), date(2025, 10, 3), date(2025, 8, 20))
    lines = {}
    for width in (40, 130):
        console = Console(width=130, record=True, file=io.StringIO())
        console.print(draw(sheet, width))
        lines[width] = next(line for line in console.export_text().splitlines() if "Agustus" in line)
    assert ["September" in lines[width] for width in (40, 130)] == [False, True]


def test_a_day_is_typed_with_both_its_names() -> None:
    told = new_day("2026-08-18  Cuti bersama / Joint leave ", Kind.JOINT_LEAVE, estimated=False)
    assert (told["date"], told["name"], told["name_en"]) == ("2026-08-18", "Cuti bersama", "Joint leave")


@pytest.mark.parametrize("typed", ["", "2026-08-18", "2026-08-18 Cuti bersama", "besok Cuti / Leave"])
def test_a_day_that_cannot_be_read_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(Problem, match="--add"):
        new_day(typed, Kind.JOINT_LEAVE, estimated=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-08-01", "2026-08-01T23:59:59.999999+07:00"),
        ("2026-08-01T12:00", "2026-08-01T12:00:00+07:00"),
        ("2026-08-01T12:00:00+09:00", "2026-08-01T12:00:00+09:00"),
    ],
)
def test_a_moment_without_a_zone_is_meant_in_wib_and_a_day_as_a_whole(typed: str, meant: str) -> None:
    assert moment(typed, "--as-of") == meant
