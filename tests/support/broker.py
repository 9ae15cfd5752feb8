"""The broker as any of its users reaches it: a channel with confirms, and saying something on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused, ChannelClosed

REFUSED = (ChannelAccessRefused, ChannelClosed)


@asynccontextmanager
async def channel_of(url: str, *, heard: bool = True) -> AsyncIterator[AbstractChannel]:
    """`heard`: what nobody hears is an error."""
    connection = await aio_pika.connect(url)
    try:
        yield await connection.channel(publisher_confirms=True, on_return_raises=heard)
    finally:
        await connection.close()


async def publish(
    channel: AbstractChannel, exchange: str, key: str, body: bytes = b"{}", **properties: Any
) -> None:
    target = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
    await target.publish(aio_pika.Message(body, **properties), key, timeout=5)
