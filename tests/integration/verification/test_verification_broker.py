"""The running service between a real broker and a real database, as its own users: heard, decided, said."""

import asyncio
from contextlib import asynccontextmanager

import aio_pika
import pytest
from uuid_utils.compat import uuid7

from services.verification.handlers import SUBSCRIPTIONS
from services.verification.settings import Settings
from shared.contracts import Channel, Fact, ReportSubmitted
from shared.contracts.base import EVENTS
from shared.contracts.codec import decode, encode
from shared.messaging.topology import WORK
from shared.service import Service


@pytest.fixture
async def channel(stack):
    """An administrator's channel, over queues that hold nothing from before."""
    connection = await aio_pika.connect(stack.admin_amqp_url)
    async with connection:
        channel = await connection.channel()
        for queue in WORK:
            await (await channel.get_queue(queue.name, ensure=False)).purge()
        yield channel


@asynccontextmanager
async def running(stack, keys, desk):
    service = Service(
        name="verification",
        settings=Settings(
            database_url=stack.database_url("verification"),
            broker_url=stack.amqp_url("verification"),
            token_public_key=keys["LAPOR_TOKEN_PUBLIC_KEY"],
            roles="worker,relay",
        ),
        subscriptions=SUBSCRIPTIONS,
    )
    await service.database.close()
    service.database = desk.database
    app = service.http()
    async with app.router.lifespan_context(app):
        yield service


async def publish(channel, fact: Fact, message_id: str) -> None:
    exchange = await channel.get_exchange(fact.exchange, ensure=False)
    message = aio_pika.Message(encode(fact), type=fact.schema_name(), message_id=message_id)
    await exchange.publish(message, fact.routing_key)


async def test_a_report_delivered_three_times_is_heard_of_once_as_received(stack, keys, desk, channel, clock):
    heard = await channel.declare_queue(exclusive=True)
    await heard.bind(EVENTS, "case.#")
    fact = ReportSubmitted(
        report_id=uuid7(),
        occurred_at=clock.now(),
        tracking_id="K7MQ3XW9FA",
        channel=Channel.SMS,
        title="Lampu jalan padam",
        text="Padam.",
    )
    again = str(uuid7())
    async with running(stack, keys, desk):
        for _ in range(3):
            await publish(channel, fact, again)
        message = await asyncio.wait_for(_next(heard), 20)
        said = decode(message.type, message.body)
        assert (said.type, said.report_id, said.status) == ("case.status-changed", fact.report_id, "received")
        assert (message.routing_key, message.correlation_id) == ("case.status-changed", str(fact.report_id))
        await asyncio.sleep(0.3)
        assert await heard.get(fail=False) is None
    [count] = await desk.rows("SELECT count(*) AS n FROM entries")
    assert count.n == 1


async def _next(queue):
    while (message := await queue.get(fail=False, no_ack=True)) is None:
        await asyncio.sleep(0.05)
    return message
