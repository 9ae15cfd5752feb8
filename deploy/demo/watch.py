"""An operator's window on the topics: hears every fact and changes nothing."""

from collections.abc import Callable
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from shared.contracts.base import DISPOSITIONS, EVENTS, Fact
from shared.contracts.codec import Undecodable, decode


class Watch:
    """A queue of its own that goes with the connection."""

    def __init__(self, amqp_url: str, hear: Callable[[Fact], None]) -> None:
        self._url, self._hear = amqp_url, hear
        self._connection: Any = None

    async def start(self) -> None:
        self._connection = await aio_pika.connect_robust(self._url)
        channel = await self._connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(EVENTS, "#")
        await queue.bind(DISPOSITIONS, "#")
        await queue.consume(self._receive, no_ack=True)

    async def stop(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _receive(self, message: AbstractIncomingMessage) -> None:
        try:
            self._hear(decode(message.type, message.body))
        except Undecodable:
            return
