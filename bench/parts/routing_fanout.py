"""Dispositions to 657 agencies' own queues, and what one dead subscriber and one slow web hook change.

Producer, relay and web hook sender share a process, as in the routing service; the agencies' consumers are
another. Latency is from the moment the fact is said to the moment its agency's consumer has it.
"""

import asyncio
import multiprocessing
import statistics
import sys
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import asyncpg
import typer
import uvloop
from uuid_utils.compat import uuid7

from bench.results import Result, show
from deploy.local.stack import Stack
from deploy.provision.management import VHOST, Management
from services.routing.webhooks import registry
from services.routing.webhooks import store as webhooks
from services.routing.webhooks.policy import Policy
from services.routing.webhooks.sender import Sender
from shared.clock import SystemClock
from shared.contracts import Classification, DispositionCreated
from shared.contracts.base import DISPOSITIONS
from shared.db.database import Database
from shared.messaging.agencies import POLICIES, agency_user, queue_arguments
from shared.messaging.relay import Relay
from shared.messaging.topology import QUEUES
from shared.security.vault import Vault
from shared.web.outbound import Outbound

AGENCIES, RATE, STEADY_SECONDS, BURST, ROUNDS = 657, 250, 8, 10_000, 3
BAR, CHANGE_BAR = 1_000.0, 1.10
GROUP = 25
"""Facts said in one transaction, as the routing service does when it is busy."""
DEAD, SLOW = "10.0", "10.1"
SLOW_SECONDS = 5.0
CHANNELS = 9


def codes(count: int) -> list[str]:
    return [f"10.{number}" for number in range(count)]


async def measure(stack: Stack, agencies: int = AGENCIES, rounds: int = ROUNDS) -> list[Result]:
    """On a fresh stack without services; leaves queues and rows behind."""
    await _prepare(stack, codes(agencies))
    quiet, disturbed, rates = [], [], []
    async with _consumers(stack, codes(agencies)) as everyone:
        rates = [await _burst(stack, everyone, codes(agencies)) for _ in range(rounds)]
        for _ in range(rounds):
            quiet.append(await _steady(stack, everyone, codes(agencies)))
            disturbed.append(await _steady(stack, everyone, codes(agencies), trouble=True))
    return _judged(rates, quiet, disturbed)


def _judged(rates: list[float], quiet: list[float], disturbed: list[float]) -> list[Result]:
    before, after = statistics.median(quiet), statistics.median(disturbed)
    ratio = after / before
    return [
        Result(f"fan-out to {AGENCIES} queues", max(rates), "per s", bar=BAR, ok=max(rates) >= BAR),
        Result(f"p95 at {RATE}/s, all well", before * 1000, "ms"),
        Result(
            "p95 with one dead, one slow",
            after * 1000,
            "ms",
            "all well",
            ratio,
            CHANGE_BAR,
            ratio <= CHANGE_BAR,
        ),
    ]


async def _prepare(stack: Stack, agencies: list[str]) -> None:
    """The queues that `lapor agency grant` makes. The users are left out: they take no part in this."""
    async with Management(stack.management_url) as management:
        for name, (pattern, definition) in POLICIES.items():
            body = {"pattern": pattern, "definition": definition, "apply-to": "queues", "priority": 2}
            await management.put("policies", VHOST, name, body=body)
    connection = await aio_pika.connect(stack.admin_amqp_url)
    async with connection:
        channel = await connection.channel()
        for queue in QUEUES:  # services do not run: their queues would only grow
            for exchange, key in queue.bindings:
                if exchange == DISPOSITIONS:
                    await (await channel.get_queue(queue.name, ensure=False)).unbind(exchange, key)
        for user in map(agency_user, agencies):
            own = await channel.declare_queue(user.name, durable=True, arguments={**queue_arguments(user)})
            await own.bind(DISPOSITIONS, user.binding)


@asynccontextmanager
async def _consumers(stack: Stack, agencies: list[str]) -> Any:
    """Every agency's consumer, in a process of their own; yields where their latencies come out."""
    spawn = multiprocessing.get_context("spawn")
    latencies, ready = spawn.Queue(), spawn.Event()
    process = spawn.Process(
        target=_listen, args=(stack.admin_amqp_url, agencies, latencies, ready), daemon=True
    )
    process.start()
    await asyncio.to_thread(ready.wait, 60)
    try:
        yield latencies
    finally:
        process.kill()
        process.join()


def _listen(url: str, agencies: list[str], latencies: Any, ready: Event) -> None:
    uvloop.run(_consume(url, agencies, latencies, ready))


async def _consume(url: str, agencies: list[str], latencies: Any, ready: Event) -> None:
    """All but the dead one; the dead one is away in every round, so that rounds differ in nothing else."""
    connection = await aio_pika.connect(url)
    channels = [await (await connection.channel()).get_underlay_channel() for _ in range(CHANNELS)]
    batch: list[tuple[str, float]] = []

    async def hear(message: Any) -> None:
        # Agencies' systems have machines of their own: theirs is done here with as little work as can be.
        said = datetime.fromisoformat(
            message.body.partition(b'"occurred_at":"')[2].partition(b'"')[0].decode()
        )
        batch.append((message.header.properties.message_id, (datetime.now(UTC) - said).total_seconds()))
        await message.channel.basic_ack(message.delivery_tag, wait=False)

    for channel in channels:
        await channel.basic_qos(prefetch_count=200)
    for number, code in enumerate(agencies):
        if code != DEAD:
            await channels[number % CHANNELS].basic_consume(f"agency.{code}", hear)
    ready.set()
    while True:
        await asyncio.sleep(0.05)
        if batch:
            latencies.put(batch[:])
            batch.clear()


