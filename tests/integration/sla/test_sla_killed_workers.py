"""Two timer workers, real processes, are killed with SIGKILL again and again while much is due."""

import asyncio
import multiprocessing
import random
from collections import Counter
from datetime import timedelta
from multiprocessing.process import BaseProcess

import pytest
import sqlalchemy as sa

from shared import contracts as c
from tests.integration.sla.facts import MONDAY, Story, deliver_together, said, timers
from tests.integration.sla.timer_worker import work

LATER = MONDAY + timedelta(days=365)
CASES = 180
MARKS = 6
BATCH = 1
"""Clocks in a transaction: as few as can be, so that there are many for a death to meet."""

spawn = multiprocessing.get_context("forkserver")
spawn.set_forkserver_preload(["tests.integration.sla.timer_worker"])


@pytest.fixture
async def aftermath(database, stack) -> tuple[list[c.SlaFact], int, int]:
    """What was said, how many timers are left, and how many workers died."""
    sla = await database("sla")
    stories = [Story().add(c.ReportSubmitted, MONDAY + timedelta(minutes=n)) for n in range(CASES)]
    await deliver_together(sla, [told for story in stories for told in story.told])
    due = len(await timers(sla))
    assert due == CASES * MARKS
    async with sla.transaction() as tx:
        await tx.execute(sa.text("TRUNCATE outbox"))
    kills = await _storm(stack.database_url("sla"))
    return [fact for fact in await said(sla) if isinstance(fact, c.SlaFact)], len(await timers(sla)), kills


async def _storm(url: str) -> int:
    """Kill the workers at random moments until they find no more to do."""
    kills, dice = 0, random.Random()
    workers = [_start(url), _start(url)]
    while any(worker.exitcode != 0 for worker in workers):
        await asyncio.sleep(dice.uniform(0, 0.1))
        for place, worker in enumerate(workers):
            if worker.exitcode is None and dice.random() < 0.5 and kills < 20:
                worker.kill()
                await asyncio.to_thread(worker.join)
                kills += 1
            if worker.exitcode not in {None, 0}:
                workers[place] = _start(url)
                await asyncio.sleep(dice.uniform(0, 0.2))
    return kills


def _start(url: str) -> BaseProcess:
    process = spawn.Process(target=work, args=(url, LATER, BATCH), daemon=True)
    process.start()
    return process


async def test_every_timer_fires_exactly_once_whatever_dies(aftermath) -> None:
    facts, left, kills = aftermath
    fired = Counter(
        (f.report_id, f.clock, f.round, f.type, getattr(f, "percent", getattr(f, "step", None)))
        for f in facts
    )
    assert (left, len(fired), set(fired.values())) == (0, CASES * MARKS, {1})
    assert kills >= 5
