"""Timers of the sla service among a million open clocks: firing, lateness, recomputing, and an idle poll.

Two worker processes, as two processes of the service would. The relay does not run: facts stay in the outbox.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import uvloop

from bench.parts.sla_filling import NOW, connect, fill_cases, fill_quiet, fill_steady
from bench.results import Result
from services.sla import recompute_store, rulebook, timer_store
from services.sla.recompute import recompute_step
from services.sla.settings import Settings
from services.sla.timers import fire_batch
from shared.calendar import Amendment, Day, DayKind
from shared.db.database import Database
from shared.service import spare_the_collector
from shared.telemetry.logs import configure_logs

OPEN = 1_000_000
IDLE = 10_000_000
WORKERS = 2
RATE = 500
STEADY_SECONDS = 20
FIRE_BAR, LATE_BAR, IDLE_BAR, RECOMPUTE_BAR = 5_000.0, 5.0, 5.0, 60.0
POLLS = 300
HOLIDAY = Day(date(2026, 7, 7), DayKind.JOINT_LEAVE, "Cuti Bersama", "Joint Leave")
BATCH, POLL, CHUNK = (
    Settings.model_fields[name].default for name in ("timer_batch", "timer_poll_seconds", "recompute_batch")
)


class Since:
    """A clock that started at a moment when it was made, and runs as fast as the machine's."""

    def __init__(self, start: datetime = NOW) -> None:
        self._start, self._began = start, time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)


async def measure(url: str, clocks: int = OPEN, idle: int = IDLE) -> list[Result]:
    """On an empty database of the sla service; leaves its rows behind."""
    cases = clocks // 3
    await fill_cases(url, cases)
    results = [
        *await _firing(url),
        *await _lateness(url, cases + 1),
        *await _recompute(url, clocks),
    ]
    await fill_quiet(url, 10 * cases, max(0, idle - clocks))
    return [*results, *await _idle(url)]


async def _firing(url: str) -> list[Result]:
    done = await _work(url, _fire)
    fired = sum(one["count"] for one in done)
    rate = fired / max(one["seconds"] for one in done)
    return [
        Result("fired, each with its fact", fired, "timers", bar=0, ok=await _said(url) == fired > 0),
        Result(f"fired by {WORKERS} workers", rate, "per s", bar=FIRE_BAR, ok=rate >= FIRE_BAR),
    ]


async def _said(url: str) -> int:
    connection = await connect(url)
    try:
        return int(await connection.fetchval("SELECT count(DISTINCT message_id) FROM outbox"))
    finally:
        await connection.close()


async def _lateness(url: str, first: int) -> list[Result]:
    """From a timer's due time to its firing, at a steady pace."""
    count = RATE * STEADY_SECONDS
    since = NOW + timedelta(hours=1)
    await fill_steady(url, first, count, since + timedelta(seconds=3), RATE)
    await _work(url, _fire_steadily)
    connection = await connect(url)
    try:
        row = await connection.fetchrow(
            """
            SELECT count(*) AS fired, percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY late) AS late
            FROM (SELECT due_at, EXTRACT(epoch FROM fired_at - due_at) AS late
                  FROM outbox, jsonb_to_record(convert_from(body, 'UTF8')::jsonb)
                    AS x (due_at timestamptz, fired_at timestamptz)) fired
            WHERE due_at >= $1
            """,
            since,
        )
    finally:
        await connection.close()
    p50, p99 = (float(late) for late in row["late"])
    return [
        Result(f"lateness at {RATE}/s, p50", p50, "s"),
        Result(
            f"lateness at {RATE}/s, p99", p99, "s", bar=LATE_BAR, ok=p99 < LATE_BAR and row["fired"] == count
        ),
    ]


async def _recompute(url: str, clocks: int) -> list[Result]:
    """From the amendment's commit until every open clock has been moved and everybody has been told."""
    database = Database(url, Since())
    before = await _said(url)
    async with database.transaction() as tx:
        draft = Amendment("", "indonesia", NOW, "bench", "SKB", date(2026, 7, 1), (HOLIDAY,))
        await rulebook.amend(tx, draft, date(2026, 7, 1))
    await database.close()
    started = time.perf_counter()
    done = await _work(url, _recompute_all)
    seconds = time.perf_counter() - started
    connection = await connect(url)
    try:
        moved = await connection.fetchval("SELECT sum(json_array_length(moved)) FROM moved_deadlines")
    finally:
        await connection.close()
    said = await _said(url) - before
    return [
        Result(
            "open clocks moved by a holiday", moved, "clocks", bar=0.99 * clocks, ok=moved >= 0.99 * clocks
        ),
        Result("recompute, all told", seconds, "s", bar=RECOMPUTE_BAR, ok=seconds < RECOMPUTE_BAR),
        Result("  facts said by it", said, "facts"),
        Result("  its transactions", sum(one["count"] for one in done), ""),
    ]


async def _idle(url: str) -> list[Result]:
    """A look that finds nothing due."""
    database = Database(url, Since(NOW - timedelta(days=30)))
    times = []
    try:
        async with database.reading() as tx:
            count = await _open(url)
            for _ in range(POLLS):
                started = time.perf_counter()
                assert not await timer_store.anything_due(tx, tx.now)
                times.append((time.perf_counter() - started) * 1000)
    finally:
        await database.close()
    p99 = sorted(times)[len(times) * 99 // 100]
    return [
        Result("open clocks", count, "clocks"),
        Result("idle poll, p50", sorted(times)[len(times) // 2], "ms"),
        Result("idle poll, p99", p99, "ms", bar=IDLE_BAR, ok=p99 < IDLE_BAR),
    ]


async def _open(url: str) -> int:
    connection = await connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM timers WHERE next_at IS NOT NULL"))
    finally:
        await connection.close()


Part = Callable[[Database], Awaitable[int]]


async def _fire(database: Database) -> int:
    """Until nothing is due."""
    fired = 0
    while batch := await fire_batch(database, BATCH):
        fired += batch
    return fired


async def _fire_steadily(database: Database) -> int:
    """As the service's loop does, for as long as timers come due."""
    fired, until = 0, time.monotonic() + STEADY_SECONDS + 6
    database.clock = Since(NOW + timedelta(hours=1))
    while time.monotonic() < until:
        batch = await fire_batch(database, BATCH)
        fired += batch
        if batch < BATCH:
            await asyncio.sleep(POLL)
    return fired


async def _recompute_all(database: Database) -> int:
    steps = 0
    while await _anything_open(database):
        if await recompute_step(database, CHUNK):
            steps += 1
        else:
            await asyncio.sleep(0.02)
    return steps


async def _anything_open(database: Database) -> bool:
    async with database.reading() as tx:
        return await recompute_store.open_job(tx) is not None


async def _work(url: str, part: Part) -> list[dict[str, Any]]:
    """Let the workers do one part, each in a process of its own; how much each did, and how long it took."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:
        pool.map(time.sleep, [0.1] * WORKERS)
        jobs = [pool.apply_async(_process, (url, part)) for _ in range(WORKERS)]
        return [await asyncio.to_thread(job.get) for job in jobs]


def _process(url: str, part: Part) -> dict[str, Any]:
    configure_logs("bench", "WARNING")
    spare_the_collector()
    return uvloop.run(_timed(url, part))


async def _timed(url: str, part: Part) -> dict[str, Any]:
    database = Database(url, Since())
    try:
        await database.ready()
        started = time.perf_counter()
        count = await part(database)
        return {"count": count, "seconds": time.perf_counter() - started}
    finally:
        await database.close()
