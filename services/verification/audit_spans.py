"""Inspects the histories of all cases, span by span: here, or in several processes that see one moment.

Changes nothing, and reads each row once.
"""

import asyncio
import gc
import os
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from uuid import UUID

from services.verification import audit_store
from services.verification.domain.chain import Chain, Link
from services.verification.domain.inspection import Finding, Stored, Wrong, inspect
from shared.clock import SystemClock
from shared.db.database import Database, Transaction

ENTRIES = 20_000
"""Of a span: some tens of megabytes."""
NICENESS = 5
"""Of the processes: a service on the same machine goes first."""

Span = tuple[UUID, UUID]


@dataclass(frozen=True)
class Inspected:
    """What was looked at in a span, and what is wrong there."""

    cases: int
    entries: int
    findings: tuple[Finding, ...]


async def inspect_all(tx: Transaction, url: str, processes: int) -> AsyncIterator[Inspected]:
    """Every span in order; `tx` has done nothing yet, and lasts until the end."""
    await audit_store.stand_still(tx)
    spans = await audit_store.spans(tx, ENTRIES)
    if processes == 1 or len(spans) == 1:
        for span in spans:
            yield await inspect_span(tx, span)
        return
    snapshot, loop = await audit_store.share(tx), asyncio.get_running_loop()
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=os.nice, initargs=(NICENESS,)
    ) as pool:
        waiting = deque(loop.run_in_executor(pool, _elsewhere, url, snapshot, span) for span in spans)
        try:
            while waiting:
                yield await waiting.popleft()
        finally:
            pool.shutdown(cancel_futures=True)


def _elsewhere(url: str, snapshot: str, span: Span) -> Inspected:
    """In a process of its own."""
    gc.disable()  # rows make no cycles, and there are many of them
    return asyncio.run(_connected(url, snapshot, span))


async def _connected(url: str, snapshot: str, span: Span) -> Inspected:
    database = Database(url, SystemClock(), pool_size=1)
    try:
        async with database.transaction() as tx:
            await audit_store.stand_still(tx, snapshot)
            return await inspect_span(tx, span)
    finally:
        await database.close()


async def inspect_span(tx: Transaction, span: Span) -> Inspected:
    """Each case with its entries by place, its end, and its seals; a case may lack any of them."""
    ends, entries, seals = await audit_store.within(tx, span)
    stored = defaultdict[UUID, list[Stored]](list)
    for report_id, seq, event_id, kind, body, officer, note, recorded_at, hash_ in entries:
        link = Link(report_id, event_id, kind, body, officer, note, recorded_at)
        stored[report_id].append(Stored(seq, hash_, link))
    chains = {report_id: Chain(length, head) for report_id, length, head, _ in ends}
    sealed = defaultdict[UUID, dict[int, bytes]](dict)
    for report_id, length, head in seals:
        sealed[report_id][length] = head
    known = sorted(stored.keys() | chains.keys() | sealed.keys())
    findings = [
        finding
        for one in known
        for finding in inspect(one, stored.get(one, ()), chains.get(one), sealed.get(one, {}))
    ]
    findings += [
        Finding(Wrong.ROOT, report_id, length, "it is said to be under a root, and is under none")
        for report_id, length, _, unsealed in ends
        if not unsealed and length > max(sealed.get(report_id, ()), default=0)
    ]
    return Inspected(len(known), len(entries), tuple(findings))
