"""From queue to handler: inbox, handler and outbox in one transaction, many messages to a transaction.

Messages that arrive while a transaction runs share the next one (group commit). If one of them fails, each
is tried alone. A failure climbs the retry ladder and is parked at its end; an outage of the database holds
the messages where they are. A message is acknowledged, with its group, after what it caused is committed.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from aio_pika.abc import AbstractIncomingMessage
from sqlalchemy.dialects import postgresql as pg

from shared.contracts import codec
from shared.contracts.catalogue import FACTS
from shared.db.database import Database, Transaction
from shared.messaging.acks import Acks
from shared.messaging.envelope import Envelope
from shared.messaging.failures import is_final, is_outage, reason_of, where
from shared.messaging.parking import Parking
from shared.telemetry import metrics
from shared.telemetry.logs import log
from shared.telemetry.traces import span

LINGER_SECONDS = 0.02
LONGEST_LINGER_SECONDS = 0.1
"""How long to wait after an arrival, so that what comes together is handled together: longer when busy."""

WAY_SECONDS = 0.05
LATE_SECONDS = 0.005
TIMELY = 10
LONGEST_WAY_SECONDS = 5.0
"""Between two groups of a subscription that gives way. Whoever is woken so late knows that the processor is
wanted by others, until it is woken in time so many times. It is slowed down by them, never stopped.
"""


@dataclass(frozen=True)
class Event:
    """One message of a group: the fact, its id, and the trace that caused it."""

    id: UUID
    fact: Any
    traceparent: str | None = None

    def span(self, name: str) -> AbstractContextManager[None]:
        """What is said inside belongs to this event's trace."""
        return span(name, self.traceparent)


@dataclass(frozen=True)
class Together:
    """A handler that takes all the messages of a group at once, and so spends its statements once for all."""

    handle: Callable[[Transaction, Sequence[Event]], Awaitable[None]]


Handler = Callable[[Transaction, Any], Awaitable[None]]
Decoder = Callable[[Envelope], object]

