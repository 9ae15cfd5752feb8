"""The outbox relay: publishes committed facts with pipelined confirms, and forgets only what was confirmed.

One relay per service is the leader: it holds an advisory lock on the very connection it reads and deletes by,
so rows need no locks and a case's facts keep their order. Killed at any line, it publishes again what it had
not yet deleted: readers know a fact by its `message_id`.
"""

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Any

import asyncpg
from aio_pika.abc import AbstractConnection
from aiormq.channel import Channel
from aiormq.exceptions import DeliveryError, PublishError
from pamqp.commands import Basic

from shared.contracts.catalogue import FACTS
from shared.messaging.broker import close, connect, underlay
from shared.messaging.envelope import properties
from shared.telemetry import metrics
from shared.telemetry.logs import log

BATCH = 500
POLL_SECONDS = 1.0
"""The poll is the guarantee; LISTEN and the in-process wake-up only make it prompt."""

LINGER_SECONDS = 0.02
LONGEST_LINGER_SECONDS = 0.1
"""How long to wait after a wake-up, so that what is committed together leaves together: longer when busy."""

_LOCK = "SELECT pg_try_advisory_lock(hashtext('lapor.outbox.' || current_user))"
_TAKE = """
SELECT id, message_id, exchange, routing_key, type, correlation_id, body, traceparent, said_at
FROM outbox ORDER BY id LIMIT $1
"""
_FORGET = "DELETE FROM outbox WHERE id = ANY($1::bigint[])"
_DEPTH = "SELECT count(*) FROM outbox"


class Relay:
    """Runs until cancelled. `database_url` is a plain ``postgresql://`` address of the service's role."""

    def __init__(self, database_url: str, broker_url: str, *, batch: int = BATCH) -> None:
        self._database_url = database_url.replace("+asyncpg", "")
        self._broker_url = broker_url
        self._batch = batch
        self._wake = asyncio.Event()
        self.leading = False

    def wake(self) -> None:
        """Something was committed in this process."""
        self._wake.set()

    async def run(self) -> None:
        delay = 0.1
        while True:
            try:
                await self._lead()
                delay = 0.1
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("relay_interrupted", error_type=type(error).__name__, delay=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)
            finally:
                self.leading = False

    async def _lead(self) -> None:
        database = await asyncpg.connect(self._database_url, timeout=5, command_timeout=30)
        try:
            await database.add_listener("outbox", lambda *_: self._wake.set())
            while not await database.fetchval(_LOCK):
                await asyncio.sleep(POLL_SECONDS)
            connection = await connect(self._broker_url, 10)
            try:
                self.leading = True
                await self._drain(database, connection)
            finally:
                await close(connection)
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(database.close(), 2)

    async def _drain(self, database: asyncpg.Connection, connection: AbstractConnection) -> None:
        opened = await connection.channel(publisher_confirms=True, on_return_raises=True)
        channel = await underlay(opened)
        while True:
            self._wake.clear()
            taken, sent = await self._publish_batch(database, channel)
            if taken < self._batch:
                metrics.outbox_depth().set(taken - sent)
            elif depth := await database.fetchval(_DEPTH):
                metrics.outbox_depth().set(depth)
            if sent < taken:
                raise ConnectionError("the broker did not confirm every fact")
            if taken < self._batch:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                await asyncio.sleep(min(taken * LINGER_SECONDS, LONGEST_LINGER_SECONDS))

    async def _publish_batch(self, database: asyncpg.Connection, channel: Channel) -> tuple[int, int]:
        rows = await database.fetch(_TAKE, self._batch)
        if not rows:
            return 0, 0
        outcomes = await asyncio.gather(
            *(self._publish(channel, row) for row in rows), return_exceptions=True
        )
        done = [row["id"] for row, outcome in zip(rows, outcomes, strict=True) if outcome is True]
        await database.execute(_FORGET, done)
        now = datetime.now(UTC)
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome is True:
                metrics.SAID.labels(row["type"]).inc()
                metrics.RELAY_LAG.observe((now - row["said_at"]).total_seconds())
        return len(rows), len(done)

    async def _publish(self, channel: Channel, row: asyncpg.Record) -> bool:
        model = FACTS.get(row["type"])
        try:
            await channel.basic_publish(
                row["body"],
                exchange=row["exchange"],
                routing_key=row["routing_key"],
                properties=properties_of(row),
                # Where no reader is normal, the broker need not send the fact back to say so.
                mandatory=model is None or model.must_route,
                timeout=10,
                wait=False,
            )
        except PublishError:  # no queue is bound for it
            metrics.UNROUTED.labels(row["type"]).inc()
            return model is None
        except DeliveryError:  # a queue could not take it; it stays in the outbox
            return False
        return True


def properties_of(row: Any) -> Basic.Properties:
    """What travels beside an outbox row's body."""
    return properties(
        row["message_id"],
        row["type"],
        row["traceparent"],
        correlation_id=str(row["correlation_id"]),
        timestamp=row["said_at"],
    )
