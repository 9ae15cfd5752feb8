"""The desk at scale: queue, decisions, duplicates, suggestions and the audit log, with a million cases."""

import asyncio
import sys
import time
from pathlib import Path

import typer

from bench.parts import verification_desk as parts
from bench.parts.verification_filling import fill
from bench.results import Result, show
from deploy.local.stack import Stack

PARTS = ("duplicates", "queues", "suggestions", "audit", "decisions")
"""In this order: the last one changes what is there."""


async def run(chosen: list[str], cases: int, folder: Path) -> list[Result]:
    async with Stack(folder, services=(), fresh=True) as stack:
        url, started = stack.database_url("verification"), time.perf_counter()
        await fill(url, cases)
        results = [Result(f"{cases:,} cases made up", time.perf_counter() - started, "s")]
        results.append(await parts.database_size(url))
        desk = parts.Desk(url)
        try:
            if "duplicates" in chosen:
                results += await parts.duplicates(desk, cases)
            if "queues" in chosen:
                results += await parts.queues(desk)
            if "suggestions" in chosen:
                results += await parts.suggestions(desk, cases)
            if "audit" in chosen:
                results += await parts.audit(desk)
            if "decisions" in chosen:
                results += await parts.decisions(desk, cases)
        finally:
            await desk.database.close()
    return results


def main(
    json: bool = False,
    part: list[str] = typer.Option(list(PARTS), help="Only these parts."),
    cases: int = typer.Option(1_000_000, min=20_000, help="Ten million take a quarter of an hour and 20 GB."),
) -> None:
    """Queue, decisions, duplicates, suggestions, audit. Fewer cases give a quick impression."""
    results = asyncio.run(run(part, cases, Path(".local/bench-verification")))
    sys.exit(0 if show("Verification", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
