"""A broker that cannot be reached leaves nothing for the garbage collector to close."""

import asyncio
import gc
import warnings

import pytest
from aiormq.exceptions import AMQPConnectionError

from shared.messaging.broker import connect


async def test_what_could_not_be_connected_is_closed_before_a_thread_collects_it():
    with pytest.raises(AMQPConnectionError) as raised:
        await connect("amqp://nobody:nothing@127.0.0.1:1/")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        del raised
        await asyncio.to_thread(gc.collect)
    assert not [one for one in told if "never awaited" in str(one.message)]
