"""After an amendment every open clock that it reaches is moved, and those concerned are told: each once."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from services.sla import moved_store, recompute_store
from services.sla.recompute import recompute_step
from services.sla.timers import fire_batch
from shared import contracts as c
from shared.calendar import Day, DayKind
from tests.integration.sla.amend import (
    MONDAY,
    amend,
    amend_limit,
    amended,
    open_work,
    recomputed,
    sent,
    submitted,
)
from tests.integration.sla.facts import said, statements, timers

ARCHIVED = {"reason": "unintelligible", "explanation": ""}


async def test_a_new_free_day_moves_the_deadlines_it_lies_before(sla) -> None:
    await submitted().deliver(sla)
    await amend(sla)
    await recomputed(sla)
    [fact] = await amended(sla)
    [moved] = fact.moved
    assert moved.after - moved.before == timedelta(days=1)


async def test_those_concerned_are_told_why(sla) -> None:
    await submitted().deliver(sla)
    amendment = await amend(sla)
    await recomputed(sla)
    [fact] = await amended(sla)
    assert (fact.amendment, fact.legal_source, "Cuti Bersama" in fact.cause, "free day" in fact.cause_en) == (
        amendment,
        "SKB 3 Menteri",
        True,
        True,
    )


async def test_only_the_cases_of_its_region_are_reached(sla) -> None:
    here, there = sent("35.3578.dishub"), sent("36.3671.dishub")
    await here.deliver(sla)
    await there.deliver(sla)
    await amend(sla, scope="35.78")
    await recomputed(sla)
    assert [fact.report_id for fact in await amended(sla)] == [here.report_id]


async def test_a_day_behind_the_deadline_still_moves_the_reminders(sla) -> None:
    await submitted().deliver(sla)
    before = await timers(sla)
    await amend(sla, Day(date(2026, 7, 10), DayKind.JOINT_LEAVE, "Cuti", "Leave"))
    await recomputed(sla)
    after = await timers(sla)
    assert (before[:3], before[3:]) != (after[:3], after[3:])
    assert (before[:3], await amended(sla)) == (after[:3], [])


async def test_a_clock_that_has_stopped_stays_as_it_was_judged(sla) -> None:
    story = submitted().add(
        c.CaseArchived, MONDAY + timedelta(days=1), reason="unintelligible", explanation=""
    )
    await story.deliver(sla)
    before = await said(sla)
    await amend(sla)
    await recomputed(sla)
    assert await said(sla) == before


async def test_a_policy_for_running_clocks_moves_them(sla) -> None:
    await submitted().deliver(sla)
    await amend_limit(sla, 5, applies_to_running=True)
    await recomputed(sla)
    [fact] = await amended(sla)
    assert [moved.clock for moved in fact.moved] == [c.ClockKind.VERIFICATION]


async def test_a_policy_for_the_future_leaves_running_clocks_alone(sla) -> None:
    await submitted().deliver(sla)
    await amend_limit(sla, 5, applies_to_running=False)
    await recomputed(sla)
    assert await amended(sla) == []


async def test_a_deadline_that_moves_into_the_past_fires_once(sla, clock) -> None:
    await submitted().deliver(sla)
    clock.set(MONDAY + timedelta(days=2))
    await fire_batch(sla, 10)
    await amend_limit(sla, 1, applies_to_running=True)
    await recomputed(sla)
    for _ in range(3):
        await fire_batch(sla, 10)
    breached = [fact for fact in await said(sla) if isinstance(fact, c.SlaBreached)]
    assert [(fact.due_at < clock.now(), fact.fired_at) for fact in breached] == [(True, clock.now())]


async def test_a_fact_that_comes_before_the_recompute_tells_of_the_amendment_first(sla) -> None:
    story = submitted()
    await story.deliver(sla)
    await amend(sla)
    story.add(c.DispositionCreated, MONDAY + timedelta(hours=1))
    await story.deliver(sla, 1)
    assert [fact.type for fact in await said(sla)] == [
        "sla.deadlines-changed",
        "sla.deadlines-changed",
        "sla.deadlines-amended",
        "sla.deadlines-changed",
    ]


async def test_a_case_is_told_once_whoever_comes_first(sla) -> None:
    story = submitted()
    await story.deliver(sla)
    await amend(sla)
    story.add(c.DispositionCreated, MONDAY + timedelta(hours=1))
    await story.deliver(sla, 1)
    await recomputed(sla)
    assert len(await amended(sla)) == 1


async def test_a_fact_says_what_each_of_two_amendments_moved(sla) -> None:
    story = submitted()
    await story.deliver(sla)
    ids = [await amend(sla, Day(date(2026, 7, d), DayKind.JOINT_LEAVE, "Cuti", "Leave")) for d in (8, 9)]
    story.add(c.ReportSupplemented, MONDAY + timedelta(hours=1))
    await story.deliver(sla, 1)
    assert [fact.amendment for fact in await amended(sla)] == ids


async def test_several_workers_carry_each_case_over_once(sla) -> None:
    for number in range(40):
        await submitted(number / 10).deliver(sla)
    await amend(sla)

    async def work() -> None:
        while await recompute_step(sla, 3) or await open_work(sla):
            await asyncio.sleep(0)

    await asyncio.gather(work(), work(), work())
    told = Counter(fact.report_id for fact in await amended(sla))
    assert (len(told), set(told.values())) == (40, {1})


async def test_a_worker_that_dies_in_a_batch_leaves_it_to_the_next(sla, monkeypatch) -> None:
    for number in range(6):
        await submitted(number).deliver(sla)
    await amend(sla)
    await recompute_step(sla, 2)

    async def die(*_: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(recompute_store, "chunk_done", die)
        with pytest.raises(ConnectionError):
            await recompute_step(sla, 2)
    assert await amended(sla) == []
    await recomputed(sla, 2)
    assert len(await amended(sla)) == 6


async def test_who_was_affected_is_recorded_from_which_date_to_which(sla, clock) -> None:
    story = submitted()
    await story.deliver(sla)
    amendment = await amend(sla)
    await recomputed(sla)
    async with sla.reading() as tx:
        [row], _ = await moved_store.moved_by(tx, amendment, None, 10)
    [moved] = (await amended(sla))[0].moved
    assert (row["report_id"], row["moved_at"]) == (story.report_id, clock.now())
    assert c.MovedDeadline.model_validate(row) == moved


async def test_whom_an_amendment_moved_is_read_page_by_page(sla) -> None:
    for number in range(3):
        await submitted(number).deliver(sla)
    amendment = await amend(sla)
    await recomputed(sla)
    async with sla.reading() as tx:
        first, after = await moved_store.moved_by(tx, amendment, None, 2)
        rest, end = await moved_store.moved_by(tx, amendment, after, 2)
    reports = [row["report_id"] for row in (*first, *rest)]
    assert (len(reports), reports, end) == (3, sorted(set(reports)), None)


async def test_progress_tells_how_many_cases_are_done(sla) -> None:
    for number in range(5):
        await submitted(number).deliver(sla)
    await amend(sla)
    await recompute_step(sla, 2)
    await recompute_step(sla, 2)
    async with sla.reading() as tx:
        [job] = await recompute_store.progress(tx)
    assert (job["cases"], job["cases_done"], job["done_at"]) == (5, 2, None)


async def test_a_batch_costs_the_statements_of_a_case(sla) -> None:
    counts = []
    for cases in (1, 20):
        for number in range(cases):
            await submitted(number / 10).deliver(sla)
        await amend(sla, Day(date(2026, 7, 7 + len(counts)), DayKind.JOINT_LEAVE, "Cuti", "Leave"))
        await recompute_step(sla, 100)
        seen = statements(sla)
        await recompute_step(sla, 100)
        counts.append(len(seen))
        await recomputed(sla)
    assert counts[0] == counts[1]
