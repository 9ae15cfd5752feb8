"""The worker role: FastStream subscribers over the queues of the topology, and a shutdown that drains.

Each subscriber has its own channel and prefetch, and only hands deliveries on: a group is acknowledged once
what it caused is committed. Draining stops the subscribers first, so that nothing new comes in, then waits
for what is in hand; what is left unacknowledged the broker gives to the next process.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.channel import Channel as UnderlayChannel
from faststream import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitMessage, RabbitQueue
from pamqp.commands import Basic
from yarl import URL

from shared.db.database import Database
from shared.messaging.consumer import Consumer, Subscription
from shared.messaging.parking import Parking
from shared.messaging.wire import tolerate_unreadable_properties
from shared.telemetry.logs import log

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 5.0
"""Between attempts to reach a broker that is away at the start; later FastStream reconnects by itself."""

Receiver = Callable[[RabbitMessage], Awaitable[None]]

_log = logging.getLogger("lapor.broker")
_log.setLevel(logging.ERROR)


async def _undecoded(message: RabbitMessage) -> RabbitMessage:
    """Leave the body alone: the codec reads it, and says why when it cannot."""
    return message


class Worker:
    """Consumes the given subscriptions until stopped."""

    def __init__(self, broker_url: str, subscriptions: Sequence[Subscription], database: Database) -> None:
        tolerate_unreadable_properties()
        self._url = broker_url
        self._parking = Parking()
        self._consumers = [Consumer(s, database, self._parking) for s in subscriptions]
        self._broker: RabbitBroker | None = None
        self._loops: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Connect and consume, waiting as long as the broker is away."""
        self._loops = [asyncio.create_task(c.run()) for c in self._consumers]
        delay = FIRST_DELAY_SECONDS
        while True:
            broker = self._assemble()
            try:
                connection = await broker.connect()
                self._parking.attach(await connection.channel(publisher_confirms=True, on_return_raises=True))
                await broker.start()
                self._broker = broker
                return
            except Exception as error:
                log.warning("broker_away", error_type=type(error).__name__, delay=delay)
                with contextlib.suppress(Exception):
                    await broker.stop()
                await asyncio.sleep(delay)
                delay = min(delay * 2, LONGEST_DELAY_SECONDS)

    def _assemble(self) -> RabbitBroker:
        broker = RabbitBroker(
            self._url,
            apply_types=False,
            decoder=_undecoded,
            graceful_timeout=15.0,
            reconnect_interval=0.5,
            logger=_log,
        )
        for consumer in self._consumers:
            subscription = consumer.subscription
            broker.subscriber(
                RabbitQueue(subscription.queue, queue_type=QueueType.QUORUM, durable=True, declare=False),
                ack_policy=AckPolicy.MANUAL,
                channel=Channel(prefetch_count=subscription.prefetch),
                no_reply=True,
            )(_receiver(consumer))
        return broker

    async def ready(self) -> None:
        """Raise if the consumers are not connected."""
        if self._broker is None or not await self._broker.ping(timeout=2.0):
            raise ConnectionError("consumers are not connected to the broker")

    async def stop(self, seconds: float = 15.0) -> None:
        """Drain: no new messages, finish those in hand within `seconds`, then close."""
        if self._broker is not None:
            for subscriber in self._broker.subscribers:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(subscriber.stop(), 2)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._idle(), seconds)
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._broker is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._broker.stop(), 3)

    async def _idle(self) -> None:
        while not all(consumer.idle for consumer in self._consumers):
            await asyncio.sleep(0.02)


def _receiver(consumer: Consumer) -> Receiver:
    async def receive(message: RabbitMessage) -> None:
        consumer.receive(message.raw_message)

    return receive


async def connect(url: str, seconds: float | None = None) -> AbstractConnection:
    """As `aio_pika.connect`, but what could not be connected is closed.

    Left to the garbage collector it would try to close itself there, where perhaps no loop is running.
    """
    connection = aio_pika.Connection(URL(url))
    try:
        await connection.connect(seconds)
    except BaseException:
        await connection.close()
        raise
    return connection


async def close(connection: AbstractConnection) -> None:
    """Close a connection, whatever has become of it."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(connection.close(), 2)


async def underlay(channel: AbstractChannel) -> UnderlayChannel:
    """aiormq's own channel: its `basic_publish` need not wait for each write, so that many messages leave in
    one system call. Keep `channel` for as long as it is used.
    """
    return cast("UnderlayChannel", await channel.get_underlay_channel())


class DirectPublisher:
    """Publishes straight to an exchange with a confirm, for what must be durable before an HTTP answer.

    Facts never go this way: they leave by the outbox.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: AbstractChannel | None = None
        self._lock = asyncio.Lock()

    async def publish(
        self, exchange: str, routing_key: str, body: bytes, properties: Basic.Properties
    ) -> None:
        """Raises `ConnectionError` if the broker cannot be reached, `DeliveryError` if it refuses."""
        channel = await self._channel()
        await channel.basic_publish(
            body,
            exchange=exchange,
            routing_key=routing_key,
            properties=properties,
            mandatory=True,
            timeout=10,
            wait=False,  # many leave in one write; each waits for its own confirm
        )

    async def _channel(self) -> UnderlayChannel:
        async with self._lock:
            if self._opened is None or self._opened.is_closed:
                connection = await connect(self._url, 5)
                self._opened = await connection.channel(publisher_confirms=True, on_return_raises=True)
            return await underlay(self._opened)
