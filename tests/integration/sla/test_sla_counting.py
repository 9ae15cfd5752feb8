"""Sums on performance, kept incrementally: exact whatever arrives when, and however many add up."""

import asyncio
import random

import pytest
import sqlalchemy as sa

from services.sla.performance import BATCH, count_batch, look_again
from services.sla.recount import recount
from tests.integration.sla.counting import add_up, ask, cells, day, settled, waiting
from tests.integration.sla.facts import Story, deliver_together, statements

pytestmark = pytest.mark.usefixtures("sixty_days_later")


async def test_a_duty_becomes_a_breach_when_its_time_has_come_without_any_fact(sla, client, clock) -> None:
    clock.set(day(2))
    await waiting().deliver(sla)
    await add_up(sla)
    before = (await ask(client))["report"]["total"]["breaches"]["first-response"]
    clock.set(day(20))
    await add_up(sla)
    after = (await ask(client))["report"]["total"]["breaches"]["first-response"]
    assert (before, after) == (0, 1)


@pytest.mark.parametrize(("moved_to", "breaches"), [(1.5, 1), (30, 0)])
async def test_a_deadline_moved_by_law_counts_where_it_now_lies(
    sla, client, clock, moved_to: float, breaches: int
) -> None:
    clock.set(day(3))
    story = waiting()
    await story.deliver(sla)
    await add_up(sla)
    async with sla.transaction() as tx:
        move = sa.text("UPDATE timers SET deadline = :to WHERE clock = 'first-response'")
        await tx.execute(move, {"to": day(moved_to)})
        await look_again(tx, [story.report_id])
    await add_up(sla)
    clock.set(day(3.5))
    await add_up(sla)
    assert (await ask(client))["report"]["total"]["breaches"]["first-response"] == breaches


async def test_any_order_and_repetition_gives_the_sums_of_one_pass(sla) -> None:
    told = [fact for story in (settled(), settled(2), waiting(), settled(0, 9, 40)) for fact in story.told]
    shuffled = random.Random(7)
    mixed = told + shuffled.choices(told, k=8)
    shuffled.shuffle(mixed)
    while mixed:
        size = shuffled.randint(1, 5)
        group, mixed = mixed[:size], mixed[size:]
        await deliver_together(sla, group)
        if shuffled.random() < 0.6:
            await count_batch(sla)
    await add_up(sla)
    step_by_step = await cells(sla)
    await recount(sla)
    assert step_by_step and step_by_step == await cells(sla)


async def test_adding_up_by_several_at_once_while_facts_come_in_counts_everything_once(sla) -> None:
    stories = [settled(number % 5) for number in range(12)]

    async def tell(mine: list[Story]) -> None:
        for story in mine:
            await story.deliver(sla)

    async def count() -> None:
        for _ in range(25):
            await count_batch(sla, 3)
            await asyncio.sleep(0.01)

    await asyncio.gather(tell(stories[::2]), tell(stories[1::2]), count(), count())
    await add_up(sla)
    incrementally = await cells(sla)
    await recount(sla)
    assert incrementally == await cells(sla)


async def test_readers_see_the_old_sums_until_a_recount_is_complete(sla, client) -> None:
    await settled().deliver(sla)
    await add_up(sla)
    seen = []

    def look(_: int) -> None:
        seen.append(asyncio.ensure_future(ask(client)))

    await recount(sla, look)
    assert [(await each)["report"]["total"]["cases"] for each in seen] == [1]
    assert (await ask(client))["report"]["total"]["cases"] == 1


async def test_a_group_of_facts_costs_one_statement_however_many_its_cases(sla) -> None:
    seen = statements(sla)
    await deliver_together(sla, [settled().told[0] for _ in range(20)])
    assert sum("tallies" in statement for statement in seen) == 1


async def test_a_fact_heard_again_leaves_nothing_to_add_up(sla) -> None:
    story = settled()
    await story.deliver(sla)
    await add_up(sla)
    await story.deliver(sla, 1, 3)
    assert await count_batch(sla, BATCH) == 0


async def test_what_is_not_yet_added_up_is_told(sla, client) -> None:
    await settled().deliver(sla)
    before = (await ask(client))["waiting"]
    await add_up(sla)
    assert (before, (await ask(client))["waiting"]) == (1, 0)


async def test_what_other_code_has_written_down_waits_for_a_recount(sla, client) -> None:
    await settled().deliver(sla)
    async with sla.transaction() as tx:
        await tx.execute(sa.text("UPDATE tallies SET tally = '[0,\"of another shape\"]'"))
    assert await count_batch(sla) == 0
    await recount(sla)
    assert (await ask(client))["report"]["total"]["cases"] == 1
