"""Facts per second from commit to handled, against a bare program that makes the same rows durable.

Both sides are one producing and one consuming process. The kernel: business row and outbox row in one
transaction, relay, quorum queue, inbox row and business row in one transaction. The bare program: asyncpg
and aio-pika by hand, a row and a confirmed publish per fact, then an inbox row, a row and an acknowledgement.
"""

import asyncio
import multiprocessing
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import aio_pika
import asyncpg
import sqlalchemy as sa
import typer
import uvloop
from uuid_utils.compat import uuid7

from bench.results import Result, show
from deploy.local.stack import Stack
from shared.clock import SystemClock
from shared.contracts import ReportRated
from shared.contracts.codec import encode
from shared.db.database import Database, Transaction
from shared.messaging.broker import Worker
from shared.messaging.consumer import Subscription
from shared.messaging.relay import Relay

QUEUE = "verification.facts"
BAR = 0.4
WRITERS = 32
PREFETCH = 64
TABLES = """
DROP TABLE IF EXISTS said, heard;
CREATE TABLE said (id uuid PRIMARY KEY, score int);
CREATE TABLE heard (id uuid PRIMARY KEY, score int);
TRUNCATE inbox, outbox;
"""


async def kernel_producer(urls: dict[str, str], count: int) -> None:
    database = Database(urls["database"], SystemClock())
    relay = Relay(urls["database"], urls["intake"])
    database.relay = relay
    task = asyncio.create_task(relay.run())
    insert = sa.text("INSERT INTO said (id, score) VALUES (:id, :score)")

    async def one() -> None:
        fact = ReportRated(report_id=uuid4(), occurred_at=database.clock.now(), score=5)
        async with database.transaction() as tx:
            await tx.execute(insert, {"id": fact.report_id, "score": fact.score})
            tx.say(fact)

    await _spread(one, count)
    await asyncio.sleep(3600)
    task.cancel()


async def kernel_consumer(urls: dict[str, str], _: int) -> None:
    database = Database(urls["database"], SystemClock())
    insert = sa.text("INSERT INTO heard (id, score) VALUES (:id, :score)")

    async def note(tx: Transaction, fact: ReportRated) -> None:
        await tx.execute(insert, {"id": fact.report_id, "score": fact.score})

    subscription = Subscription(QUEUE, {ReportRated: note}, prefetch=PREFETCH)
    await Worker(urls["verification"], [subscription], database).start()
    await asyncio.sleep(3600)


async def bare_producer(urls: dict[str, str], count: int) -> None:
    pool = await asyncpg.create_pool(urls["database"].replace("+asyncpg", ""), min_size=10, max_size=10)
    connection = await aio_pika.connect(urls["intake"])
    channel = await connection.channel(publisher_confirms=True)
    exchange = await channel.get_exchange("lapor.events", ensure=False)

    async def one() -> None:
        fact = ReportRated(report_id=uuid4(), occurred_at=SystemClock().now(), score=5)
        async with pool.acquire() as row, row.transaction():
            await row.execute("INSERT INTO said (id, score) VALUES ($1, $2)", fact.report_id, fact.score)
        message = aio_pika.Message(
            encode(fact),
            message_id=str(uuid7()),
            type=fact.schema_name(),
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await exchange.publish(message, fact.routing_key)

    await _spread(one, count)
    await asyncio.sleep(3600)


async def bare_consumer(urls: dict[str, str], _: int) -> None:
    pool = await asyncpg.create_pool(urls["database"].replace("+asyncpg", ""), min_size=10, max_size=10)
    connection = await aio_pika.connect(urls["verification"])
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await channel.get_queue(QUEUE, ensure=False)

    async def handle(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        fact = ReportRated.model_validate_json(message.body)
        async with pool.acquire() as row, row.transaction():
            await row.execute(
                "INSERT INTO inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                QUEUE,
                message.message_id,
            )
            await row.execute("INSERT INTO heard (id, score) VALUES ($1, $2)", fact.report_id, fact.score)
        await message.ack()

    await queue.consume(handle)
    await asyncio.sleep(3600)


async def _spread(one: Callable[[], Awaitable[None]], count: int) -> None:
    left = iter(range(count))

    async def writer() -> None:
        for _ in left:
            await one()

    await asyncio.gather(*(writer() for _ in range(WRITERS)))


def _process(
    part: Callable[[dict[str, str], int], Awaitable[None]], urls: dict[str, str], count: int
) -> None:
    uvloop.run(part(urls, count))  # type: ignore[arg-type]


async def measure(stack: Stack, producer: object, consumer: object, count: int) -> float:
    """Facts per second, from the first commit until the last one is handled."""
    urls = {"database": stack.database_url("verification")}
    urls |= {user: stack.amqp_url(user) for user in ("intake", "verification")}
    watch = await asyncpg.connect(urls["database"].replace("+asyncpg", ""))
    await watch.execute(TABLES)
    spawn = multiprocessing.get_context("spawn")
    sides = [
        spawn.Process(target=_process, args=(part, urls, count), daemon=True) for part in (consumer, producer)
    ]
    sides[0].start()
    await asyncio.sleep(3)
    sides[1].start()
    try:
        while not await watch.fetchval("SELECT count(*) FROM heard"):
            await asyncio.sleep(0.005)
        started = time.perf_counter()
        while (handled := await watch.fetchval("SELECT count(*) FROM heard")) < count:
            await asyncio.sleep(0.02)
        return float(handled / (time.perf_counter() - started))
    finally:
        for side in sides:
            side.kill()
            side.join()
        await watch.close()


async def run(count: int, rounds: int, folder: Path) -> list[Result]:
    bare, kernel = [], []
    async with Stack(folder, services=(), fresh=True) as stack:
        for _ in range(rounds):
            bare.append(await measure(stack, bare_producer, bare_consumer, count))
            kernel.append(await measure(stack, kernel_producer, kernel_consumer, count))
    ratio = max(kernel) / max(bare)
    return [
        Result("bare asyncpg + aio-pika", max(bare), "facts/s"),
        Result("kernel", max(kernel), "facts/s", "bare", ratio, BAR, ratio >= BAR),
    ]


def main(json: bool = False, count: int = 4000, rounds: int = 2) -> None:
    """Facts per second, commit → outbox → quorum queue → inbox handler, against a bare program."""
    results = asyncio.run(run(count, rounds, Path(".local/bench")))
    sys.exit(0 if show("Kernel: facts from commit to handled", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
