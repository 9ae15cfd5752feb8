"""Clocks on the screen: each with its limit, its months, the days that did not count, and its sentences."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from deploy.cli.clock_sheet import ClockSheet
from deploy.cli.moments import clock_time, day_of, spoken
from deploy.cli.months import draw, legend

WIDEST = 124
STATES = {
    "running": ("berjalan · running", "green"),
    "paused": ("berhenti sementara · paused", "yellow"),
    "overdue": ("terlewat · overdue", "red"),
    "in_time": ("berhenti dalam batas waktu · stopped in time", "dim"),
    "late": ("berhenti terlambat · stopped late", "red"),
}


def show(console: Console, title: str, found: Any, clocks: Sequence[ClockSheet], *, every: bool) -> None:
    """The whole page: running clocks as calendars, those that have stopped as lines, or as calendars too."""
    width = min(console.width, WIDEST)
    drawn = [clock for clock in clocks if every or not clock.stopped]
    console.print(Text(f"Laporan {title}", "bold"), _versions(found), sep="\n")
    for clock in drawn:
        console.print(_panel(clock, width), width=width)
    if drawn:
        console.print(Padding(legend(width - 2), (0, 1, 1, 1)), width=width)
    if done := [clock for clock in clocks if clock not in drawn]:
        console.print(_done(done))
    if not clocks:
        console.print("Tidak ada hitungan yang berjalan. · No clock runs.")


def _versions(found: Any) -> Text:
    versions = found.get("versions")
    if not versions:
        return Text(f"{found.get('status_label', '')} · {found.get('status', '')}", "dim")
    known = spoken(date.fromisoformat(versions["known_through"]))
    at = f"Keadaan pada · as of {found['as_of']}. " if found["as_of"] else ""
    calendar, policy = versions["calendar_version"], versions["policy_version"]
    return Text(
        f"{at}Kalender · calendar {calendar} (lengkap sampai · complete through {known}); "
        f"kebijakan · policy {policy}",
        "dim",
    )


def _panel(clock: ClockSheet, width: int) -> Panel:
    state, colour = STATES[clock.state]
    parts: list[RenderableType] = [_facts(clock), Text(), draw(clock.sheet, width - 4), Text()]
    if clock.free:
        parts += [free_days(clock.free), Text()]
    if clock.sentences:
        parts.append(Text(clock.sentences[0]))
        parts += [Text(sentence, "dim italic") for sentence in clock.sentences[1:]]
    title = Text.assemble((f" {_first_upper(clock.title)} ", "bold"), (f"· {clock.title_en} ", "dim"))
    return Panel(
        Group(*parts),
        title=title,
        title_align="left",
        subtitle=Text(f" {state} "),
        subtitle_align="right",
        border_style=colour,
    )


def _facts(clock: ClockSheet) -> Table:
    table = Table.grid(padding=(0, 2))
    if clock.agency:
        table.add_row(Text("instansi", "dim"), clock.agency)
    if clock.limit:
        table.add_row(Text("batas", "dim"), clock.limit)
    table.add_row(Text("mulai", "dim"), _when(clock.started_at, clock.zone))
    if clock.due_at:
        due = _when(clock.due_at, clock.zone, "bold")
        if clock.provisional:
            due.append("  sementara · provisional", "yellow")
        table.add_row(Text("berakhir", "dim"), due)
    return table


def _when(moment: str, zone: str, style: str = "") -> Text:
    return Text(f"{spoken(day_of(moment, zone))}, {clock_time(moment, zone)}", style)


def free_days(days: Sequence[dict[str, Any]]) -> Group:
    """Each free day with its name, and the acts once below."""
    acts = list(dict.fromkeys(day["source"] for day in days if day["source"]))
    table = Table.grid(padding=(0, 2))
    for day in days:
        moving = " (perkiraan · estimated)" if day["estimated"] else ""
        act = f"[{acts.index(day['source']) + 1}]" if day["source"] else ""
        table.add_row(
            Text(f"* {spoken(date.fromisoformat(day['date']))}", "red"),
            Text(f"{day['name']} · {day['name_en']}{moving}"),
            Text(act, "dim"),
        )
    notes = [Text(f"[{number}] {act}", "dim") for number, act in enumerate(acts, 1)]
    return Group(table, *notes)


def _done(clocks: Sequence[ClockSheet]) -> Table:
    table = Table(box=None, header_style="bold", title="Sudah berhenti · stopped", title_justify="left")
    for column in ("clock", "agency", "began", "stopped", "deadline", ""):
        table.add_column(column)
    for clock in clocks:
        stopped, due = clock.sheet.stopped, clock.sheet.due
        state, colour = STATES[clock.state]
        table.add_row(
            clock.title,
            clock.agency or "",
            str(clock.sheet.start),
            str(stopped or ""),
            str(due or ""),
            Text(state, colour),
        )
    return table


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
