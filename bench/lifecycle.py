"""Complete lifecycles per second through the gateway: file, verify, respond, complete, read.

Fifty users at once and everything on this machine, the load included; CPU seconds tell who worked.
"""

import asyncio
import sys
import time
from pathlib import Path

import typer
import uvloop

from bench.parts.processor import spent
from bench.results import Result, show
from deploy.load.lives import LifeFailed, Lives
from deploy.local.stack import Stack

BAR = 25.0
"""Lifecycles per second. Signalen on such a machine: 2.5/s; eGov CCRS publishes 37/s on 16 cores."""
TARGET = 100.0
SIGNALEN = 2.5
WARM_UP = 20


async def run(users: int, count: int, folder: Path) -> list[Result]:
    async with Stack(folder, fresh=True) as stack:
        key = stack.secrets["LAPOR_TOKEN_PRIVATE_KEY"]
        async with Lives(stack.gateway_url, key, connections=users) as lives:
            await _many(lives, users, WARM_UP)
            lives.timings.calls.clear()
            before = spent(stack)
            started = time.perf_counter()
            failed = await _many(lives, users, count)
            seconds = time.perf_counter() - started
            after = spent(stack)
    rate = (count - failed) / seconds
    met = lives.timings.outages
    return [
        Result("lifecycles", rate, "per s", "Signalen", rate / SIGNALEN, BAR / SIGNALEN, rate >= BAR),
        Result("  of the later target", rate, "per s", "target", rate / TARGET),
        Result("failed lifecycles", failed, "", bar=0, ok=failed == 0),
        Result("calls that met an outage", met.total(), ", ".join(met), bar=0, ok=not met),
        *_latencies(lives),
        *(
            Result(f"CPU {name}", 1000 * (after[name] - before[name]) / count, "ms per lifecycle")
            for name in sorted(after, key=lambda name: before[name] - after[name])
        ),
    ]


async def _many(lives: Lives, users: int, count: int) -> int:
    """Live `count` lives, `users` at a time; returns how many failed."""
    numbers, failed = iter(range(count)), 0

    async def user() -> None:
        nonlocal failed
        for number in numbers:
            try:
                await lives.live(number, accept=False)
            except LifeFailed as failure:
                failed += 1
                print(failure, file=sys.stderr)

    await asyncio.gather(*(user() for _ in range(users)))
    return failed


def _latencies(lives: Lives) -> list[Result]:
    results = []
    for step, seconds in lives.timings.calls.items():
        ordered = sorted(seconds)
        for percent in (50, 95, 99):
            value = ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
            results.append(Result(f"{step} p{percent}", value * 1000, "ms"))
    return results


def main(json: bool = False, users: int = 50, count: int = 1200) -> None:
    """Complete lifecycles per second through the gateway."""
    results = uvloop.run(run(users, count, Path(".local/bench")))
    sys.exit(0 if show("Lifecycles through the gateway", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
