"""What the delivery engine can do: its rate, a burst beside an announcement, a provider that goes away."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psutil

from bench.parts.notify_world import World, backlog, notify
from bench.results import Result
from shared import contracts as c
from shared.contracts import CaseStatus, ClosedBy
from shared.security.codes import new_tracking_id

CASES_A_SECOND = 35
ANNOUNCED = 100_000
RATE_BAR = 500.0
SOON, LATE = 10.0, 60.0
_LIFE = (
    (CaseStatus.RECEIVED, None),
    (CaseStatus.ON_HOLD, CaseStatus.RECEIVED),
    (CaseStatus.RECEIVED, CaseStatus.ON_HOLD),
    (CaseStatus.FORWARDED, CaseStatus.RECEIVED),
    (CaseStatus.IN_PROGRESS, CaseStatus.FORWARDED),
    (CaseStatus.IN_PROGRESS, CaseStatus.AWAITING_REPORTER),
    (CaseStatus.CLOSED, CaseStatus.IN_PROGRESS),
    (CaseStatus.IN_PROGRESS, CaseStatus.CLOSED),
)
"""Changes of status that the reporter is told of: eight."""


async def rate(world: World, count: int) -> list[Result]:
    """Messages handed over in a second, from a backlog, by one process and one provider."""
    await world.forget("a")
    await backlog(world, count, lane="transactional")
    before = _used(world.stack.pids("postgres"))
    async with notify(world, "a") as process:
        started = _used([process.pid])
        await _handed(world, count, 120, "a")
        used = _used([process.pid]) - started
        database = _used(world.stack.pids("postgres")) - before
    times = sorted((await world.arrivals("a")).values())
    # The middle: starting and ending are not what is asked for.
    first, last = times[count // 10], times[-count // 10]
    reached = (count * 8 // 10) / (last - first)
    await world.empty()
    return [
        Result(
            "deliveries, provider 50 ms", reached, "per s", "bar", reached / RATE_BAR, 1, reached >= RATE_BAR
        ),
        Result("  CPU notify", 1000 * used / count, "ms each"),
        Result("  CPU PostgreSQL", 1000 * database / count, "ms each"),
    ]


async def burst(world: World, seconds: float, announced: int) -> list[Result]:
    """35 cases a second with eight messages each, while an announcement goes to very many."""
    await world.forget("a", "b")
    await backlog(world, announced, lane="bulk")
    async with (
        notify(world, "a", "b", notify_lanes="transactional"),
        notify(world, "a", "b", notify_lanes="bulk", roles="worker"),
    ):
        await cases(world, CASES_A_SECOND, seconds)
        expected = await _planned(world, len(_LIFE) * int(CASES_A_SECOND * seconds))
        told = await _arrived(world, expected, 120, "a", "b")
        bulk = await world.handed("a", "b") - len(told)
    took = sorted(at - world.said[event] for event, at in told.items())
    soon, late = (_share(took, expected, limit) for limit in (SOON, LATE))
    lost = expected - len(took)
    results = [
        Result("burst: messages", expected / seconds, "per s"),
        Result("  handed over within 10 s", soon * 100, "%", "promise", soon / 0.9, 1, soon >= 0.9),
        Result("  handed over within 60 s", late * 100, "%", "promise", late / 0.99, 1, late >= 0.99),
        *(Result(f"  p{part}", _part(took, part), "s") for part in (50, 90, 99)),
        Result("  lost", lost, "", bar=0, ok=lost == 0),
        Result("  of the announcement meanwhile", bulk, f"of {announced}"),
    ]
    await world.empty()
    return results


async def outage(world: World, seconds: float) -> list[Result]:
    """The first of two providers answers nothing but errors for a while, in the middle of a steady stream."""
    await world.forget("a", "b")
    async with notify(world, "a", "b"):
        stream = asyncio.create_task(cases(world, 8, seconds + 20))
        await asyncio.sleep(5)
        await world.behaves("a", fail="503")
        down = time.time()
        await asyncio.sleep(seconds)
        await world.behaves("a")
        up = time.time()
        await stream
        expected = await _planned(world, len(_LIFE) * int(8 * (seconds + 20)))
        told = await _arrived(world, expected, 60, "a", "b")
    one, other = await world.arrivals("a"), await world.arrivals("b")
    took = [at - world.said[event] for event, at in told.items() if down <= world.said[event] <= up]
    twice = len(one.keys() & other.keys())
    longest = max(took, default=0.0)
    lost = expected - len(told)
    await world.empty()
    return [
        Result("outage: slowest message meanwhile", longest, "s", "bar", longest / SOON, 1, longest <= SOON),
        Result("  lost", lost, "", bar=0, ok=lost == 0),
        Result("  delivered by both providers", twice, "", bar=0, ok=twice == 0),
    ]


async def cases(world: World, a_second: float, seconds: float) -> None:
    """Whole lives of cases, evenly; each is told in eight facts, one in each of eight seconds."""
    began, number = time.monotonic(), 0
    total = int(a_second * seconds)
    lives: list[asyncio.Task[None]] = []
    while number < total:
        await asyncio.sleep(max(0.0, began + number / a_second - time.monotonic()))
        lives.append(asyncio.create_task(_life(world)))
        number += 1
    await asyncio.gather(*lives)


async def _life(world: World) -> None:
    report, tracking = uuid4(), new_tracking_id()
    await world.say("intake", [world.contact(report)])
    for version, (status, previous) in enumerate(_LIFE):
        fact = c.CaseStatusChanged(
            report_id=report,
            occurred_at=datetime.now(UTC),
            case_version=version + 1,
            tracking_id=tracking,
            status=status,
            previous=previous,
            anonymous=False,
            secret=False,
            closed_by=ClosedBy.REPORTER if status is CaseStatus.CLOSED else None,
        )
        await world.say("verification", [fact])
        await asyncio.sleep(0.25)


async def _planned(world: World, most: int) -> int:
    """How many messages there are to be, once all facts were heard."""
    planned = -1
    async with asyncio.timeout(120):
        while True:
            now = await world.database.fetchval(
                "SELECT count(*) FROM deliveries WHERE lane = 'transactional'"
            )
            if now >= most or now == planned:
                return int(now)
            planned = now
            await asyncio.sleep(2)


async def _handed(world: World, count: int, seconds: float, *names: str) -> None:
    async with asyncio.timeout(seconds):
        while await world.handed(*names) < count:
            await asyncio.sleep(0.5)


async def _arrived(world: World, count: int, seconds: float, *names: str) -> dict[UUID, float]:
    """When each fact's message was first handed to a provider; those of the announcement are left out."""
    told: dict[UUID, float] = {}
    deadline = time.monotonic() + seconds
    while len(told) < count and time.monotonic() < deadline:
        keys = await world.keys()
        for name in names:
            for key, at in (await world.arrivals(name)).items():
                if event := keys.get(key):
                    told[event] = min(at, told.get(event, at))
        await asyncio.sleep(1)
    return told


def _used(pids: Sequence[int]) -> float:
    """CPU seconds so far."""
    seconds = 0.0
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            times = psutil.Process(pid).cpu_times()
            seconds += times.user + times.system
    return seconds


def _share(took: Sequence[float], of: int, limit: float) -> float:
    return sum(1 for each in took if each <= limit) / max(of, 1)


def _part(ordered: Sequence[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("nan")
