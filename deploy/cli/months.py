"""A clock drawn as a small calendar: which days counted, which did not, and where it began and ends."""

import calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
WEEKDAYS = ("Sn", "Sl", "Rb", "Km", "Jm", "Sb", "Mg")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DAY = timedelta(days=1)
_SATURDAY = 5
_CELL = 5

START, DUE, TODAY, FREE, PAUSED, COUNTED, WEEKEND = (
    "bold black on green",
    "bold white on red",
    "bold underline",
    "red",
    "yellow",
    "bold",
    "dim",
)
"""Styles; each has a sign of its own as well, for screens and pipes without colour."""

_LEGEND = (
    ("▶15", START, "mulai · start"),
    ("◆25", DUE, "batas waktu · deadline"),
    ("19¹", COUNTED, "hari kerja ke-1 · 1st working day"),
    ("18*", FREE, "libur · holiday"),
    ("20‖", PAUSED, "jeda, dikembalikan · pause, given back"),
    ("16", WEEKEND, "akhir pekan · weekend"),
    ("•21", TODAY, "hari ini · today"),
    ("■22", TODAY, "berhenti · stopped"),
)


@dataclass(frozen=True)
class Sheet:
    """What is to be drawn. All days are the agency's own. `due` is None while the clock stands still."""

    start: date
    due: date | None
    today: date
    stopped: date | None = None
    free: Mapping[date, str] = field(default_factory=dict)
    """Days that are free by an act of law, and their names."""
    paused: AbstractSet[date] = frozenset()
    """Days that a pause touches: given back whole."""
    every_day: bool = False
    """The limit is in calendar days: weekends count, too."""

    @property
    def end(self) -> date:
        """The last day worth drawing."""
        shown = [day for day in (self.due, self.stopped) if day is not None]
        return max([self.start, *(shown or [self.today])])

    def counted(self) -> dict[date, int]:
        """The days that counted, or are going to, numbered from one."""
        counts = [
            day
            for day in _days(self.start + _DAY, self.due or self.stopped or self.today)
            if self._counts(day)
        ]
        return {day: number for number, day in enumerate(counts, 1)}

    def _counts(self, day: date) -> bool:
        free = day in self.free or day.weekday() >= _SATURDAY
        return day not in self.paused and (self.every_day or not free)


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY


def draw(sheet: Sheet, width: int) -> RenderableType:
    """The months from start to end, side by side as far as `width` characters reach."""
    counted = sheet.counted()
    firsts = _firsts(sheet.start, sheet.end)
    return _side_by_side([_month(first, lambda day: _cell(sheet, counted, day)) for first in firsts], width)


def _side_by_side(blocks: Sequence[Text], width: int) -> Table:
    across = max(1, min(len(blocks), width // (_CELL * 7 + 3)))
    table = Table.grid(padding=(0, 3))
    for row in range(0, len(blocks), across):
        if row:
            table.add_row()
        table.add_row(*blocks[row : row + across])
    return table


def year_of(year: int, free: Mapping[date, str], today: date, width: int) -> RenderableType:
    """A whole year with its free days marked."""

    def cell(day: date) -> Text:
        plain = FREE if day in free else WEEKEND if day.weekday() >= _SATURDAY else ""
        prefix, style = ("•", TODAY) if day == today else (" ", plain)
        return Text().append(f"{prefix}{day.day:>2}", style).append("* " if day in free else "  ", FREE)

    return _side_by_side([_month(date(year, month, 1), cell) for month in range(1, 13)], width)


def legend(width: int) -> Text:
    """What the signs mean, in Indonesian and in English, in lines of at most `width` characters."""
    text, used = Text(), 0
    for sign, style, meaning in _LEGEND:
        needed = len(sign) + len(meaning) + 4
        if used and used + needed > width:
            text.append("\n")
            used = 0
        text.append(sign, style).append(f" {meaning}   ", "dim")
        used += needed
    return text


def _month(first: date, cell: Callable[[date], Text]) -> Text:
    title = f"{MONTHS[first.month - 1]} {first.year}"
    text = Text(no_wrap=True).append(title.center(_CELL * 7) + "\n", "bold")
    for name in WEEKDAYS:
        text.append(f" {name}  ", "dim")
    for week in calendar.Calendar().monthdatescalendar(first.year, first.month):
        text.append("\n")
        for day in week:
            text.append_text(cell(day) if day.month == first.month else Text(" " * _CELL))
    return text


def _cell(sheet: Sheet, counted: Mapping[date, int], day: date) -> Text:
    prefix, suffix, style = _signs(sheet, counted, day)
    after = {"*": FREE, "‖": PAUSED}.get(suffix, "cyan")
    return Text().append(f"{prefix}{day.day:>2}", style).append(f"{suffix:<2}", after)


def _signs(sheet: Sheet, counted: Mapping[date, int], day: date) -> tuple[str, str, str]:
    """What stands before and after a day's number, and its style."""
    inside = sheet.start < day <= sheet.end
    number = str(counted[day]).translate(_SUPERSCRIPT) if day in counted else ""
    suffix, style = number, COUNTED if number else WEEKEND
    if day in sheet.free and inside:
        suffix, style = "*", FREE
    elif day in sheet.paused and inside and day.weekday() < _SATURDAY:
        suffix, style = "‖", PAUSED
    for prefix, marked, own in (
        ("▶", sheet.start, START),
        ("◆", sheet.due, DUE),
        ("■", sheet.stopped, TODAY),
        ("•", sheet.today, TODAY),
    ):
        if day == marked:
            return prefix, suffix, own
    return " ", suffix, style


def _firsts(start: date, end: date) -> Iterator[date]:
    first = start.replace(day=1)
    while first <= end:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)