@asynccontextmanager
async def _service(stack: Stack, *, trouble: bool) -> Any:
    """What of the routing service takes part: outbox, relay, and the sender of web hooks."""
    url = stack.database_url("routing")
    database = Database(url, SystemClock())
    relay = Relay(url, stack.amqp_url("routing"))
    database.relay = relay
    outbound, vault = Outbound(seconds=SLOW_SECONDS + 5, loopback=True), Vault(bytes(32), "bench")
    sender = Sender(
        database, outbound, vault, Policy(), concurrency=4, lease_seconds=30, poll_seconds=0.5
    )  # fmt: skip
    server = await asyncio.start_server(_answer_slowly, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    plain = await asyncpg.connect(url.replace("+asyncpg", ""))
    await plain.execute("TRUNCATE webhooks, webhook_deliveries, outbox")
    await plain.close()
    if trouble:
        await _register(database, vault, port)
    tasks = [asyncio.create_task(relay.run()), asyncio.create_task(sender.run())]
    await asyncio.sleep(1)
    try:
        yield database
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.close()
        await outbound.close()
        await database.close()


async def _register(database: Database, vault: Vault, port: int) -> None:
    hook = uuid7()
    async with database.transaction() as tx:
        await registry.register(
            tx,
            hook,
            agency=SLOW,
            url=f"http://127.0.0.1:{port}/",
            secret=vault.close(b"s" * 32, hook),
            officer="bench",
        )


async def _answer_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(SLOW_SECONDS)
    writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    writer.close()


async def _burst(stack: Stack, latencies: Any, agencies: list[str]) -> float:
    """Dispositions per second from the first that is said to the last that is received."""
    async with _service(stack, trouble=False) as database:
        heard = set(agencies) - {DEAD}
        order = [sorted(heard)[number % len(heard)] for number in range(BURST)]
        started = time.perf_counter()
        said = await _say(database, order)
        await _gather(latencies, said)
        return BURST / (time.perf_counter() - started)


async def _steady(stack: Stack, latencies: Any, agencies: list[str], *, trouble: bool = False) -> float:
    """p95 seconds of all agencies but the dead one, at a steady pace; in trouble it is sent to as well."""
    async with _service(stack, trouble=trouble) as database:
        targets = agencies if trouble else [code for code in agencies if code != DEAD]
        awaited: set[str] = set()
        began = time.perf_counter()
        for tick in range(RATE * STEADY_SECONDS // GROUP):
            group = [targets[(tick * GROUP + number) % len(targets)] for number in range(GROUP)]
            awaited |= await _say(database, group)
            await asyncio.sleep(max(0.0, began + (tick + 1) * GROUP / RATE - time.perf_counter()))
        found = await _gather(latencies, awaited)
        return statistics.quantiles(found, n=20)[-1]


async def _say(database: Database, order: list[str]) -> set[str]:
    """Say them group by group; returns the ids of those that somebody listens for."""
    awaited = set()
    for start in range(0, len(order), GROUP):
        async with database.transaction() as tx:
            facts = [_disposition(code) for code in order[start : start + GROUP]]
            said = [(tx.say(fact), fact) for fact in facts]
            await webhooks.enqueue(tx, said)
        awaited |= {str(event_id) for event_id, fact in said if fact.agency != DEAD}
    return awaited


async def _gather(latencies: Any, awaited: set[str]) -> list[float]:
    found: dict[str, float] = {}
    async with asyncio.timeout(120):
        while not awaited <= found.keys():
            found.update(await asyncio.to_thread(latencies.get))
    return [found[message_id] for message_id in awaited]


def _disposition(code: str) -> DispositionCreated:
    return DispositionCreated(
        report_id=uuid4(),
        occurred_at=datetime.now(UTC),
        leg_id=uuid4(),
        agency=code,
        leg_version=1,
        tracking_id="K7MQ3XW9FA",
        agency_name="Instansi",
        zone="WIB",
        classification=Classification.NON_SUPERVISION,
        category="Jalan rusak",
        title="Jalan berlubang",
        text="Jalan Kenanga berlubang sejak Mei. " * 20,
        anonymous=True,
        secret=False,
        case_version=2,
    )


async def run(agencies: int, rounds: int, folder: Path) -> list[Result]:
    async with Stack(folder, services=(), fresh=True) as stack:
        return await measure(stack, agencies, rounds)


def main(json: bool = False, agencies: int = AGENCIES, rounds: int = ROUNDS) -> None:
    """Fan-out of dispositions to agencies' own queues."""
    results = asyncio.run(run(agencies, rounds, Path(".local/bench-fanout")))
    sys.exit(0 if show("Fan-out to agencies", results, as_json=json) else 1)


if __name__ == "__main__":
    typer.run(main)
