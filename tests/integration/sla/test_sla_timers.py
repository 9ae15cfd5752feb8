"""Timers on a real database: each fires once, in due order, whoever fires it and whatever dies."""

import asyncio
import contextlib
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from services.sla import timer_store
from services.sla.checker import look_at_all
from services.sla.timers import fire_batch
from shared import contracts as c
from tests.integration.sla.facts import AGENCY, LEG, MONDAY, Story, said, statements, timers

LATER = MONDAY + timedelta(days=365)
MARKS = 6
"""Of a verification: two warnings, the breach, and three reminders."""
FIRED = (c.SlaWarning, c.SlaBreached, c.SlaReminded, c.SlaExpired)


async def spoken(sla) -> list[c.SlaFact]:
    return [fact for fact in await said(sla) if isinstance(fact, FIRED)]


def identity(fact: c.SlaFact) -> tuple[object, ...]:
    return (
        fact.report_id,
        fact.clock,
        fact.round,
        fact.type,
        getattr(fact, "percent", getattr(fact, "step", 0)),
    )


def sent_out() -> Story:
    """A case that lies with an agency since Tuesday."""
    return Story().add(c.ReportSubmitted, MONDAY).add(c.DispositionCreated, MONDAY + timedelta(days=1))


async def submit(sla, count: int) -> None:
    for number in range(count):
        await Story().add(c.ReportSubmitted, MONDAY + timedelta(hours=number)).deliver(sla)


async def test_nothing_fires_before_it_is_due(sla, clock) -> None:
    await submit(sla, 1)
    clock.set((await timers(sla))[0][2])
    assert await fire_batch(sla, 100) == 0


async def test_a_look_that_finds_nothing_due_costs_one_statement(sla) -> None:
    await submit(sla, 1)
    seen = statements(sla)
    await fire_batch(sla, 100)
    assert len(seen) == 1


async def test_a_verification_warns_twice_and_is_then_breached(sla, clock) -> None:
    await submit(sla, 1)
    clock.set(LATER)
    await fire_batch(sla, 100)
    assert [(fact.type, getattr(fact, "percent", None)) for fact in await spoken(sla)][:3] == [
        ("sla.warning", 50),
        ("sla.warning", 80),
        ("sla.breached", None),
    ]


async def test_a_duty_that_stays_overdue_is_reminded_of_step_by_step(sla, clock) -> None:
    await submit(sla, 1)
    clock.set(LATER)
    await fire_batch(sla, 100)
    reminded = [fact for fact in await spoken(sla) if isinstance(fact, c.SlaReminded)]
    assert [(fact.step, fact.overdue_days) for fact in reminded] == [
        (c.EscalationStep.OFFICER, 1),
        (c.EscalationStep.COORDINATOR, 3),
        (c.EscalationStep.NATIONAL_ADMIN, 5),
    ]


async def test_a_duty_that_is_done_is_reminded_of_no_more(sla, clock) -> None:
    story = Story().add(c.ReportSubmitted, MONDAY)
    await story.deliver(sla)
    clock.set(MONDAY + timedelta(days=6))
    await fire_batch(sla, 100)
    story.add(c.CaseArchived, clock.now(), reason="unintelligible", explanation="")
    await story.deliver(sla, 1)
    clock.set(LATER)
    await fire_batch(sla, 100)
    steps = [fact.step for fact in await spoken(sla) if isinstance(fact, c.SlaReminded)]
    assert steps == [c.EscalationStep.OFFICER]


async def test_a_fired_timer_tells_when_it_was_due_and_when_it_was_noticed(sla, clock) -> None:
    await submit(sla, 1)
    clock.set(LATER)
    await fire_batch(sla, 1)
    fact = (await spoken(sla))[0]
    assert (fact.occurred_at, fact.fired_at) == (fact.due_at, LATER)


async def test_a_breach_names_its_leg_and_agency(sla, clock) -> None:
    await sent_out().deliver(sla)
    clock.set(LATER)
    await fire_batch(sla, 100)
    breaches = [fact for fact in await spoken(sla) if isinstance(fact, c.SlaBreached)]
    assert {(fact.clock, fact.leg_id, fact.agency) for fact in breaches} == {
        (c.ClockKind.FIRST_RESPONSE, LEG, AGENCY),
        (c.ClockKind.SETTLEMENT, LEG, AGENCY),
    }


