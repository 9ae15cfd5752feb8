"""Queue to handler on a real RabbitMQ and PostgreSQL: once, retried, parked, never blocked, never lost."""

import asyncio
import contextlib

import pytest
from uuid_utils.compat import uuid7

from shared.contracts.codec import encode
from shared.messaging import consumer, parking
from shared.messaging.broker import Worker
from shared.messaging.envelope import HISTORY, REASON
from shared.messaging.failures import Unprocessable
from tests.integration.kernel.conftest import QUEUE, consuming, until


async def test_a_message_delivered_many_times_acts_once(stack, probe):
    fact, message_id = probe.fact(), str(uuid7())
    for _ in range(10):
        await probe.publish(encode(fact), fact.schema_name(), message_id)
    async with consuming(stack, probe):
        await until(lambda: _drained(probe))
    assert await probe.rows() == 1


async def test_one_failing_message_does_not_undo_its_neighbours(stack, probe, monkeypatch):
    monkeypatch.setattr(parking, "LADDER", ("1s",))
    facts = [probe.fact() for _ in range(20)]
    probe.fails[facts[7].report_id] = 1_000
    for fact in facts:
        await probe.publish(encode(fact), fact.schema_name())
    async with consuming(stack, probe):
        await until(lambda: _rows(probe, 19))
        await until(lambda: _depth(probe, f"{QUEUE}.dead", 1))
    assert await probe.rows() == 19


async def test_a_failed_message_succeeds_on_a_later_rung(stack, probe):
    fact = probe.fact()
    probe.fails[fact.report_id] = 1
    async with consuming(stack, probe):
        await probe.publish(encode(fact), fact.schema_name())
        await until(lambda: _rows(probe, 1))
    assert await probe.depth(f"{QUEUE}.dead") == 0


async def test_the_end_of_the_ladder_is_a_dead_letter_with_reason_and_history(stack, probe, monkeypatch):
    monkeypatch.setattr(parking, "LADDER", ("1s", "1s"))
    fact = probe.fact()
    probe.fails[fact.report_id] = 1_000
    async with consuming(stack, probe):
        await probe.publish(encode(fact), fact.schema_name())
        await until(lambda: _depth(probe, f"{QUEUE}.dead", 1))
    message, envelope = await probe.dead()
    assert message.headers[REASON] == "ValueError"
    assert [entry["attempt"] for entry in envelope.history] == [1, 2, 3]
    assert envelope.body == encode(fact)


async def test_a_dead_letter_tells_no_personal_data(stack, probe, monkeypatch):
    monkeypatch.setattr(parking, "LADDER", ())
    fact = probe.fact()
    probe.fails[fact.report_id] = 1_000
    async with consuming(stack, probe):
        await probe.publish(encode(fact), fact.schema_name())
        await until(lambda: _depth(probe, f"{QUEUE}.dead", 1))
    message, _ = await probe.dead()
    assert "0812345678" not in str(message.headers[REASON]) + str(message.headers[HISTORY])


@pytest.mark.parametrize(
    ("body", "type_", "reason"),
    [
        (b"{not json", "report.rated.v1", "report.rated.v1"),
        (b"{}", "report.rated.v1", "report_id: Field required"),
        (b"{}", "report.invented.v1", "unknown fact type"),
        (b"{}", None, "unknown fact type"),
    ],
)
async def test_what_cannot_be_read_is_parked_at_once_and_blocks_nothing(stack, probe, body, type_, reason):
    good = probe.fact()
    await probe.publish(body, type_)
    await probe.publish(encode(good), good.schema_name())
    async with consuming(stack, probe):
        await until(lambda: _rows(probe, 1))
        await until(lambda: _depth(probe, f"{QUEUE}.dead", 1))
    message, _ = await probe.dead()
    assert reason in message.headers[REASON]


async def test_a_handler_can_declare_a_message_unprocessable(stack, probe):
    probe.error = Unprocessable
    fact = probe.fact()
    probe.fails[fact.report_id] = 1
    async with consuming(stack, probe):
        await probe.publish(encode(fact), fact.schema_name())
        await until(lambda: _depth(probe, f"{QUEUE}.dead", 1))
    assert await probe.rows() == 0


