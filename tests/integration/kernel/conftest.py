"""A little service of its own to try the kernel with: one queue, one table, one handler."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from shared.contracts import ReportRated
from shared.db.database import Database, Transaction
from shared.messaging.broker import Worker
from shared.messaging.consumer import Subscription
from shared.messaging.envelope import Envelope
from shared.messaging.relay import Relay

QUEUE = "verification.facts"


@dataclass
class Probe:
    """Counts what its handler did; `fails` is how often each fact fails first, `poison` fails for ever."""

    database: Database
    channel: Any
    seen: list[Any] = field(default_factory=list)
    fails: dict[Any, int] = field(default_factory=dict)
    error: type[Exception] = ValueError

    async def note(self, tx: Transaction, fact: ReportRated) -> None:
        await tx.execute(
            sa.text("INSERT INTO notes (report_id, score) VALUES (:r, :s)"),
            {"r": fact.report_id, "s": fact.score},
        )
        left = self.fails.get(fact.report_id, 0)
        if left:
            self.fails[fact.report_id] = left - 1
            raise self.error("boom with personal data 0812345678")
        self.seen.append(fact.report_id)

    async def rows(self) -> int:
        async with self.database.transaction() as tx:
            return (await tx.execute(sa.text("SELECT count(*) FROM notes"))).scalar_one()

    async def depth(self, queue: str) -> int:
        declared = await self.channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count

    async def publish(self, body: bytes, type_: str | None, message_id: str | None = None) -> None:
        exchange = await self.channel.get_exchange("lapor.events", ensure=False)
        message = aio_pika.Message(body, type=type_, message_id=message_id or str(uuid7()))
        await exchange.publish(message, "report.rated")

    async def dead(self) -> tuple[aio_pika.abc.AbstractIncomingMessage, Envelope] | None:
        queue = await self.channel.get_queue(f"{QUEUE}.dead", ensure=False)
        message = await queue.get(fail=False)
        if message is None:
            return None
        await message.ack()
        return message, Envelope.of(message)

    def fact(self) -> ReportRated:
        return ReportRated(report_id=uuid4(), occurred_at=self.database.clock.now(), score=5)


@pytest.fixture
async def probe(stack, database):
    db = await database("verification")
    async with db.transaction() as tx:
        await tx.execute(sa.text("CREATE TABLE IF NOT EXISTS notes (report_id uuid, score int)"))
        await tx.execute(sa.text("TRUNCATE notes"))
    connection = await aio_pika.connect(stack.admin_amqp_url)
    channel = await connection.channel()
    from shared.messaging.topology import QUEUES

    for queue in QUEUES:
        await (await channel.get_queue(queue.name, ensure=False)).purge()
    yield Probe(db, channel)
    await connection.close()
    async with db.transaction() as tx:
        await tx.execute(sa.text("DROP TABLE notes"))


@contextlib.asynccontextmanager
async def consuming(stack, probe: Probe, **options: Any):
    worker = Worker(
        stack.amqp_url("verification"),
        [Subscription(QUEUE, {ReportRated: probe.note}, **options)],
        probe.database,
    )
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop(5)


@contextlib.asynccontextmanager
async def relaying(stack, service: str = "verification"):
    relay = Relay(stack.database_url(service), stack.amqp_url(service))
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition, seconds: float = 40.0) -> None:
    """Wait for an async condition; fail the test if it does not come true."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)