async def test_the_way_to_the_ombudsman_expires(sla, clock) -> None:
    await sent_out().deliver(sla)
    clock.set(LATER)
    await fire_batch(sla, 100)
    assert [fact.clock for fact in await spoken(sla) if isinstance(fact, c.SlaExpired)] == [
        c.ClockKind.OMBUDSMAN
    ]


async def test_what_came_due_in_an_outage_fires_in_order_of_due_time(sla, clock) -> None:
    await submit(sla, 30)
    clock.set(LATER)
    while await fire_batch(sla, 7):
        pass
    due = [fact.due_at for fact in await spoken(sla)]
    assert (len(due), due) == (30 * MARKS, sorted(due))


async def test_concurrent_workers_fire_each_timer_once(sla, clock) -> None:
    await submit(sla, 60)
    clock.set(LATER)

    async def work() -> None:
        while await fire_batch(sla, 9):
            await asyncio.sleep(0)

    await asyncio.gather(work(), work(), work())
    fired = Counter(map(identity, await spoken(sla)))
    assert (len(fired), set(fired.values())) == (60 * MARKS, {1})


async def test_a_worker_that_dies_while_firing_leaves_its_timers_to_the_next(sla, clock) -> None:
    await submit(sla, 5)
    clock.set(LATER)
    with contextlib.suppress(sa.exc.DBAPIError):
        async with sla.transaction() as dying:
            assert len(await timer_store.claim_due(dying, LATER, 100)) == 5 * MARKS
            pid = (await dying.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
            async with sla.transaction() as killer:
                await killer.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await dying.execute(sa.text("SELECT 1"))
    assert (await fire_batch(sla, 100), len(await spoken(sla))) == (5 * MARKS, 5 * MARKS)


async def test_timers_that_another_worker_holds_are_not_waited_for(sla, clock) -> None:
    await submit(sla, 3)
    clock.set(LATER)
    async with sla.transaction() as busy:
        held = {fired.report_id for fired in await timer_store.claim_due(busy, LATER, 2)}
        async with asyncio.timeout(20):
            assert await fire_batch(sla, 100) == MARKS
    assert held.isdisjoint(fact.report_id for fact in await spoken(sla))


async def test_a_recomputed_clock_does_not_fire_again(sla, clock) -> None:
    story = Story().add(c.ReportSubmitted, MONDAY).add(c.ClarificationRequested, MONDAY + timedelta(days=1))
    await story.deliver(sla, 0)
    clock.set(MONDAY + timedelta(days=20))
    await fire_batch(sla, 100)
    await story.deliver(sla, 1)
    story.add(c.CaseVerified, MONDAY + timedelta(days=2))
    await story.deliver(sla, 2)
    clock.set(LATER)
    await fire_batch(sla, 100)
    verification = [fact for fact in await spoken(sla) if fact.clock is c.ClockKind.VERIFICATION]
    assert len(set(map(identity, verification))) == len(verification) == MARKS


async def test_a_late_answer_that_arrives_before_the_timer_was_seen_is_a_breach_all_the_same(
    sla, clock
) -> None:
    await sent_out().add(c.DispositionResponded, MONDAY + timedelta(days=10)).deliver(sla)
    clock.set(MONDAY + timedelta(days=11))
    await fire_batch(sla, 100)
    breached = [fact.clock for fact in await spoken(sla) if isinstance(fact, c.SlaBreached)]
    assert breached == [c.ClockKind.FIRST_RESPONSE]


async def test_every_open_case_is_watched(sla) -> None:
    await submit(sla, 3)
    found = await look_at_all(sla)
    assert (found.open_cases, found.live_timers, found.unwatched) == (3, 3, 0)


async def test_an_open_case_whose_timers_are_gone_is_found_however_small_the_batches(sla) -> None:
    await submit(sla, 5)
    story = Story().add(c.ReportSubmitted, MONDAY)
    await story.deliver(sla)
    async with sla.transaction() as tx:
        await tx.execute(sa.text("DELETE FROM timers WHERE report_id = :id"), {"id": story.report_id})
    found = await look_at_all(sla, batch=2)
    assert (found.open_cases, found.unwatched, found.examples) == (6, 1, [story.report_id])


async def test_an_overdue_case_needs_no_further_timer(sla, clock) -> None:
    await submit(sla, 1)
    clock.set(LATER)
    await fire_batch(sla, 100)
    assert (await look_at_all(sla)).unwatched == 0
