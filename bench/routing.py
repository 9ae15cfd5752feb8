"""Routing at scale: decisions among ten thousand rules, replays of past cases, the fan-out to agencies."""

import asyncio
import sys
from pathlib import Path

import typer

from bench.parts import routing_fanout, routing_rules
from bench.results import Result, show
from deploy.local.stack import Stack

PARTS = ("rules", "replay", "fanout")


async def run(parts: list[str], cases: int, agencies: int, folder: Path) -> list[Result]:
    """Each part that needs servers gets fresh ones, without the services."""
    results = routing_rules.measure() if "rules" in parts else []
    if "replay" in parts:
        async with Stack(folder, services=(), fresh=True) as stack:
            results += await routing_rules.measure_stored(stack.database_url("routing"), cases)
    if "fanout" in parts:
        async with Stack(folder, services=(), fresh=True) as stack:
            results += await routing_fanout.measure(stack, agencies)
    return results


def main(
    json: bool = False,
    part: list[str] = typer.Option(list(PARTS), help="Only these parts."),
    cases: int = routing_rules.CASES,
    agencies: int = routing_fanout.AGENCIES,
) -> None:
    """Decisions, reload, replay and fan-out. Smaller sizes give a quick impression."""
    results = asyncio.run(run(part, cases, agencies, Path(".local/bench-routing")))
    sys.exit(0 if show("Routing", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
