"""The notify service's parts over a real database and real providers' stand-ins."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from services.notify.announcements.api import router as announcements
from services.notify.bell import Bell
from services.notify.channels.email import EmailSender
from services.notify.channels.port import Rendered, Sender
from services.notify.channels.sms import SmsSender
from services.notify.dispatcher import Dispatcher, Limits, Mailroom
from services.notify.domain.delivery import Lane
from services.notify.handlers import Handlers
from services.notify.providers.pool import Pool
from services.notify.providers.pool import Provider as Carrier
from services.notify.rendering import Letterhead
from services.notify.watch import watch
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.contracts.codec import decode
from shared.db.database import Database
from shared.messaging.consumer import Event
from shared.security.keys import load_signing_key
from shared.security.sealing import Contact, Sealer, Unsealer
from shared.security.tokens import Officer, Role, TokenVerifier, issue
from shared.web.problems import install_problem_handlers
from tests.unit.notify.facts import status

ORIGIN = "https://lapor.example"
NATIONAL_DESK = "meja@nasional.example"
SARI = Contact(name="Sari Wulandari", email="sari@pelapor.example", phone="+6281234500011")
PHONE_ONLY = Contact(phone="+6281234500022")


class Office:
    """Handlers, queue and channels of one notify service."""

    def __init__(self, stack: Any, database: Database, keys: dict[str, str]) -> None:
        self.stack, self.database = stack, database
        self.bell = Bell()
        self.sealer, self.unsealer = (
            Sealer(keys["LAPOR_SEAL_PUBLIC_KEY"]),
            Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]),
        )
        self.hears_by("email", "sms")
        self.letterhead = Letterhead(ORIGIN, link_key=load_signing_key(keys["LAPOR_LINK_PRIVATE_KEY"]))

    def hears_by(self, *channels: str) -> None:
        """From now on these are the channels that somebody carries."""
        self.handlers = Handlers(self.unsealer, self.bell, national_desk=True, channels=frozenset(channels))
        self.handling = {
            kind: handler for each in self.handlers.subscriptions() for kind, handler in each.handlers.items()
        }

    async def hear(self, *facts: c.Fact) -> None:
        """What the consumer does with messages that arrive together."""
        await self.hear_as([(UUID(str(uuid7())), fact) for fact in facts])

    async def hear_as(self, told: Sequence[tuple[UUID, c.Fact]]) -> None:
        """The same, without the inbox, so that what is redelivered is handled again."""
        async with self.database.transaction() as tx:
            for together, group in groupby(told, key=lambda each: self.handling[type(each[1])]):
                await together.handle(tx, [Event(event_id, fact) for event_id, fact in group])

    def contact(self, report_id: UUID, contact: Contact | None, **more: Any) -> c.ContactRegistered:
        sealed = self.sealer.seal(report_id, contact) if contact else None
        moment = more.pop("occurred_at", datetime(2026, 7, 6, 2, 0, tzinfo=UTC))
        return c.ContactRegistered(report_id=report_id, occurred_at=moment, sealed=sealed, **more)

    async def keep_browser(self, report_id: UUID) -> None:
        """A browser that was subscribed; nothing can be sent to it."""
        kept = (
            "INSERT INTO browsers (report_id, sealed, withdrawn, said_at, event_id) "
            "VALUES (:id, 'x', false, now(), gen_random_uuid())"
        )
        async with self.database.transaction() as tx:
            await tx.execute(sa.text(kept), {"id": report_id})

    async def deliveries(self, report_id: UUID | None = None) -> list[Any]:
        async with self.database.transaction() as tx:
            query = sa.text(
                "SELECT * FROM deliveries WHERE report_id = COALESCE(:report, report_id) "
                "ORDER BY created_at, id"
            )
            report = sa.bindparam("report", report_id, pg.UUID(as_uuid=True))
            return list(await tx.execute(query.bindparams(report)))

    async def said(self) -> list[c.Fact]:
        async with self.database.transaction() as tx:
            rows = await tx.execute(sa.text("SELECT type, body FROM outbox ORDER BY id"))
            return [decode(row.type, row.body) for row in rows]

    def mail(self) -> EmailSender:
        return EmailSender(self.stack.smtp_url, "LAPOR! <no-reply@lapor.example>", 5)

    def sms(self) -> SmsSender:
        return SmsSender(f"{self.stack.catcher_url}/sms", 5)

    def dispatcher(self, channel: str, *senders: Sender, **limits: Any) -> Dispatcher:
        """One for these senders, each a provider of its own: the first is named after the channel."""
        return self.sending_by(
            Pool(channel, [self.carrier(channel, n, each, limits) for n, each in enumerate(senders)]),
            **limits,
        )

    def carrier(self, channel: str, number: int, sender: Sender, limits: dict[str, Any]) -> Carrier:
        slots = dict.fromkeys(Lane, limits.get("concurrency", 5))
        name = f"{channel}-{number}" if number else channel
        return Carrier(name, sender, slots=slots, receipts=limits.get("receipts", False))

    def sending_by(self, pool: Pool, lane: Lane = Lane.TRANSACTIONAL, **limits: Any) -> Dispatcher:
        usual = {"send_seconds": 5.0, "lease_seconds": 10.0, "attempts": 3}
        known = {name: limits.get(name, value) for name, value in usual.items()}
        room = Mailroom(self.unsealer, self.letterhead, NATIONAL_DESK, Limits(**known))
        rung = self.bell.listener(pool.channel, lane)
        return Dispatcher(
            pool,
            self.database,
            room,
            lane=lane,
            rung=rung,
            say_delivered=limits.get("say_delivered", True),
            behind=partial(self.bell.behind, pool.channel),
        )

    @asynccontextmanager
    async def sending(self, *dispatchers: Dispatcher) -> AsyncIterator[None]:
        """Run dispatchers (one for each real channel, if none is given) and the watch, and drain them."""
        running = dispatchers or (self.dispatcher("email", self.mail()), self.dispatcher("sms", self.sms()))
        pools = [each._pool for each in running]
        tasks = [asyncio.create_task(each.run()) for each in running]
        tasks.append(asyncio.create_task(watch(self.database, self.bell, pools)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for pool in pools:
                await pool.close()

    async def settled(self, seconds: float = 40.0) -> list[Any]:
        """Wait until no delivery is open; the deliveries."""

        async def done() -> bool:
            return all(row.state in {"delivered", "failed", "skipped"} for row in await self.deliveries())

        await until(done, seconds)
        return await self.deliveries()

    async def caught(self) -> list[dict[str, Any]]:
        async with httpx.AsyncClient(trust_env=False) as http:
            return list((await http.get(f"{self.stack.catcher_url}/messages")).json())


class Provider:
    """A channel that does as it is told, and remembers which keys it was handed."""

    def __init__(
        self, *failures: Exception | None, hold: asyncio.Event | None = None, refs: Sequence[str] = ()
    ) -> None:
        self.failures, self.hold, self.refs = list(failures), hold, list(refs)
        self.keys: list[UUID] = []
        self.at_once = self.most_at_once = 0

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> str | None:
        self.keys.append(delivery_id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hold is not None:
                await self.hold.wait()
            if self.failures and (failure := self.failures.pop(0)):
                raise failure
            return self.refs.pop(0) if self.refs else None
        finally:
            self.at_once -= 1

    async def close(self) -> None:
        pass


async def received(office: Office, contact=SARI, reports: int = 1, **more) -> list[UUID]:
    """Reports whose reception is to be told."""
    made = [uuid4() for _ in range(reports)]
    for report in made:
        await office.hear(office.contact(report, contact))
        await office.hear(status(CaseStatus.RECEIVED, report_id=report, **more))
    return made


async def until(condition: Any, seconds: float = 40.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


@pytest.fixture
async def office(stack, database, keys) -> Office:
    office = Office(stack, await database("notify"), keys)
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.delete(f"{stack.catcher_url}/messages")
    return office


def served(office: Office, keys: dict[str, str], router: APIRouter, **state: Any) -> FastAPI:
    """One of the service's interfaces; `state` is what its calls find beside database and tokens."""
    app = FastAPI()
    app.include_router(router)
    install_problem_handlers(app)
    tokens = TokenVerifier(keys["LAPOR_TOKEN_PUBLIC_KEY"])
    for name, value in {"database": office.database, "tokens": tokens, **state}.items():
        setattr(app.state, name, value)
    return app


@pytest.fixture
async def call(office: Office, keys):
    """Calls the interface of announcements, as an officer."""
    app = served(office, keys, announcements)

    async def send(method: str = "POST", path: str = "", role: Role = Role.NATIONAL_ADMIN, **body):
        officer = Officer("petugas-1", role, "35.3578.dishub")
        token = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(minutes=5))
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://notify", headers=headers
        ) as http:
            return await http.request(method, "/v1/notifications/announcements" + path, json=body or None)

    return send
