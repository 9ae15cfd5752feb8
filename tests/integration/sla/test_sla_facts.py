"""Facts become clocks, timers and one fact about what changed, whatever order they arrive in."""

import random
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from services.sla import store
from shared import contracts as c
from tests.integration.sla.facts import Story, counted, said, timers

MONDAY = datetime(2026, 7, 6, 2, tzinfo=UTC)


def day(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


@pytest.fixture
async def sla(database):
    return await database("sla")


def full_story() -> Story:
    return (
        Story()
        .add(c.ReportSubmitted, day(0))
        .add(c.ClarificationRequested, day(1))
        .add(c.ReportSupplemented, day(2))
        .add(c.CaseVerified, day(2.5))
        .add(c.DispositionCreated, day(2.6))
        .add(c.DispositionResponded, day(8))
        .add(c.ReportObjected, day(9))
        .add(c.DispositionCompleted, day(10))
    )


async def test_a_submission_arms_the_verification_clock(sla) -> None:
    await Story().add(c.ReportSubmitted, day(0)).deliver(sla)
    assert [(clock, mark) for clock, mark, _, _ in await timers(sla)] == [
        ("verification", 50),
        ("verification", 80),
        ("verification", 100),
    ]


async def test_the_running_clocks_are_told_with_a_growing_version(sla) -> None:
    await full_story().deliver(sla)
    versions = [fact.clocks_version for fact in await said(sla)]
    assert versions == list(range(1, len(versions) + 1))


async def test_the_last_word_names_the_clocks_that_run(sla) -> None:
    await full_story().deliver(sla)
    assert {deadline.clock for deadline in (await said(sla))[-1].deadlines} == {c.ClockKind.REPLY}


async def test_a_fact_that_moves_no_clock_says_nothing(sla) -> None:
    story = Story().add(c.ReportSubmitted, day(0)).add(c.ReportSupplemented, day(0.1))
    await story.deliver(sla)
    assert await counted(sla) == {"sla.deadlines-changed": 1}


async def test_a_fact_delivered_twice_says_nothing_the_second_time(sla) -> None:
    story = full_story()
    await story.deliver(sla)
    before = len(await said(sla))
    await story.deliver(sla)
    assert len(await said(sla)) == before


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_of_arrival_leaves_the_same_timers(sla, seed: int) -> None:
    story = full_story()
    await story.deliver(sla)
    expected = await timers(sla)
    async with sla.transaction() as tx:
        await tx.execute(sa.text("TRUNCATE cases, facts, timers"))
    await story.deliver(sla, *random.Random(seed).sample([*range(8), *range(8)], 16))
    assert await timers(sla) == expected


async def test_timers_of_a_stopped_clock_are_removed(sla) -> None:
    story = (
        Story()
        .add(c.ReportSubmitted, day(0))
        .add(c.CaseArchived, day(1), reason="unintelligible", explanation="")
    )
    await story.deliver(sla)
    assert await timers(sla) == []


async def test_an_impossible_fact_is_kept_and_flagged(sla) -> None:
    story = Story().add(c.ReportSubmitted, day(0)).add(c.DispositionCompleted, day(1))
    await story.deliver(sla)
    async with sla.transaction() as tx:
        recorded = await store.facts(tx, story.report_id)
        on_record = await store.lock_case(tx, story.report_id)
    assert (len(recorded), [flag["reason"] for flag in on_record.flags]) == (2, ["no such leg"])


async def test_no_word_of_the_report_is_kept(sla) -> None:
    await full_story().deliver(sla)
    async with sla.transaction() as tx:
        rows = await tx.execute(
            sa.text("SELECT f::text || c::text FROM facts f JOIN cases c USING (report_id)")
        )
        assert not any("Lampu jalan" in row or "K7MQ3XW9FA" in row for row in rows.scalars())
