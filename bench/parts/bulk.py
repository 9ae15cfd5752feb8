"""Filling tables by the million: without their indexes, which are made afterwards, several at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from multiprocessing import get_context
from typing import Any

import asyncpg

PROCESSES = 2
_INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index WHERE indrelid = ANY($1::text[]::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY indrelid, indexrelid
"""
"""Those that hold no constraint: the others stay, and are cheap where keys come in order."""


async def connect(url: str) -> asyncpg.Connection:
    """As the service's own role."""
    return await asyncpg.connect(url.replace("+asyncpg", ""))


@asynccontextmanager
async def without_indexes(url: str, *tables: str) -> AsyncIterator[None]:
    """Afterwards all indexes are there again, and the planner knows the tables."""
    connection = await connect(url)
    try:
        indexes = await connection.fetch(_INDEXES, tables)
        for index in indexes:
            await connection.execute(f"DROP INDEX {index['name']}")
        yield
        definitions = asyncio.Queue[str]()
        for index in indexes:
            definitions.put_nowait(index["definition"])
        await asyncio.gather(*(_make(url, definitions) for _ in range(PROCESSES)))
        for table in tables:
            await connection.execute(f"VACUUM ANALYZE {table}", timeout=3600)
    finally:
        await connection.close()


async def _make(url: str, definitions: asyncio.Queue[str]) -> None:
    connection = await connect(url)
    try:
        await connection.execute("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 0")
        while not definitions.empty():
            await connection.execute(definitions.get_nowait(), timeout=3600)
    finally:
        await connection.close()


async def in_steps(work: Callable[[str, int, int], None], url: str, count: int, step: int) -> None:
    """`work(url, first, rows)` for all rows, in other processes; a function that a process can import."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        steps = [(first, min(step, count - first)) for first in range(0, count, step)]
        await asyncio.gather(*(loop.run_in_executor(pool, work, url, *one) for one in steps))


async def copy(url: str, tables: dict[str, tuple[tuple[str, ...], list[Any]]]) -> None:
    """Each table's columns and rows, by COPY."""
    connection = await connect(url)
    try:
        for table, (columns, rows) in tables.items():
            await connection.copy_records_to_table(table, records=rows, columns=columns)
    finally:
        await connection.close()
