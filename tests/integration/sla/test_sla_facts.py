"""Facts become clocks, timers and one fact about what changed, whatever order they arrive in."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from services.sla import store
from services.sla.checker import status
from services.sla.domain.measure import END
from shared import contracts as c
from tests.integration.sla.facts import MONDAY, Story, counted, deliver_together, said, statements, timers

JAKARTA = timezone(timedelta(hours=7))
ARCHIVED = {"reason": "unintelligible", "explanation": ""}


def day(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


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
    assert [(clock, mark) for clock, mark, _ in await timers(sla)] == [
        ("verification", mark) for mark in (50, 80, END, END + 1, END + 2, END + 3)
    ]


@pytest.mark.parametrize("typed", ["\\u0000", "jalan \\\\u0000", "jalan\\"])
async def test_whatever_somebody_types_as_a_category_the_clocks_start(sla, typed) -> None:
    await Story().add(c.ReportSubmitted, day(0), category=typed).deliver(sla)
    assert {clock for clock, _, _ in await timers(sla)} == {"verification"}


async def test_a_closing_that_is_taken_back_gives_the_agency_its_clocks_back(sla) -> None:
    story = full_story()
    said_of = {"status": c.CaseStatus.CLOSED, "closed_by": "system"}
    story.add(c.CaseStatusChanged, day(30), **said_of).add(c.CaseClosed, day(30), **said_of)
    story.add(c.ReportObjected, day(20))
    story.add(c.CaseStatusChanged, day(31), status=c.CaseStatus.IN_PROGRESS, previous=c.CaseStatus.CLOSED)
    await story.deliver(sla)
    assert {one.clock for one in (await said(sla))[-1].deadlines} == {
        c.ClockKind.SETTLEMENT,
        c.ClockKind.OMBUDSMAN,
    }


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


@pytest.mark.parametrize("seed", range(6))
async def test_facts_in_groups_say_and_leave_what_they_do_one_by_one(sla, seed: int) -> None:
    told = [fact for story in (full_story(), full_story(), full_story()) for fact in story.told]
    told = random.Random(seed).sample([*told, *told], 2 * len(told))
    for each in told:
        await deliver_together(sla, [each])
    expected = await said(sla), await timers(sla)
    async with sla.transaction() as tx:
        await tx.execute(sa.text("TRUNCATE cases, facts, timers, outbox"))
    cut = random.Random(seed).randrange(1, len(told))
    await deliver_together(sla, told[:cut])
    await deliver_together(sla, told[cut:])
    assert (await said(sla), await timers(sla)) == expected


async def test_many_facts_of_many_cases_cost_the_statements_of_one(sla) -> None:
    first, *others = (full_story().told for _ in range(5))
    seen = statements(sla)
    await deliver_together(sla, first[:1])
    for_one = len(seen)
    await deliver_together(sla, [fact for told in others for fact in told])
    assert len(seen) - for_one == for_one


async def test_a_group_that_moves_no_clock_writes_no_case(sla) -> None:
    stories = [full_story(), full_story()]
    told = [fact for story in stories for fact in story.told]
    await deliver_together(sla, told)
    seen = statements(sla)
    await deliver_together(sla, told)
    assert not [statement for statement in seen if "UPDATE cases" in statement]


async def test_a_group_leaves_the_timers_of_other_cases_alone(sla) -> None:
    bystander, archived = full_story(), Story().add(c.ReportSubmitted, day(0))
    await bystander.deliver(sla)
    before = await timers(sla)
    archived.add(c.CaseArchived, day(1), reason="unintelligible", explanation="")
    await archived.deliver(sla, 0)
    await deliver_together(sla, archived.told[1:])
    assert await timers(sla) == before


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
        on_record = await store.lock_cases(tx, {story.report_id})
    flags = on_record[story.report_id].flags
    assert (len(recorded), [flag["reason"] for flag in flags]) == (2, ["no such leg"])


async def test_no_word_of_the_report_is_kept(sla) -> None:
    await full_story().deliver(sla)
    async with sla.transaction() as tx:
        rows = await tx.execute(
            sa.text("SELECT f::text || c::text FROM facts f JOIN cases c USING (report_id)")
        )
        assert not any("Lampu jalan" in row or "K7MQ3XW9FA" in row for row in rows.scalars())


async def test_facts_about_an_unknown_case_are_kept_flagged_and_counted(sla) -> None:
    story = Story().add(c.CaseClosed, day(1)).add(c.ReportRated, day(2), score=4)
    await story.deliver(sla)
    async with sla.transaction() as tx:
        recorded = await store.facts(tx, story.report_id)
        found = await status(tx)
    assert (len(recorded), found["flagged_cases"], found["open_cases"]) == (2, 1, 0)


async def test_a_flag_goes_when_what_was_missing_comes(sla) -> None:
    story = Story().add(c.ReportSubmitted, day(0)).add(c.CaseArchived, day(1), **ARCHIVED)
    await story.deliver(sla, 1)
    await story.deliver(sla, 0)
    async with sla.transaction() as tx:
        assert (await status(tx))["flagged_cases"] == 0


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=JAKARTA), datetime(9999, 12, 31, 23, tzinfo=UTC)])
async def test_a_moment_at_the_edge_of_time_is_kept_and_breaks_nothing(sla, at: datetime) -> None:
    story = Story().add(c.ReportSubmitted, at).add(c.CaseVerified, day(1)).add(c.DispositionCreated, at)
    await story.deliver(sla)
    await story.add(c.DispositionResponded, at).deliver(sla, 3)
    async with sla.transaction() as tx:
        assert len(await store.facts(tx, story.report_id)) == 4


async def test_a_rating_moves_no_clock_and_is_recorded_with_its_score(sla) -> None:
    story = Story().add(c.ReportSubmitted, day(0)).add(c.ReportRated, day(1), score=2)
    await story.deliver(sla)
    async with sla.transaction() as tx:
        recorded = await store.facts(tx, story.report_id)
    assert ([one.score for one in recorded if one.score], await counted(sla)) == (
        [2],
        {"sla.deadlines-changed": 1},
    )
