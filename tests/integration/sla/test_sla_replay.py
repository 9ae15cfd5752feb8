"""Whatever moved a deadline, what is on record is what the facts lead to; a replay says where it is not."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.sla import recompute_store
from services.sla.replay import verify_batch
from services.sla.timers import fire_batch
from shared import contracts as c
from shared.calendar import Day, DayKind
from tests.integration.sla.amend import (
    MONDAY,
    amend,
    amend_limit,
    amended,
    differences,
    open_work,
    recomputed,
    sent,
    submitted,
)
from tests.integration.sla.facts import Story

STORIES = {
    "verification": submitted,
    "leg": sent,
    "answered": lambda: sent().add(c.DispositionResponded, MONDAY + timedelta(hours=2)),
    "held": lambda: submitted().add(c.ClarificationRequested, MONDAY + timedelta(hours=3)),
    "held and answered": lambda: (
        submitted()
        .add(c.ClarificationRequested, MONDAY + timedelta(hours=3))
        .add(c.ReportSupplemented, MONDAY + timedelta(hours=30))
        .add(c.DispositionCreated, MONDAY + timedelta(hours=40))
        .add(c.ClarificationRequested, MONDAY + timedelta(hours=44))
        .add(c.ReportSupplemented, MONDAY + timedelta(hours=80))
    ),
    "objected": lambda: (
        sent()
        .add(c.DispositionCompleted, MONDAY + timedelta(hours=30))
        .add(c.ReportObjected, MONDAY + timedelta(hours=60))
    ),
    "closed": lambda: sent().add(c.CaseClosed, MONDAY + timedelta(hours=9)),
    "overdue": lambda: Story().add(c.ReportSubmitted, MONDAY - timedelta(days=12)),
    "papua": lambda: sent("91.9171.dishub", zone="WIT"),
    "long ago": lambda: Story().add(c.ReportSubmitted, MONDAY - timedelta(days=300)),
}


@pytest.mark.parametrize("story", STORIES)
async def test_what_was_moved_is_what_the_facts_lead_to(sla, story: str) -> None:
    await STORIES[story]().deliver(sla)
    await amend(sla)
    await recomputed(sla)
    assert await differences(sla) == []


async def test_many_amendments_one_after_the_other_lead_to_what_the_facts_lead_to(sla) -> None:
    for story in STORIES.values():
        await story().deliver(sla)
    for number in (8, 9, 15):
        await amend(sla, Day(date(2026, 7, number), DayKind.JOINT_LEAVE, "Cuti", "Leave"))
    await amend(sla, added=(), removed=(date(2026, 7, 9),))
    await amend_limit(sla, 5, applies_to_running=True)
    await recomputed(sla, batch=2)
    assert await differences(sla) == []


HAPPENINGS = [
    (c.ClarificationRequested, {}),
    (c.ReportSupplemented, {}),
    (c.DispositionCreated, {"agency": "35.3578.dishub"}),
    (c.DispositionCreated, {"agency": "91.9171.dishub", "zone": "WIT", "leg_id": UUID(int=2)}),
    (c.DispositionResponded, {}),
    (c.DispositionCompleted, {}),
    (c.ReportObjected, {}),
    (c.CaseMerged, {"into": UUID(int=3)}),
    (c.CaseUnmerged, {}),
    (c.CaseClosed, {}),
    (c.CaseReopened, {}),
]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happened_and_was_amended_rows_end_as_the_facts_lead_to(sla, clock, seed: int) -> None:
    dice = random.Random(seed)
    days = dice.sample(range(1, 31), 5)
    for _ in range(12):
        story, at = submitted(-dice.uniform(0, 400)), MONDAY - timedelta(days=16)
        for kind, more in dice.choices(HAPPENINGS, k=dice.randrange(6)):
            at += timedelta(hours=dice.uniform(1, 90))
            story.add(kind, at, **more)
        await story.deliver(sla)
    for day in days:
        clock.advance(timedelta(days=1))
        await fire_batch(sla, 20)
        free = Day(date(2026, 7, day), DayKind.JOINT_LEAVE, "Cuti", "Leave")
        await amend(sla, free, dice.choice(["indonesia", "35.78", "91"]))
        if dice.random() < 0.7:
            await recomputed(sla, batch=5)
    await recomputed(sla)
    assert await differences(sla) == []


async def test_new_reviewed_files_have_every_case_computed_again(sla) -> None:
    await submitted().deliver(sla)
    async with sla.transaction() as tx:
        await recompute_store.notice_new_files(tx, "old/old")
        await tx.execute(sa.text("UPDATE timers SET deadline = deadline - interval '1 day', computed = NULL"))
        await recompute_store.notice_new_files(tx, "new/new")
        await recompute_store.notice_new_files(tx, "new/new")
    await recomputed(sla)
    assert ([len(fact.moved) for fact in await amended(sla)], await differences(sla)) == ([1], [])


async def test_a_database_that_has_just_been_made_needs_no_recompute(sla) -> None:
    async with sla.transaction() as tx:
        await recompute_store.notice_new_files(tx, "new/new")
    assert not await open_work(sla)


async def test_a_replay_reports_what_somebody_has_changed_by_hand(sla) -> None:
    story = submitted()
    await story.deliver(sla)
    async with sla.transaction() as tx:
        await tx.execute(sa.text("UPDATE timers SET due[3] = due[3] + interval '1 day'"))
    [found] = await differences(sla)
    assert (found.report_id, found.what.split()[:2]) == (story.report_id, ["timer", "verification"])


async def test_a_replay_goes_on_where_it_stopped(sla) -> None:
    for number in range(5):
        await submitted(number).deliver(sla)
    after: UUID | None = UUID(int=0)
    checked = []
    while after is not None:
        async with sla.transaction() as tx:
            count, _, after = await verify_batch(tx, after, 2)
        checked.append(count)
    assert checked == [2, 2, 1]
