"""The operators' way with dead letters: looking takes nothing, a replay starts anew and loses nothing."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import PublishError

from deploy.cli.dead import each_letter
from deploy.cli.letters import Letter, hold, replay
from deploy.cli.queues import look
from deploy.cli.target import Broker
from shared.messaging.topology import DEAD

QUEUE = "notify.contacts"


@pytest.fixture
async def channel(stack) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(stack.admin_amqp_url) as connection:
        opened = await connection.channel(publisher_confirms=True, on_return_raises=True)
        for name in (QUEUE, f"{QUEUE}.dead"):
            await (await opened.get_queue(name)).purge()
        yield opened
        if not opened.is_closed:
            for name in (QUEUE, f"{QUEUE}.dead"):
                await (await opened.get_queue(name)).purge()


@pytest.fixture
def broker(stack) -> Broker:
    return Broker(stack.management_url, stack.admin_amqp_url)


async def park(channel: AbstractChannel, *ids: str) -> None:
    for identity in ids:
        history = [{"attempt": 5, "at": "2026-11-21T10:00:00+00:00", "reason": "no such case"}]
        message = aio_pika.Message(
            b'{"secret": "content"}',
            message_id=identity,
            type="contact.registered.v1",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers={
                "x-lapor-attempts": 5,
                "x-lapor-reason": "no such case",
                "x-lapor-history": json.dumps(history),
                "x-lapor-routing-key": "contact.registered",
                "traceparent": "00-aa-bb-01",
            },
        )
        await (await channel.get_exchange(DEAD)).publish(message, QUEUE, mandatory=True)


async def count(channel: AbstractChannel, name: str) -> int:
    declared = await channel.declare_queue(name, passive=True)
    return declared.declaration_result.message_count or 0


async def holds(channel: AbstractChannel, name: str, expected: int) -> bool:
    """Whether a queue comes to hold so many: what a closed channel had goes back a moment later."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(40):
            while await count(channel, name) != expected:
                await asyncio.sleep(0.05)
    return await count(channel, name) == expected


async def nothing(_: AbstractChannel, __: Letter) -> None:
    """Looks and leaves."""


async def test_looking_at_dead_letters_takes_none_away(channel, broker):
    await park(channel, "a", "b")
    assert await each_letter(broker, QUEUE, None, nothing) == ["a", "b"]
    assert await holds(channel, f"{QUEUE}.dead", 2)


async def test_a_dead_letter_tells_why_and_since_when(channel, stack):
    await park(channel, "a")
    [letter] = [letter async for letter in hold(channel, f"{QUEUE}.dead")]
    assert (letter.queue, letter.reason, letter.attempts) == (QUEUE, "no such case", 5)
    assert letter.parked_at is not None and letter.parked_at.isoformat() == "2026-11-21T10:00:00+00:00"
    await letter.message.nack(requeue=True)


async def test_only_the_named_letters_are_replayed(channel, broker):
    await park(channel, "a", "b", "c")
    assert await each_letter(broker, QUEUE, {"b"}, replay) == ["b"]
    assert await holds(channel, f"{QUEUE}.dead", 2)
    assert await holds(channel, QUEUE, 1)


async def test_a_replayed_message_is_tried_from_the_first_attempt_with_its_first_key(channel, broker):
    await park(channel, "a")
    await each_letter(broker, QUEUE, None, replay)
    message = await (await channel.get_queue(QUEUE)).get()
    assert message is not None and (message.message_id, message.type) == ("a", "contact.registered.v1")
    assert "x-lapor-attempts" not in message.headers
    assert message.headers["x-lapor-routing-key"] == "contact.registered"
    assert message.headers["traceparent"] == "00-aa-bb-01"
    assert [e["reason"] for e in json.loads(message.headers["x-lapor-history"])] == [
        "no such case",
        "replayed by an operator",
    ]
    await message.ack()


async def test_a_message_the_broker_parked_by_itself_keeps_its_first_key(channel, stack):
    work = await channel.get_queue(QUEUE)
    private = await channel.get_exchange("lapor.private")
    sent = aio_pika.Message(b"x", message_id="r", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
    await private.publish(sent, "contact.registered", mandatory=True)
    refused = await work.get()
    assert refused is not None
    await refused.reject(requeue=False)
    letters: list[Letter] = []
    while not letters:
        letters = [letter async for letter in hold(channel, f"{QUEUE}.dead")]
    assert (letters[0].routing_key, letters[0].reason) == ("contact.registered", "its consumer rejected it")
    await letters[0].message.ack()


async def test_a_letter_that_cannot_be_put_back_stays_dead(channel, stack):
    await park(channel, "a")
    async with await aio_pika.connect(stack.admin_amqp_url) as connection:
        other = await connection.channel(publisher_confirms=True, on_return_raises=True)
        async for letter in hold(other, f"{QUEUE}.dead"):
            object.__setattr__(letter, "queue", "no.such.queue")
            with pytest.raises(PublishError):
                await replay(other, letter)
    assert await holds(channel, f"{QUEUE}.dead", 1)


async def test_the_queues_view_counts_exactly_and_tells_the_age_of_dead_letters(channel, broker):
    await park(channel, "a", "b")
    row = next(row for row in await look(broker) if row.queue == QUEUE)
    assert (row.waiting, row.dead) == (0, 2)
    assert row.oldest_dead_seconds is not None and row.oldest_dead_seconds >= 0
