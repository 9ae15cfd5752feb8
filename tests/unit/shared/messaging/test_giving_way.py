"""A look at one's own queue: a channel that is lost meanwhile ends no consumer, being stopped does."""

import asyncio
from types import SimpleNamespace

import pytest

from shared.messaging.acks import Acks
from shared.messaging.consumer import Consumer, Subscription


def looking(declare) -> asyncio.Task:
    consumer = Consumer(Subscription("intake.inbound.sms", {}), database=None, parking=None)
    consumer._acks = Acks(SimpleNamespace(queue_declare=declare))
    return asyncio.create_task(consumer._depth())


@pytest.mark.parametrize("lost", [asyncio.CancelledError(), ConnectionError()])
async def test_a_channel_that_is_lost_meanwhile_is_looked_at_as_an_empty_queue(lost):
    async def declare(queue, *, passive):
        raise lost  # the client library cancels whoever waits for an answer of a channel that closes

    assert await looking(declare) == 0


async def test_being_stopped_meanwhile_stops():
    asked = asyncio.Event()

    async def declare(queue, *, passive):
        asked.set()
        await asyncio.Event().wait()

    task = looking(declare)
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
