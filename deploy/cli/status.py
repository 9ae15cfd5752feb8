"""`lapor status`: what runs, where it answers, whether it is ready, its memory, and whether clocks run."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.table import Table

from deploy.cli.gateway import gateway
from deploy.cli.problems import Problem
from deploy.cli.screen import plain_table, right, screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from deploy.local import state
from deploy.local.parts import PART_NAMES, parts_of
from deploy.local.probes import answers, http_status
from shared.security.tokens import Role

PORT_OF = {"postgres": "database", "rabbitmq": "amqp"}
LATE_SECONDS = 5
"""From here on, timers that are due and have not fired are worth a word."""
ORDER = ("postgres", "epmd", "rabbitmq", "s3", "catcher", "gateway", *PART_NAMES, "console")


def register(app: typer.Typer) -> None:
    app.command()(status)


def status(
    folder: Folder = DEFAULT_FOLDER,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Show every process of the embedded stack: port, memory, readiness; and whether every clock is watched.

    Exits with 1 unless all is ready.
    """
    holder = state.holder_of(folder)
    console = screen()
    if not holder:
        console.print_json(data={"running": False}) if json else console.print(f"Nothing runs in {folder}.")
        raise typer.Exit(1)
    rows = asyncio.run(_look(state.read(folder)))
    clocks, unknown = _clocks(folder), _unknown_cases(folder)
    if json:
        found = {"processes": rows, "clocks": clocks, "unknown_cases": unknown}
        console.print_json(data={"running": True, "supervisor": holder, **found})
    else:
        console.print(_table(rows))
        console.print(told(clocks))
        console.print(told_unknown(unknown))
        console.print(f"Supervisor: process {holder}. Folder: {folder}")
    if not all(row["ready"] for row in rows):
        raise typer.Exit(1)


def _clocks(folder: Path) -> dict[str, Any] | None:
    """Open cases and timers as sla counts them; None while it does not answer."""
    try:
        with gateway(folder, None, None, Role.OPERATOR) as lapor:
            found: dict[str, Any] = lapor.get("/v1/statistics/timers")
            return found
    except Problem:
        return None


def _unknown_cases(folder: Path) -> int | None:
    """Cases of which only facts came and no submission, for an hour; None while nobody answers."""
    try:
        with gateway(folder, None, None, Role.OPERATOR) as lapor:
            return len(lapor.get("/v1/cases/unknown")["cases"])
    except Problem:
        return None


def told_unknown(unknown: int | None) -> str:
    if unknown is None:
        return "Cases: verification does not answer."
    colour = ("[red]", "[/red]") if unknown else ("", "")
    return f"Cases: {colour[0]}without a submission for an hour {unknown}{colour[1]}."


def told(clocks: dict[str, Any] | None) -> str:
    if clocks is None:
        return "Clocks: sla does not answer."
    unwatched, late = clocks["cases_without_timer"], clocks["overdue_seconds"]
    parts = [
        f"open cases {clocks['open_cases']}",
        f"live timers {clocks['live_timers']}",
        f"[red]cases without a timer {unwatched}[/red]" if unwatched else "cases without a timer 0",
        f"cases with impossible facts {clocks['flagged_cases']}",
    ]
    if late >= LATE_SECONDS:
        parts.append(f"[red]timers {late:.0f} s behind[/red]")
    return f"Clocks: {', '.join(parts)}."


async def _look(found: state.State) -> list[dict[str, str | int | float | bool | None]]:
    wanted = {*found.processes, *(part.name for part in parts_of(found.services))}
    names = [name for name in ORDER if name in wanted]
    ready = await asyncio.gather(*(_is_ready(name, found.ports) for name in names))
    return [
        {
            "name": name,
            "pid": found.processes.get(name),
            "port": found.ports[PORT_OF.get(name, name)],
            "ready": is_ready and name in found.processes,
            "memory_mb": _megabytes(found.processes.get(name)),
        }
        for name, is_ready in zip(names, ready, strict=True)
    ]


async def _is_ready(name: str, ports: Mapping[str, int]) -> bool:
    port = ports[PORT_OF.get(name, name)]
    if name in PART_NAMES:
        return await http_status(port, "/health/ready") == 200
    return await answers(port)


def _megabytes(pid: int | None) -> float | None:
    """Resident memory of a process and its descendants in MB; what they share counts once."""
    if pid is None:
        return None
    try:
        parent = psutil.Process(pid)
        descendants = parent.children(recursive=True)
        if not descendants:
            return round(parent.memory_info().rss / 1e6, 1)
        return round(sum(_proportional(process) for process in (parent, *descendants)) / 1e6, 1)
    except psutil.Error:
        return None


def _proportional(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.AccessDenied, AttributeError):
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _table(rows: list[dict[str, str | int | float | bool | None]]) -> Table:
    table = plain_table("process", *right("pid", "port", "memory MB"), "state")
    for row in rows:
        state_of = (
            "[green]ready[/green]"
            if row["ready"]
            else "[red]not ready[/red]"
            if row["pid"]
            else "[red]down[/red]"
        )
        numbers = ["–" if row[key] is None else str(row[key]) for key in ("pid", "port", "memory_mb")]
        table.add_row(str(row["name"]), *numbers, state_of)
    return table
