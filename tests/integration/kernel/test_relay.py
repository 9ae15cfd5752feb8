"""The outbox on real servers: every committed fact leaves, none that was rolled back, and order is kept."""

import asyncio

import pytest
import sqlalchemy as sa

from shared.contracts import NotificationDelivered, ReportAppealed
from tests.integration.kernel.conftest import QUEUE, consuming, relaying, until


class Abandoned(Exception):
    pass


async def test_a_committed_fact_reaches_its_reader(stack, probe, database):
    intake = await database("intake")
    async with consuming(stack, probe), relaying(stack, "intake"):
        fact = probe.fact()
        async with intake.transaction() as tx:
            tx.say(fact)
        await until(lambda: _seen(probe, 1))
    assert probe.seen == [fact.report_id]


async def test_a_fact_of_a_rolled_back_transaction_never_leaves(stack, probe, database):
    intake = await database("intake")
    kept = probe.fact()
    with pytest.raises(Abandoned):
        await _say_and_abandon(intake, probe.fact())
    async with intake.transaction() as tx:
        tx.say(kept)
    async with consuming(stack, probe), relaying(stack, "intake"):
        await until(lambda: _seen(probe, 1))
        await asyncio.sleep(0.3)
    assert probe.seen == [kept.report_id]


async def test_the_outbox_is_emptied_only_by_confirmed_facts(stack, probe, database):
    intake = await database("intake")
    async with intake.transaction() as tx:
        for _ in range(1_200):
            tx.say(probe.fact())
    async with relaying(stack, "intake"):
        await until(lambda: _outbox(intake, 0))
        await until(lambda: _queued(probe, 1_200))
    assert await probe.depth(QUEUE) == 1_200


async def test_one_relay_leads_and_another_takes_over(stack, probe, database):
    intake = await database("intake")
    async with relaying(stack, "intake") as first:
        await until(lambda: _leads(first))
        async with relaying(stack, "intake") as second:
            await asyncio.sleep(0.5)
            assert (first.leading, second.leading) == (True, False)
    async with relaying(stack, "intake") as third:
        await until(lambda: _leads(third))
        async with intake.transaction() as tx:
            tx.say(probe.fact())
        await until(lambda: _queued(probe, 1))


async def test_a_fact_that_nobody_reads_leaves_the_outbox(stack, probe, database):
    notify = await database("notify")
    async with notify.transaction() as tx:
        fact = probe.fact()
        tx.say(
            NotificationDelivered(
                report_id=fact.report_id,
                occurred_at=fact.occurred_at,
                delivery_id=fact.report_id,
                recipient="reporter",
                channel="email",
                template="received",
            )
        )
    async with relaying(stack, "notify"):
        await until(lambda: _outbox(notify, 0))


def heard_by_two(probe) -> ReportAppealed:
    """A fact for which no queue has a binding of its own."""
    fact = probe.fact()
    return ReportAppealed(report_id=fact.report_id, occurred_at=fact.occurred_at, text="Mohon ditinjau lagi.")


async def test_a_fact_that_somebody_must_read_waits_for_a_queue(stack, probe, database):
    intake = await database("intake")
    queue = await probe.channel.get_queue(QUEUE, ensure=False)
    other = await probe.channel.get_queue("sla.facts", ensure=False)
    for each in (queue, other):
        await each.unbind("lapor.events", "report.#")
    try:
        async with relaying(stack, "intake"):
            async with intake.transaction() as tx:
                tx.say(heard_by_two(probe))
            await asyncio.sleep(1.0)
            assert await _outbox(intake, 1)
            for each in (queue, other):
                await each.bind("lapor.events", "report.#")
            await until(lambda: _outbox(intake, 0))
    finally:
        for each in (queue, other):
            await each.bind("lapor.events", "report.#")
    assert await probe.depth(QUEUE) == 1


async def test_the_trace_travels_with_the_fact(stack, probe, database):
    from shared.telemetry.traces import configure_traces, span

    configure_traces("test", None, 1.0)
    intake = await database("intake")
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with span("filing", parent):
        async with intake.transaction() as tx:
            tx.say(probe.fact())
    async with relaying(stack, "intake"):
        await until(lambda: _queued(probe, 1))
    queue = await probe.channel.get_queue(QUEUE, ensure=False)
    message = await queue.get()
    await message.ack()
    assert "0af7651916cd43dd8448eb211c80319c" in message.headers["traceparent"]


async def _say_and_abandon(database, fact) -> None:
    async with database.transaction() as tx:
        tx.say(fact)
        raise Abandoned


async def _seen(probe, count: int) -> bool:
    return len(probe.seen) >= count


async def _queued(probe, count: int) -> bool:
    return await probe.depth(QUEUE) == count


async def _leads(relay) -> bool:
    return relay.leading


async def _outbox(database, count: int) -> bool:
    async with database.transaction() as tx:
        return (await tx.execute(sa.text("SELECT count(*) FROM outbox"))).scalar_one() == count
