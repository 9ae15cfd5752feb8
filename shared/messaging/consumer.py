"""From queue to handler: inbox, handler and outbox in one transaction, many messages to a transaction.

Messages that arrive while a transaction runs share the next one (group commit). If one of them fails, each
is tried alone. A failure climbs the retry ladder and is parked at its end; an outage of the database holds
the messages where they are. A message is acknowledged only after what it caused is committed.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
from shared.messaging.envelope import Envelope
from shared.messaging.failures import is_final, is_outage, reason_of, where
from shared.messaging.parking import Parking
from shared.telemetry import metrics
from shared.telemetry.logs import log
from shared.telemetry.traces import span

LINGER_SECONDS = 0.01
LONGEST_LINGER_SECONDS = 0.1
"""How long to wait after an arrival, so that what comes together is handled together: longer when busy."""


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


@dataclass
class _Waiting:
    envelope: Envelope
    subject: object
    handler: Handler | Together
    done: asyncio.Future[None]


class Consumer:
    """One per queue and process."""

    def __init__(self, subscription: Subscription, database: Database, parking: Parking) -> None:
        self.subscription = subscription
        self._database = database
        self._parking = parking
        self._waiting: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()

    async def receive(self, message: AbstractIncomingMessage) -> None:
        """Handle one delivery to its end: acknowledged once done, retried or parked."""
        queue = self.subscription.queue
        envelope = Envelope.of(message)
        outcome = "done"
        try:
            subject = self.subscription.decode(envelope)
            handler = self.subscription.handlers.get(type(subject))
            if handler is None:
                outcome = "skipped"
            else:
                await self._handled(envelope, subject, handler)
        except Exception as error:
            log.warning("handler_failed", queue=queue, reason=reason_of(error), where=where(error))
            outcome = await self._park(message, envelope, error)
        metrics.HANDLED.labels(queue, _known(envelope.type), outcome).inc()
        with contextlib.suppress(Exception):  # a lost channel redelivers, and the inbox knows the message
            await message.ack()

    async def _park(self, message: AbstractIncomingMessage, envelope: Envelope, error: Exception) -> str:
        """Pass a failed message on, however long the broker takes, unless it was taken back meanwhile."""
        while True:
            try:
                return await self._parking.fail(
                    envelope, self.subscription.queue, reason_of(error), final=is_final(error)
                )
            except Exception as refusal:
                log.warning("parking_refused", queue=self.subscription.queue, reason=reason_of(refusal))
                if message.channel.is_closed:
                    return "returned"
                await asyncio.sleep(1.0)

    async def _handled(self, envelope: Envelope, subject: object, handler: Handler | Together) -> None:
        waiting = _Waiting(envelope, subject, handler, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._arrived.set()
        await waiting.done

    async def run(self) -> None:
        """Commit what has arrived, batch by batch, until cancelled."""
        size = 1
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await asyncio.sleep(min(size * LINGER_SECONDS, LONGEST_LINGER_SECONDS))
            size = len(self._waiting)
            while self._waiting:
                batch = [
                    self._waiting.popleft()
                    for _ in range(min(len(self._waiting), self.subscription.prefetch))
                ]
                metrics.BATCH.labels(self.subscription.queue).observe(len(batch))
                await self._settle(batch)

    async def _settle(self, batch: list[_Waiting]) -> None:
        """Resolve every future of the batch, whatever happens."""
        try:
            await self._outlast_outages(batch)
        except asyncio.CancelledError:
            for waiting in batch:
                waiting.done.cancel()
            raise
        except Exception as error:
            if len(batch) == 1:
                _finish(batch[0], error)
                return
            for waiting in batch:
                await self._settle([waiting])
            return
        for waiting in batch:
            _finish(waiting, None)

    async def _outlast_outages(self, batch: list[_Waiting]) -> None:
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

    async def _commit(self, batch: list[_Waiting]) -> None:
        async with self._database.transaction() as tx:
            ids = sorted({waiting.envelope.message_id for waiting in batch})
            rows = await tx.execute(_INBOX, {"consumer": self.subscription.queue, "ids": ids})
            fresh = set(rows.scalars())
            first = {waiting.envelope.message_id: waiting for waiting in reversed(batch)}
            todo = [one for id_, one in reversed(first.items()) if id_ in fresh]
            for handler, group in groupby(todo, key=lambda waiting: waiting.handler):
                await _handle(tx, handler, list(group))


async def _handle(tx: Transaction, handler: Handler | Together, group: list[_Waiting]) -> None:
    if isinstance(handler, Together):
        await handler.handle(
            tx, [Event(w.envelope.message_id, w.subject, w.envelope.traceparent) for w in group]
        )
        return
    for waiting in group:
        tx.event_id = waiting.envelope.message_id
        with span(handler.__name__, waiting.envelope.traceparent):
            await handler(tx, waiting.subject)


def _finish(waiting: _Waiting, error: Exception | None) -> None:
    if waiting.done.done():
        return
    if error is None:
        waiting.done.set_result(None)
    else:
        waiting.done.set_exception(error)


def _known(schema_name: str | None) -> str:
    """Labels come from the catalogue, so that nobody can grow the metrics by inventing types."""
    return schema_name if schema_name in FACTS else "other"
