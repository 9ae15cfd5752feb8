"""Deadlines at scale: arithmetic, timers, recomputes and reports on performance, one part after the other."""

import asyncio
import sys
from pathlib import Path

import typer

from bench.parts import sla_arithmetic, sla_statistics, sla_timers
from bench.results import Result, show
from deploy.local.stack import Stack

PARTS = ("arithmetic", "timers", "statistics")


async def run(parts: list[str], clocks: int, idle: int, cases: int, folder: Path) -> list[Result]:
    """Each part that needs a database gets a fresh one: only PostgreSQL's figures are at stake."""
    results = sla_arithmetic.measure() if "arithmetic" in parts else []
    if "timers" in parts:
        async with Stack(folder, services=(), fresh=True) as stack:
            results += await sla_timers.measure(stack.database_url("sla"), clocks, idle)
    if "statistics" in parts:
        async with Stack(folder, services=(), fresh=True) as stack:
            results += await sla_statistics.measure(stack.database_url("sla"), cases)
    return results


def main(
    json: bool = False,
    part: list[str] = typer.Option(list(PARTS), help="Only these parts."),
    clocks: int = sla_timers.OPEN,
    idle: int = sla_timers.IDLE,
    cases: int = sla_statistics.CASES,
) -> None:
    """Deadline arithmetic, timers, recomputes and statistics. Smaller sizes give a quick impression."""
    results = asyncio.run(run(part, clocks, idle, cases, Path(".local/bench-sla")))
    sys.exit(0 if show("Deadlines", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
