"""Writes down what people file at the same moment in one transaction (group commit).

A report alone waits for nobody. If a group fails, each of its reports is tried alone, so that nobody's
mistake is another's.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.filing import file_reports
from services.intake.filing_store import IdempotencyClaim, Prepared, Submission
from shared.db.database import Database
from shared.messaging.failures import is_outage
from shared.telemetry.traces import current_traceparent

MOST = 64
"""Reports in one transaction."""
AT_ONCE = 2
"""Transactions: while one is being written to disk, the next is put together."""


@dataclass(frozen=True, eq=False, repr=False)
class _Waiting:
    submission: Submission
    filed: asyncio.Future[bool]

    @property
    def key(self) -> str | None:
        claim = self.submission.claim
        return claim.key if claim else None

    def fail(self, error: Exception) -> None:
        if not self.filed.done():
            self.filed.set_exception(error)


class Filer:
    """One per process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Waiting] = deque()
        self._writers: set[asyncio.Task[None]] = set()

    async def file(self, prepared: Prepared, claim: IdempotencyClaim | None) -> bool:
        """True once the report is committed; False, and nothing done, if the claim's key was used before.

        Raises what the database raised. Whoever stops waiting may find the report filed nevertheless.
        """
        filed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(Submission(prepared, claim, current_traceparent()), filed))
        # One that is done takes nothing more, though its task is still in the set for a moment.
        if sum(not writer.done() for writer in self._writers) < AT_ONCE:
            writer = asyncio.create_task(self._write())
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)
        return await filed

    async def _write(self) -> None:
        while self._waiting:
            group, later = _next_group(self._waiting)
            self._waiting.extendleft(reversed(later))
            try:
                await self._commit(group)
            except Exception as error:
                await self._part(group, error)

    async def _part(self, group: Sequence[_Waiting], error: Exception) -> None:
        """Each alone, unless it is nobody's mistake: then it is not even known whether they were written."""
        for one in group:
            if len(group) == 1 or is_outage(error):
                one.fail(error)
                continue
            try:
                await self._commit([one])
            except Exception as own:
                one.fail(own)

    async def _commit(self, group: Sequence[_Waiting]) -> None:
        async with self._database.transaction() as tx:
            filed = await file_reports(tx, [one.submission for one in group])
        for one in group:
            if not one.filed.done():  # nobody cancelled it
                one.filed.set_result(one.submission.prepared.report.report_id in filed)


def _next_group(waiting: deque[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
    """Take the next of them, no two with the same key, and those who must wait for another with their key."""
    group: list[_Waiting] = []
    later: list[_Waiting] = []
    keys: set[str] = set()
    while waiting and len(group) < MOST:
        one = waiting.popleft()
        if one.key in keys:
            later.append(one)
            continue
        if one.key is not None:
            keys.add(one.key)
        group.append(one)
    return group, later
