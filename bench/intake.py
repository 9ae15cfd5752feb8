"""Intake at its doors: reports a second by HTTP, and a burst of SMS web hooks beside people who file by web.

Through the gateway, with everything running on this machine, the load included.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import typer
import uvloop

from bench.parts.caller import Caller
from bench.results import Result, show
from deploy.local.stack import Stack
from deploy.provision.management import Management
from shared.messaging.topology import SERVICES
from shared.security.keys import load_channel_secrets
from shared.security.signatures import HEADER, sign

FILED_BAR = 400.0
"""Reports per second. Signalen on such a machine: 10/s, p95 of one second with eight at once."""
SIGNALEN = 10.0
HALF_P95_BAR = 150.0
"""Milliseconds, at half of the bar."""
HOOKS_BAR = 1000.0
"""SMS web hooks per second."""
BESIDE_P95_BAR = 300.0
"""Milliseconds of a filing by web while the burst comes in."""
BESIDE_RATE = 10.0
"""Reports per second by people at the same time: 600 times the nation's average of 2019 (1,435 a day)."""

ALONE = 19
"""Niceness of all but intake's calls: this machine does nothing else."""

Call = Callable[[int], Coroutine[Any, Any, None]]


async def run(folder: Path, seconds: float, hooks: int, users: int) -> list[Result]:
    async with Stack(folder, fresh=True, niceness=ALONE) as stack:
        secret = load_channel_secrets(stack.secrets["LAPOR_CHANNEL_SECRETS"])["sms"]
        async with aiohttp.ClientSession(
            stack.gateway_url, connector=aiohttp.TCPConnector(limit=users), timeout=aiohttp.ClientTimeout(60)
        ) as http:
            filing = Filing(http)
            await saturated(filing.file, users, 2.0)
            count, took = await saturated(filing.file, users, seconds)
            await drained(stack)
            filing.seconds.clear()
            await paced(filing.file, FILED_BAR / 2, seconds)
            half = percentile(filing.seconds, 95)
            await drained(stack)
            burst = Burst(secret, stack, hooks)
            filing.seconds.clear()
            accepted, whole = await burst.run(filing.file, users)
            lost = hooks - await burst.filed()
    rate, hook_rate, beside = count / took, hooks / accepted, percentile(filing.seconds, 95)
    return [
        Result(
            "reports filed",
            rate,
            "per s",
            "Signalen",
            rate / SIGNALEN,
            FILED_BAR / SIGNALEN,
            rate >= FILED_BAR,
        ),
        Result(f"p95 at {FILED_BAR / 2:.0f}/s", half, "ms", bar=HALF_P95_BAR, ok=half <= HALF_P95_BAR),
        Result("SMS web hooks accepted", hook_rate, "per s", bar=HOOKS_BAR, ok=hook_rate >= HOOKS_BAR),
        Result("  filed from them", (hooks - lost) / whole, "per s"),
        Result("  lost", lost, "", bar=0, ok=lost == 0),
        Result(
            "  p95 of a filing beside them", beside, "ms", bar=BESIDE_P95_BAR, ok=beside <= BESIDE_P95_BAR
        ),
        Result(
            "calls that failed", filing.failed + burst.failed, "", bar=0, ok=not filing.failed + burst.failed
        ),
    ]