_INBOX = sa.text(
    "INSERT INTO inbox (consumer, message_id) "
    "SELECT :consumer, unnest(CAST(:ids AS uuid[])) ON CONFLICT DO NOTHING RETURNING message_id"
).bindparams(sa.bindparam("ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))))


def decode_fact(envelope: Envelope) -> object:
    """The usual decoder: the body is the fact that the AMQP property `type` names."""
    return codec.decode(envelope.type, envelope.body)


@dataclass(frozen=True)
class Subscription:
    """A queue and who handles what comes out of it. What has no handler is acknowledged and skipped."""

    queue: str
    handlers: Mapping[type, Handler | Together]
    decode: Decoder = decode_fact
    prefetch: int = 64
    gives_way: bool = False
    """Waits a little while its queue grows and the processor is short: accepted first, handled later."""


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A message in hand, and the channel that wants to hear when it is done."""

    message: AbstractIncomingMessage
    tag: int
    acks: Acks


@dataclass(frozen=True, slots=True)
class _Task:
    """A message that was read and has a handler."""

    delivery: _Delivery
    envelope: Envelope
    subject: object
    handler: Handler | Together


class Consumer:
    """One per queue and process."""

    def __init__(self, subscription: Subscription, database: Database, parking: Parking) -> None:
        self.subscription = subscription
        self._database = database
        self._parking = parking
        self._waiting: deque[_Delivery] = deque()
        self._arrived = asyncio.Event()
        self._working = False
        self._acks: Acks | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self._timely = TIMELY

    @property
    def idle(self) -> bool:
        """Nothing is in hand: everything delivered is done and acknowledged."""
        return not (self._waiting or self._working or self._errands)

    def receive(self, message: AbstractIncomingMessage) -> None:
        """Take a delivery in hand. It is acknowledged later, with its group."""
        channel, tag = message.channel, message.delivery_tag
        assert tag is not None  # a delivery has one
        if self._acks is None or self._acks.channel is not channel:  # the first, or after a reconnection
            self._acks = Acks(channel)
        self._acks.took(tag)
        self._waiting.append(_Delivery(message, tag, self._acks))
        self._arrived.set()

    async def run(self) -> None:
        """Commit what has arrived, batch by batch, until cancelled."""
        size = 1
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await asyncio.sleep(min(size * LINGER_SECONDS, LONGEST_LINGER_SECONDS))
            size = len(self._waiting)
            while self._waiting:
                self._working = True
                await self._give_way()
                count = min(len(self._waiting), self.subscription.prefetch)
                await self._work([self._waiting.popleft() for _ in range(count)])
            self._working = False

    async def _give_way(self) -> None:
        if not self.subscription.gives_way:
            return
        now = asyncio.get_running_loop().time
        end = now() + LONGEST_WAY_SECONDS
        growing, depth = True, await self._depth()
        while growing and now() < end:
            asked = now() + WAY_SECONDS
            await asyncio.sleep(WAY_SECONDS)
            self._timely = 0 if now() - asked > LATE_SECONDS else self._timely + 1
            if self._timely >= TIMELY:
                return
            before, depth = depth, await self._depth()
            growing = depth > before

    async def _depth(self) -> int:
        """How many messages the broker holds that nobody has in hand; 0 while it cannot be asked."""
        if self._acks is None:
            return 0
        try:
            queue = await self._acks.channel.queue_declare(self.subscription.queue, passive=True)
        except (Exception, asyncio.CancelledError):  # a channel that is lost brings everything again
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # it is this consumer that ends, and not the channel
            return 0
        return queue.message_count or 0

    async def _work(self, batch: list[_Delivery]) -> None:
        """Bring a batch to its end; what fails is passed on beside the next batch."""
        todo: list[_Task] = []
        done: list[_Delivery] = []
        for delivery in batch:
            envelope = Envelope.of(delivery.message)
            try:
                subject = self.subscription.decode(envelope)
            except Exception as error:
                self._errand(self._fail(delivery, envelope, error))
                continue
            if handler := self.subscription.handlers.get(type(subject)):
                todo.append(_Task(delivery, envelope, subject, handler))
            else:
                self._count(envelope, "skipped")
                done.append(delivery)
        failed = await self._settle(todo) if todo else {}
        for task in todo:
            if failure := failed.get(id(task)):
                self._errand(self._fail(task.delivery, task.envelope, failure))
            else:
                self._count(task.envelope, "done")
                done.append(task.delivery)
        for acks, group in groupby(done, key=lambda delivery: delivery.acks):
            self._errand(acks.settle([delivery.tag for delivery in group]))

    async def _settle(self, batch: list[_Task]) -> dict[int, Exception]:
        """Commit a batch, or each of its messages alone; returns what failed, by the task's identity."""
        metrics.BATCH.labels(self.subscription.queue).observe(len(batch))
        try:
            await self._outlast_outages(batch)
        except Exception as error:
            if len(batch) == 1:
                return {id(batch[0]): error}
            return {key: value for task in batch for key, value in (await self._settle([task])).items()}
        return {}

    async def _outlast_outages(self, batch: list[_Task]) -> None:
        delay = 0.05
        while True:
            try:
                return await self._commit(batch)
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning(
                    "consumer_waits", queue=self.subscription.queue, reason=reason_of(error), delay=delay
                )
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)

    async def _commit(self, batch: list[_Task]) -> None:
        async with self._database.transaction() as tx:
            ids = sorted({task.envelope.message_id for task in batch})
            rows = await tx.execute(_INBOX, {"consumer": self.subscription.queue, "ids": ids})
            fresh = set(rows.scalars())
            first = {task.envelope.message_id: task for task in reversed(batch)}
            todo = [task for id_, task in reversed(first.items()) if id_ in fresh]
            for handler, group in groupby(todo, key=lambda task: task.handler):
                await _handle(tx, handler, list(group))

    async def _fail(self, delivery: _Delivery, envelope: Envelope, error: Exception) -> None:
        """Pass a failed message on, however long the broker takes, unless it was taken back meanwhile."""
        queue = self.subscription.queue
        log.warning("handler_failed", queue=queue, reason=reason_of(error), where=where(error))
        outcome = "returned"
        while not delivery.acks.lost:
            try:
                outcome = await self._parking.fail(envelope, queue, reason_of(error), final=is_final(error))
                break
            except Exception as refusal:
                log.warning("parking_refused", queue=queue, reason=reason_of(refusal))
                await asyncio.sleep(1.0)
        self._count(envelope, outcome)
        await delivery.acks.settle([delivery.tag])

    def _errand(self, work: Coroutine[Any, Any, None]) -> None:
        """Something that the next batch need not wait for."""
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def _count(self, envelope: Envelope, outcome: str) -> None:
        metrics.HANDLED.labels(self.subscription.queue, _known(envelope.type), outcome).inc()


async def _handle(tx: Transaction, handler: Handler | Together, group: list[_Task]) -> None:
    if isinstance(handler, Together):
        await handler.handle(
            tx, [Event(t.envelope.message_id, t.subject, t.envelope.traceparent) for t in group]
        )
        return
    for task in group:
        tx.event_id = task.envelope.message_id
        with span(handler.__name__, task.envelope.traceparent):
            await handler(tx, task.subject)


def _known(schema_name: str | None) -> str:
    """Labels come from the catalogue, so that nobody can grow the metrics by inventing types."""
    return schema_name if schema_name in FACTS else "other"
