"""Sees what an agency says and is told; puts messages into its queue as if they had come the usual way."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from deploy.provision.management import VHOST, Management
from shared.contracts.base import DISPOSITIONS, RESPONSES

Found = TypeVar("Found")
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Heard:
    """One message on the agency's topics; `exchange` tells who said it."""

    exchange: str
    key: str
    type: str | None
    message_id: str | None
    persistent: bool
    body: bytes

    @property
    def kind(self) -> str:
        """The last word of the key: what the agency says."""
        return self.key.rpartition(".")[2]


class Watch:
    """Use as an async context manager, as the broker's administrator."""

    def __init__(self, amqp_url: str, management_url: str, code: str) -> None:
        self._amqp_url, self._management_url = amqp_url, management_url
        self.code, self.queue = code, f"agency.{code}"
        self.heard: list[Heard] = []
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None

    async def __aenter__(self) -> Self:
        self._connection = await aio_pika.connect(self._amqp_url)
        self._channel = await self._connection.channel()
        own = await self._channel.declare_queue(exclusive=True)
        await own.bind(RESPONSES, f"response.{self.code}.#")
        await own.bind(DISPOSITIONS, f"disposition.{self.code}.#")
        await own.consume(self._hear, no_ack=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def inject(self, message_type: str, body: bytes, message_id: str) -> None:
        """Only this agency's queue gets it; nobody else is told."""
        assert self._channel is not None
        message = aio_pika.Message(
            body,
            type=message_type,
            message_id=message_id,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await self._channel.default_exchange.publish(message, self.queue)

    async def until(self, look: Callable[[], Found | None], seconds: float) -> Found | None:
        """What `look` finds, within the time; else None."""
        deadline = asyncio.get_running_loop().time() + seconds
        while (found := look()) is None and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(POLL_SECONDS)
        return found

    async def granted(self) -> bool:
        """Whether the agency has a queue at all."""
        async with Management(self._management_url) as management:
            return self.queue in {queue["name"] for queue in await management.get("queues", VHOST)}

    async def consumers(self, seconds: float) -> list[dict[str, Any]]:
        """Who reads the queue and how. The management API learns of a new consumer a little later."""
        deadline = asyncio.get_running_loop().time() + seconds
        async with Management(self._management_url) as management:
            while True:
                everyone = await management.get("consumers", VHOST)
                ours = [one for one in everyone if one["queue"]["name"] == self.queue]
                if ours or asyncio.get_running_loop().time() > deadline:
                    return ours
                await asyncio.sleep(0.5)

    async def connected(self) -> bool:
        """Whether anybody reads the queue at this moment."""
        assert self._channel is not None
        declared = await self._channel.declare_queue(self.queue, passive=True)
        return bool(declared.declaration_result.consumer_count)

    async def taken(self, seconds: float) -> bool:
        """Whether nothing waits in the queue any more, within the time."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(POLL_SECONDS)
            if await self._ready() == 0:
                return True
        return False

    async def drained(self, seconds: float) -> bool:
        """Whether everything in the queue is taken and acknowledged within the time."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            if await self._ready() == 0 and await self._unacknowledged() == 0:
                return True
            await asyncio.sleep(0.25)
        return False

    async def dead(self) -> int:
        assert self._channel is not None
        declared = await self._channel.declare_queue(f"{self.queue}.dead", passive=True)
        return declared.declaration_result.message_count or 0

    async def _ready(self) -> int:
        assert self._channel is not None
        declared = await self._channel.declare_queue(self.queue, passive=True)
        return declared.declaration_result.message_count or 0

    async def _unacknowledged(self) -> int:
        """As the management API last counted it, which may be seconds ago."""
        async with Management(self._management_url) as management:
            return int((await management.get("queues", VHOST, self.queue)).get("messages_unacknowledged", 0))

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        self.heard.append(
            Heard(
                message.exchange or "",
                message.routing_key or "",
                message.type,
                message.message_id,
                message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT,
                message.body,
            )
        )
