"""A notify service beside stand-ins of SMS providers, and the facts that other services would say to it."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import asyncpg
import httpx
from uuid_utils.compat import uuid7

from deploy.local.environment import service_environment
from deploy.local.ports import choose
from deploy.local.stack import Stack
from shared import contracts as c
from shared.contracts.codec import encode
from shared.security.codes import new_tracking_id
from shared.security.sealing import Contact, Sealer

SECONDS = 0.05
"""How long a provider takes for one message."""
PROJECT = Path(__file__).parents[2]


@dataclass
class World:
    """`said` is when each fact was handed to the broker: seconds of the machine's clock, by the fact's id."""

    stack: Stack
    sealer: Sealer
    http: httpx.AsyncClient
    database: asyncpg.Pool
    exchanges: dict[tuple[str, str], Any]
    said: dict[UUID, float] = field(default_factory=dict)

    def provider(self, name: str) -> str:
        return f"{self.stack.catcher_url}/providers/{name}"

    async def behaves(self, name: str, **how: Any) -> None:
        told = {"delay": SECONDS, **how}
        (await self.http.put(self.provider(name), json=told)).raise_for_status()

    async def forget(self, *names: str) -> None:
        for name in names:
            await self.http.delete(self.provider(name))
            await self.behaves(name)
        self.said.clear()

    async def arrivals(self, name: str) -> dict[str, float]:
        return dict((await self.http.get(f"{self.provider(name)}/arrivals", timeout=60)).json())

    async def handed(self, *names: str) -> int:
        told = [(await self.http.get(self.provider(name))).json()["handed"] for name in names]
        return sum(told)

    def contact(self, report: UUID) -> c.ContactRegistered:
        contact = Contact(phone=f"+62812{report.int % 10**8:08d}")
        return c.ContactRegistered(
            report_id=report, occurred_at=datetime.now(UTC), sealed=self.sealer.seal(report, contact)
        )

    async def say(self, service: str, facts: Sequence[c.Fact]) -> None:
        """Publish as that service would, with confirms; remember when."""
        await asyncio.gather(*(self._say(service, fact) for fact in facts))

    async def _say(self, service: str, fact: c.Fact) -> None:
        event = UUID(str(uuid7()))
        message = aio_pika.Message(
            encode(fact), message_id=str(event), type=fact.schema_name(), delivery_mode=2
        )
        self.said[event] = time.time()
        await self.exchanges[service, fact.exchange].publish(message, fact.routing_key, mandatory=True)

    async def keys(self) -> dict[str, UUID]:
        """Delivery → fact, of everything that was to be sent."""
        rows = await self.database.fetch("SELECT id, event_id FROM deliveries WHERE lane = 'transactional'")
        return {str(row["id"]): row["event_id"] for row in rows}

    async def empty(self) -> None:
        await self.database.execute(
            "TRUNCATE deliveries, attempts, contacts, cases, legs, providers, receipts, inbox"
        )


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    """Servers without services."""
    async with Stack(folder, services=(), fresh=True) as stack, httpx.AsyncClient(trust_env=False) as http:
        url = stack.database_url("notify").replace("+asyncpg", "")
        opened = [await aio_pika.connect(stack.amqp_url(name)) for name in ("verification", "intake")]
        try:
            async with asyncpg.create_pool(url, min_size=1, max_size=2) as database:
                exchanges = {}
                for name, exchange, connection in (
                    ("verification", "lapor.events", opened[0]),
                    ("intake", "lapor.private", opened[1]),
                ):
                    channel = await connection.channel()
                    exchanges[name, exchange] = await channel.get_exchange(exchange, ensure=False)
                sealer = Sealer(stack.secrets["LAPOR_SEAL_PUBLIC_KEY"])
                yield World(stack, sealer, http, database, exchanges)
        finally:
            for connection in opened:
                await connection.close()


@asynccontextmanager
async def notify(world: World, *providers: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """One notify process that sends SMS by these providers."""
    port = choose(["notify"], {})["notify"]
    configs = [
        {"name": name, "kind": "sms", "url": f"{world.provider(name)}/sms", "concurrency": 60}
        for name in providers
    ]
    environment = {
        **service_environment("notify", world.stack),
        "LAPOR_HTTP_PORT": str(port),
        "LAPOR_SMS_URL": "",
        "LAPOR_PROVIDERS": json.dumps(configs),
        **{f"LAPOR_{name.upper()}": value for name, value in settings.items()},
    }
    log = (world.stack.log_folder / f"notify-{port}.log").open("ab")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.notify"), cwd=PROJECT, env=environment, stderr=log, stdout=log
    )
    try:
        async with asyncio.timeout(30):
            while not await _ready(world.http, port):
                await asyncio.sleep(0.1)
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        log.close()


async def _ready(http: httpx.AsyncClient, port: int) -> bool:
    with suppress(httpx.HTTPError):
        return (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
    return False


async def backlog(world: World, count: int, *, lane: str) -> None:
    """Deliveries that are due at once, with their sealed contacts and cases, as planning leaves them."""
    for start in range(0, count, 5_000):
        reports = [uuid4() for _ in range(min(5_000, count - start))]
        sealed = [world.contact(report).sealed for report in reports]
        ids = [UUID(str(uuid7())) for _ in reports]
        tracking = [new_tracking_id() for _ in reports]
        async with world.database.acquire() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO contacts (report_id, sealed, channel, language, withdrawn, said_at, event_id) "
                "SELECT *, 'sms', 'id', false, now(), gen_random_uuid() FROM unnest($1::uuid[], $2::text[])",
                reports,
                sealed,
            )
            await connection.execute(
                "INSERT INTO cases (report_id, tracking_id, anonymous, secret, version) "
                "SELECT *, false, false, 1 FROM unnest($1::uuid[], $2::text[])",
                reports,
                tracking,
            )
            await connection.execute(
                "INSERT INTO deliveries (id, event_id, report_id, recipient, channel, template, details, "
                "state, lane) SELECT id, gen_random_uuid(), report, 'reporter', 'sms', 'received', "
                '\'{"deadline": "2026-07-09", "days": 3}\', \'pending\', $3 '
                "FROM unnest($1::uuid[], $2::uuid[]) AS made (id, report)",
                ids,
                reports,
                lane,
            )
