"""Rows of runs that stopped long ago go; whatever still runs or can still fire stays."""

from datetime import timedelta

import sqlalchemy as sa

from services.sla.tidying import forget_batch
from services.sla.timers import fire_batch
from shared import contracts as c
from tests.integration.sla.amend import MONDAY, submitted

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
ARCHIVED = {"reason": "unintelligible", "explanation": ""}


async def rows(sla) -> int:
    async with sla.reading() as tx:
        return int((await tx.execute(sa.text("SELECT count(*) FROM timers"))).scalar_one())


async def warned_and_stopped(sla, clock, count: int = 1) -> None:
    """Cases whose verification clock has warned, and then was stopped in time."""
    stories = [submitted() for _ in range(count)]
    for story in stories:
        await story.deliver(sla)
    clock.set(MONDAY + 2 * DAY)
    await fire_batch(sla, 100)
    for story in stories:
        story.add(c.CaseArchived, MONDAY + 2 * DAY, **ARCHIVED)
        await story.deliver(sla, 1)


async def test_a_run_that_stopped_is_remembered_for_a_while(sla, clock) -> None:
    await warned_and_stopped(sla, clock)
    before = await rows(sla)
    assert (await forget_batch(sla, YEAR), await rows(sla)) == (0, before)


async def test_a_run_that_stopped_long_ago_is_forgotten(sla, clock) -> None:
    await warned_and_stopped(sla, clock)
    before = await rows(sla)
    clock.advance(YEAR)
    assert (await forget_batch(sla, YEAR), await rows(sla)) == (1, before - 1)


async def test_a_run_that_goes_on_is_never_forgotten(sla, clock) -> None:
    await submitted().deliver(sla)
    clock.advance(2 * YEAR)
    await fire_batch(sla, 100)
    before = await rows(sla)
    assert (await forget_batch(sla, YEAR), await rows(sla)) == (0, before)


async def test_a_late_answer_says_its_breach_once_however_old_it_grows(sla, clock) -> None:
    story = submitted()
    await story.deliver(sla)
    clock.advance(30 * DAY)
    await fire_batch(sla, 100)
    story.add(c.CaseArchived, MONDAY + 29 * DAY, **ARCHIVED)
    await story.deliver(sla, 1)
    clock.advance(2 * YEAR)
    await forget_batch(sla, YEAR)
    story.add(c.ReportRated, MONDAY + 40 * DAY, score=3)
    await story.deliver(sla, 2)
    async with sla.reading() as tx:
        due = await tx.execute(
            sa.text("SELECT FROM timers WHERE next_at IS NOT NULL AND clock = 'verification'")
        )
        assert due.all() == []


async def test_rows_go_in_bounded_batches(sla, clock) -> None:
    await warned_and_stopped(sla, clock, 3)
    clock.advance(YEAR)
    assert [await forget_batch(sla, YEAR, 2) for _ in range(3)] == [2, 1, 0]
