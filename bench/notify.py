"""Delivering: how many a second, how soon in a burst beside an announcement, what a provider's outage does.

Everything on this machine, stand-ins of providers that answer in 50 ms and honour keys included. `--seconds`
and `--outage` shorten it for trying.
"""

import sys
from pathlib import Path

import typer
import uvloop

from bench.parts.notify_burst import ANNOUNCED, burst, outage, rate
from bench.parts.notify_world import world
from bench.results import Result, show


async def run(count: int, seconds: float, announced: int, down: float) -> list[Result]:
    async with world(Path(".local/bench-notify")) as place:
        return [
            *await rate(place, count),
            *(await burst(place, seconds, announced) if seconds else []),
            *(await outage(place, down) if down else []),
        ]


def main(
    json: bool = False,
    count: int = 5_000,
    seconds: float = 300.0,
    announced: int = ANNOUNCED,
    outage: float = 120.0,
) -> None:
    """Deliveries per second, a burst beside an announcement, and a provider's outage."""
    results = uvloop.run(run(count, seconds, announced, outage))
    sys.exit(0 if show("Delivering", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
