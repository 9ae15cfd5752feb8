"""The writers of what is filed together: nothing waits for one that has ended."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from uuid import uuid4

from services.intake import filer
from services.intake.filer import AT_ONCE, Filer


class Counting:
    """A database that takes whatever comes, and knows in how many transactions."""

    begun = 0

    @asynccontextmanager
    async def transaction(self):
        self.begun += 1
        yield self


async def test_a_report_that_comes_in_the_moment_the_last_writer_ends_is_written(monkeypatch):
    written = asyncio.Event()

    async def file_reports(_tx, submissions):
        await written.wait()
        return {one.prepared.report.report_id for one in submissions}

    monkeypatch.setattr(filer, "file_reports", file_reports)
    database = Counting()
    desk = Filer(database)

    async def file():
        return await desk.file(SimpleNamespace(report=SimpleNamespace(report_id=uuid4())), None)

    async def file_right_after():
        await written.wait()
        return await file()

    async with asyncio.timeout(40):
        calls = []
        for writing in range(1, AT_ONCE + 1):
            calls.append(asyncio.create_task(file()))
            while database.begun < writing:
                await asyncio.sleep(0)
        calls.append(asyncio.create_task(file_right_after()))
        await asyncio.sleep(0)
        written.set()
        assert await asyncio.gather(*calls) == [True] * (AT_ONCE + 1)
