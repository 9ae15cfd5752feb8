"""Every kind of page with a million cases loaded, through the real gateway: how soon it answers."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from bench.parts import (
    intake_filling,
    pages_reading,
    pages_slow,
    routing_filling,
    sla_filling,
    sla_statistics,
)
from bench.parts import verification_filling as desk
from bench.parts.made_up import NOW
from bench.parts.processor import at_rest
from bench.results import Result, show
from deploy.local.stack import Stack
from shared.clock import write_clock

Fill = Callable[[str, int], Awaitable[object]]
FILLS: dict[str, tuple[str, Fill]] = {
    "verification": ("cases at the desk", desk.fill),
    "intake": ("reports and the public list", intake_filling.fill),
    "routing": ("legs at agencies", routing_filling.fill),
    "sla": ("sums of performance", sla_statistics.make),
}
PARTS = ("reading", "slow")
CASES = 1_000_000
QUIET = 500_000
"""Clocks that run, and that nothing is due of."""


async def fill(folder: Path, cases: int) -> list[Result]:
    """Each service's schema, before the services start."""
    results = []
    async with Stack(folder, services=(), fresh=True) as stack:
        for service, (name, filling) in FILLS.items():
            started = time.perf_counter()
            await filling(stack.database_url(service), cases)
            results.append(Result(f"{cases:,} cases made up: {name}", time.perf_counter() - started, "s"))
        await sla_filling.fill_quiet(stack.database_url("sla"), 1, min(cases, QUIET))
    return results


async def run(
    parts: list[str], cases: int, rounds: int, only: str, folder: Path, *, again: bool
) -> list[Result]:
    results = [] if again else await fill(folder, cases)
    async with Stack(folder) as stack:
        write_clock(stack.clock_file, NOW, 1.0)
        await at_rest(stack)
        if "reading" in parts:
            results += await pages_reading.measure(stack, cases, rounds, only)
        if "slow" in parts:
            results += await pages_slow.slow_first_page(stack.gateway_url)
    return results


def main(
    json: bool = False,
    part: list[str] = typer.Option(list(PARTS), help="Only these parts. Slow: on a weak line, in a browser."),
    cases: int = typer.Option(CASES, min=20_000, help="A million take ten minutes to fill in, and 10 GB."),
    rounds: int = typer.Option(60, min=5, help="How often each page is asked for."),
    only: str = typer.Option("", help="Of the pages, those whose name holds this."),
    again: bool = typer.Option(False, "--again", help="Ask for the pages of the last run's cases once more."),
) -> None:
    """What people wait for at each page. Fewer cases give a quick impression."""
    results = asyncio.run(run(part, cases, rounds, only, Path(".local/bench-pages"), again=again))
    sys.exit(0 if show("Pages", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
