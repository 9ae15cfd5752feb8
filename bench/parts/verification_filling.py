"""Fills the verification service's tables with made-up cases, as if each had been submitted and sketched.

The words are made of syllables and drawn as unevenly as in a language; one report in a hundred tells the
matter of an earlier one in the same town with three words of ten changed.
"""

import asyncio
import json
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np

from services.verification.domain.chain import Chain, Link
from services.verification.domain.sketch import hashes_of, sketch_of_minima
from services.verification.sketch_store import BANDS

NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)
"""Nine in the morning of a Monday in Jakarta."""
SPREAD = timedelta(days=700)
COPIES = 100
"""One report in so many is told twice."""
WORDS = 25
CHUNK = 20_000
_SYLLABLES = [a + b for a in "bcdghjklmprstw" for b in ("a", "e", "i", "o", "u", "ang", "er", "in")]
VOCABULARY = sorted(
    {f"{a}{b}{c}" for a in _SYLLABLES[::3] for b in _SYLLABLES[::4] for c in _SYLLABLES[::9]}
)[:8000]
REGENCIES = [f"{province}.{city:02}" for province in range(11, 49) for city in range(1, 15)]
STATUSES = ("received", "on_hold", "forwarded", "in_progress", "awaiting_reporter", *["closed"] * 15)
_CASE = (
    "report_id", "tracking_id", "version", "status", "title", "category", "classification", "region",
    "channel", "anonymous", "secret", "submitted_at", "due_at", "agencies", "chain_length", "chain_head",
)  # fmt: skip
_ENTRY = ("event_id", "report_id", "type", "body", "seq", "hash", "recorded_at")


def report_id(number: int) -> UUID:
    return UUID(f"0198a000-0000-7000-8000-{number:012x}")


async def fill(url: str, cases: int, *, processes: int = 2) -> None:
    """So many cases, each with its submission and its sketch; on empty tables."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        for band in BANDS:
            await connection.execute(f"DROP INDEX IF EXISTS sketches_{band}")
        steps = [(url, start, min(CHUNK, cases - start)) for start in range(0, cases, CHUNK)]
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            await asyncio.gather(*(loop.run_in_executor(pool, _fill, *step) for step in steps))
        await connection.execute("SET maintenance_work_mem = '1GB'")
        for band in BANDS:
            await connection.execute(f"CREATE INDEX sketches_{band} ON sketches ({band}, no)")
        await connection.execute("VACUUM ANALYZE cases, entries, sketches")
    finally:
        await connection.close()


def _fill(url: str, start: int, count: int) -> None:
    asyncio.run(_copy(url, start, count))


async def _copy(url: str, start: int, count: int) -> None:
    words, regions = _drawn(start, count)
    cases, entries, sketches = [], [], []
    for n, (chosen, region) in enumerate(zip(words, regions, strict=True), start):
        case, entry = _rows(n, [VOCABULARY[word] for word in chosen], region)
        cases.append(case)
        entries.append(entry)
    for n, minima in enumerate(_minima(words)):
        sketches.append((report_id(start + n), *sketch_of_minima(minima.tolist(), regions[n])))
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.copy_records_to_table("cases", records=cases, columns=_CASE)
        await connection.copy_records_to_table("entries", records=entries, columns=_ENTRY)
        await connection.copy_records_to_table("sketches", records=sketches, columns=("report_id", *BANDS))
    finally:
        await connection.close()


def _drawn(start: int, count: int) -> tuple[Any, list[str]]:
    """Which words each report has, and where it happened."""
    draw = np.random.default_rng(start)
    words = (len(VOCABULARY) * draw.random((count, WORDS)) ** 3).astype(int)
    places = (len(REGENCIES) * draw.random(count) ** 1.5).astype(int)
    for n in range(COPIES - 1, count, COPIES):
        words[n] = words[n - 50]
        words[n, : WORDS * 3 // 10] = (len(VOCABULARY) * draw.random(WORDS * 3 // 10) ** 3).astype(int)
        places[n] = places[n - 50]
    return words, [REGENCIES[place] for place in places]


def _minima(words: Any) -> Any:
    """The minima of `sketch`, for many reports at once."""
    table = np.asarray([hashes_of(word) for word in VOCABULARY], dtype=np.uint32)
    return table[words].min(axis=1)


def _rows(n: int, words: list[str], region: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    key, at = report_id(n), NOW - SPREAD + timedelta(seconds=n * 6 % int(SPREAD.total_seconds()))
    status, tracking_id, title = STATUSES[n % len(STATUSES)], f"B{n:09}", " ".join(words[:4])
    text = " ".join(words[4:])
    body = json.dumps(
        {
            "report_id": str(key), "occurred_at": at.isoformat(), "tracking_id": tracking_id,
            "channel": "web", "title": title, "text": text, "place": {"region": region},
        }
    ).encode()  # fmt: skip
    event_id = UUID(f"0198b000-0000-7000-8000-{n:012x}")
    link = Link(key, event_id, "report.submitted.v1", body, None, None, at)
    chain = Chain().extended(link)
    due = at + timedelta(days=5) if status == "received" else None
    province, _, city = region.partition(".")
    agencies = [province, f"{province}.{province}{city}"] if status not in {"received", "on_hold"} else []
    case = (
        key, tracking_id, 1, status, title, f"kategori {n % 21}", "non_supervision", region, "web", False,
        False, at, due, agencies, 1, chain.head,
    )  # fmt: skip
    return case, (event_id, key, "report.submitted.v1", body, 1, chain.head, at)
