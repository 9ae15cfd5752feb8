"""How long answers take, one asked after the other."""

import time
from collections.abc import Awaitable, Callable

import httpx

from bench.results import Result

ROUNDS = 200
Call = Callable[[int], Awaitable[httpx.Response]]


async def timed(name: str, call: Call, bar: float, rounds: int = ROUNDS) -> list[Result]:
    """The median and the 95th percentile, in milliseconds; the first call is not counted."""
    seconds = []
    for n in range(rounds + 1):
        started = time.perf_counter()
        (await call(n)).raise_for_status()
        seconds.append(time.perf_counter() - started)
    seconds = sorted(seconds[1:])
    p95 = 1000 * seconds[int(0.95 * (len(seconds) - 1))]
    return [
        Result(name, p95, "ms, p95", bar=bar, ok=p95 < bar),
        Result("  median", 1000 * seconds[len(seconds) // 2], "ms"),
    ]