class Filing:
    """People who file by web."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http, self.seconds, self.failed = http, list[float](), 0

    async def file(self, number: int) -> None:
        body = {
            "title": f"Lampu lalu lintas padam nomor {number}",
            "text": f"Lampu lalu lintas di simpang {number} padam sejak pagi, berbahaya bagi pejalan kaki.",
            "place": {"region": "35.78"},
            "contact": {"name": f"Pelapor {number}", "email": f"pelapor-{number}@pelapor.example"},
        }
        started = time.perf_counter()
        headers = {"Idempotency-Key": str(uuid4())}
        filed = False
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._http.post("/v1/reports", json=body, headers=headers) as answer:
                await answer.read()
            filed = answer.status == 201
        self.seconds.append(time.perf_counter() - started)
        self.failed += not filed


class Burst:
    """A gateway that delivers thousands of SMS at once."""

    def __init__(self, secret: bytes, stack: Stack, count: int) -> None:
        self._secret, self._stack, self._count, self.failed = secret, stack, count, 0

    async def run(self, beside: Call, users: int) -> tuple[float, float]:
        """Seconds until all were accepted, and until all were filed."""
        people = asyncio.create_task(paced(beside, BESIDE_RATE, None))
        started = time.perf_counter()
        await self.send(users)
        accepted = time.perf_counter() - started
        while await self.filed() < self._count and time.perf_counter() - started < 1800:
            await asyncio.sleep(1)
        whole = time.perf_counter() - started
        people.cancel()
        await asyncio.gather(people, return_exceptions=True)
        return accepted, whole

    async def send(self, users: int) -> None:
        """All of them, over as many connections."""
        numbers = iter(range(self._count))

        async def gateway() -> None:
            caller = Caller(self._stack.gateway_url)
            for number in numbers:
                self.failed += await self._hook(caller, number) != 202
            caller.close()

        await asyncio.gather(*(gateway() for _ in range(users)))

    async def _hook(self, caller: Caller, number: int) -> int:
        body = json.dumps(
            {
                "id": f"gw-{number}",
                "from": f"+62811{number:07}",
                "to": "1708",
                "text": f"KAB. NGANJUK jalan rusak di depan pasar nomor {number}, banyak yang jatuh",
                "received_at": datetime.now(UTC).isoformat(),
            }
        ).encode()
        headers = {HEADER: sign(self._secret, body), "Content-Type": "application/json"}
        return await caller.post("/v1/channels/sms", body, headers)

    async def filed(self) -> int:
        return int(await ask(self._stack, "SELECT count(*) FROM reports WHERE channel = 'sms'"))


async def saturated(call: Call, users: int, seconds: float) -> tuple[int, float]:
    """As many calls as `users` make one after the other; how many, and how long it took."""
    started, count = time.perf_counter(), 0

    async def user() -> None:
        nonlocal count
        while time.perf_counter() - started < seconds:
            count += 1
            await call(count)

    await asyncio.gather(*(user() for _ in range(users)))
    return count, time.perf_counter() - started


async def paced(call: Call, rate: float, seconds: float | None) -> None:
    """Calls that begin `rate` times a second whatever the others do; with no end if `seconds` is None."""
    running, started, number = set[asyncio.Task[None]](), time.perf_counter(), 0
    while seconds is None or time.perf_counter() - started < seconds:
        number += 1
        running.add(asyncio.create_task(call(number)))
        running = {task for task in running if not task.done()}
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
    await asyncio.gather(*running)


async def drained(stack: Stack) -> None:
    """Until every service has said and heard everything: what comes next is measured by itself."""
    async with Management(stack.management_url) as management:
        quiet = 0
        while quiet < 3:
            queues = await management.get("queues", "/", disable_stats="false")
            waiting = sum(each.get("messages", 0) for each in queues if not each["name"].endswith(".dead"))
            for service in SERVICES:
                waiting += await ask(stack, "SELECT count(*) FROM outbox", service)
            quiet = 0 if waiting else quiet + 1
            await asyncio.sleep(1)


async def ask(stack: Stack, sql: str, service: str = "intake") -> int:
    connection = await asyncpg.connect(stack.database_url(service).replace("+asyncpg", ""))
    try:
        return int(await connection.fetchval(sql))
    finally:
        await connection.close()


def percentile(seconds: list[float], percent: int) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def main(json: bool = False, seconds: float = 15, hooks: int = 20_000, users: int = 128) -> None:
    """Reports a second through the gateway, and a burst of SMS beside them."""
    results = uvloop.run(run(Path(".local/bench-intake"), seconds, hooks, users))
    sys.exit(0 if show("Intake at its doors", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