async def test_draining_leaves_nothing_half_done(stack, probe):
    facts = [probe.fact() for _ in range(300)]
    for fact in facts:
        await probe.publish(encode(fact), fact.schema_name())
    async with consuming(stack, probe, prefetch=8):
        await until(lambda: _some(probe))
    done = await probe.rows()
    await asyncio.sleep(0.3)
    assert done + await probe.depth(QUEUE) == 300
    async with consuming(stack, probe):
        await until(lambda: _rows(probe, 300))


async def test_messages_without_an_id_are_told_apart_by_their_content(stack, probe):
    first, second = probe.fact(), probe.fact()
    for fact in (first, first, second):
        await probe.publish(encode(fact), fact.schema_name(), message_id=f"outsider-{fact.report_id}")
    async with consuming(stack, probe):
        await until(lambda: _rows(probe, 2))
        await until(lambda: _drained(probe))
    assert await probe.rows() == 2


async def test_a_closed_database_connection_holds_messages_and_loses_none(stack, probe):
    import asyncpg

    facts = [probe.fact() for _ in range(100)]
    admin = await asyncpg.connect(stack.admin_database_url.replace("+asyncpg", ""))
    async with consuming(stack, probe, prefetch=4):
        for fact in facts:
            await probe.publish(encode(fact), fact.schema_name())
        for _ in range(5):
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'verification'"
            )
            await asyncio.sleep(0.05)
        await until(lambda: _rows(probe, 100))
    await admin.close()
    assert await probe.depth(f"{QUEUE}.dead") == 0
    assert len(set(probe.seen)) == 100


async def _rows(probe, count: int) -> bool:
    return await _quietly(probe.rows) == count


async def _some(probe) -> bool:
    return (await probe.rows()) > 20


async def _begun(probe) -> bool:
    return bool(probe.seen)


async def _depth(probe, queue: str, count: int) -> bool:
    return await probe.depth(queue) == count


async def _drained(probe) -> bool:
    return await probe.depth(QUEUE) == 0 and await probe.rows() > 0


async def _quietly(read):
    try:
        return await read()
    except Exception:
        return None


async def test_what_gives_way_waits_while_its_queue_grows_and_the_processor_is_short(stack, probe, flood):
    async with consuming(stack, probe, gives_way=True, prefetch=1) as worker:
        async with flood():
            await until(lambda: _in_hand(worker))
            await asyncio.sleep(3 * consumer.WAY_SECONDS)
            assert probe.seen == []
        await until(lambda: _begun(probe))


async def test_a_growing_queue_is_worked_off_at_once_where_there_is_time(stack, probe, flood, monkeypatch):
    monkeypatch.setattr(consumer, "LATE_SECONDS", 60.0)
    async with consuming(stack, probe, gives_way=True, prefetch=1), flood():
        await until(lambda: _begun(probe))


async def test_however_short_it_is_it_goes_on_slowly(stack, probe, flood, monkeypatch):
    monkeypatch.setattr(consumer, "LONGEST_WAY_SECONDS", 0.2)
    async with consuming(stack, probe, gives_way=True, prefetch=1), flood():
        await until(lambda: _begun(probe))


async def test_a_queue_that_does_not_grow_is_worked_off_however_short_it_is(stack, probe, flood):
    async with consuming(stack, probe, gives_way=True):
        await probe.publish(encode(fact := probe.fact()), fact.schema_name())
        await until(lambda: _begun(probe))


async def test_facts_wait_for_nobody(stack, probe, flood):
    async with consuming(stack, probe, prefetch=1), flood():
        await until(lambda: _begun(probe))


@pytest.fixture
def flood(probe, monkeypatch):
    """More comes in, on a machine that is always short: whoever gives way would wait for hours."""
    monkeypatch.setattr(consumer, "LATE_SECONDS", 0.0)
    monkeypatch.setattr(consumer, "LONGEST_WAY_SECONDS", 3600.0)
    monkeypatch.setattr(consumer, "WAY_SECONDS", 0.3)

    async def pour() -> None:
        while True:
            facts = [probe.fact() for _ in range(5)]
            await asyncio.gather(*(probe.publish(encode(fact), fact.schema_name()) for fact in facts))
            await asyncio.sleep(0.01)

    @contextlib.asynccontextmanager
    async def flooded():
        task = asyncio.create_task(pour())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return flooded


async def _in_hand(worker: Worker) -> bool:
    return not worker._consumers[0].idle
