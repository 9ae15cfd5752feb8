"""The verification service on a real database: HTTP as officers call it, facts as its worker hears them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from services.verification.app import ROUTERS
from services.verification.handlers import SUBSCRIPTIONS, record_facts
from services.verification.officers.assembly import door_of
from services.verification.pages import FOLDER
from services.verification.settings import Settings
from services.verification.suggestions.learning import Mind
from shared import contracts as c
from shared.contracts import Fact
from shared.contracts.codec import decode
from shared.db.database import Database
from shared.messaging.consumer import Event
from shared.security.keys import generate_keys, load_verifying_keys
from shared.security.limits import RateLimiter
from shared.security.tokens import Officer, Role, issue
from shared.service import Service
from shared.web.edge import Edge
from shared.web.pages import Shell
from tests.integration.verification.audited import Audit, two_lives
from tests.integration.verification.window import Window

Client = Callable[..., httpx.AsyncClient]


class Desk:
    """Facts go in as the worker brings them, one transaction a message; rows and facts come out."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._count = 0

    async def hear(self, *facts: Fact) -> list[UUID]:
        ids = [uuid7() for _ in facts]
        for event_id, fact in zip(ids, facts, strict=True):
            await self.hear_as(event_id, fact)
        return ids

    async def hear_as(self, event_id: UUID, fact: Fact) -> None:
        async with self.database.transaction() as tx:
            await record_facts(tx, [Event(event_id, fact)])

    async def file(self, **changes: Any) -> UUID:
        """A report arrives; returns its id. Each has a tracking id of its own."""
        report_id = changes.pop("report_id", uuid7())
        self._count += 1
        submission = {
            "tracking_id": f"K7MQ3XW{self._count:03}",
            "channel": c.Channel.WEB,
            "title": "Lampu jalan padam",
            "text": "Lampu di depan sekolah padam.",
            "occurred_at": self.database.clock.now(),
            **changes,
        }
        await self.hear(c.ReportSubmitted(report_id=report_id, **submission))
        return report_id

    async def said(self) -> list[Fact]:
        """Everything in the outbox, in the order in which it leaves."""
        rows = await self.rows("SELECT type, body FROM outbox ORDER BY id")
        return [decode(row.type, row.body) for row in rows]

    async def row(self, report_id: UUID) -> Any:
        [row] = await self.rows("SELECT * FROM cases WHERE report_id = :id", id=report_id)
        return row

    async def rows(self, sql: str, **parameters: Any) -> list[Any]:
        async with self.database.transaction() as tx:
            return (await tx.execute(sa.text(sql), parameters)).all()


@pytest.fixture
async def desk(database) -> Desk:
    return Desk(await database("verification"))


@pytest.fixture
def token(keys) -> Callable[..., str]:
    """What an officer of a role is signed in with, for an hour."""

    def token(role: Role, agency: str | None = None, number: int = 1) -> str:
        officer = Officer(f"{role}-{number}", role, agency)
        return issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(hours=1))

    return token


@pytest.fixture
async def open_client(desk, stack, clock, keys, token):
    """Makes clients of the service's own application, as an officer of a role or as nobody."""
    newer = generate_keys()["LAPOR_RECEIPT_PUBLIC_KEY"]
    service = Service(
        name="verification",
        settings=Settings(
            database_url=stack.database_url("verification"),
            broker_url=stack.amqp_url("verification"),
            token_public_key=keys["LAPOR_TOKEN_PUBLIC_KEY"],
            token_private_key=keys["LAPOR_TOKEN_PRIVATE_KEY"],
            officer_key=keys["LAPOR_OFFICER_KEY"],
            roles="api",
        ),
        routers=ROUTERS,
        pages=(shell := Shell(FOLDER)).install,
        resources={
            "shell": shell,
            "mind": Mind(),
            "similar_source_limit": RateLimiter("20/minute"),
            "similar_limit": RateLimiter("1000/minute"),
            "audit_key": keys["LAPOR_AUDIT_PUBLIC_KEY"],
            # The key of receipts was replaced once; receipts from before still prove.
            "receipt_keys": load_verifying_keys(newer, keys["LAPOR_RECEIPT_PUBLIC_KEY"]),
        },
        subscriptions=SUBSCRIPTIONS,
    )
    await service.database.close()
    service.database, service.clock = desk.database, clock
    service.resources |= door_of(service.settings, desk.database)
    transport = httpx.ASGITransport(Edge(service.http()), raise_app_exceptions=False)
    opened: list[httpx.AsyncClient] = []

    def open_client(
        role: Role | None = None, agency: str | None = None, *, number: int = 1, **headers: str
    ) -> httpx.AsyncClient:
        if role is not None:
            headers["Authorization"] = f"Bearer {token(role, agency, number)}"
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://verification", headers=headers))
        return opened[-1]

    yield open_client
    for client in opened:
        await client.aclose()


@pytest.fixture
def admin(open_client: Client) -> httpx.AsyncClient:
    """A national administrator."""
    return open_client(Role.NATIONAL_ADMIN)


@pytest.fixture
def other(open_client: Client) -> httpx.AsyncClient:
    """A second national administrator."""
    return open_client(Role.NATIONAL_ADMIN, number=2)


@pytest.fixture
def window(open_client: Client, token) -> Callable[..., Window]:
    """Opens browsers in which an officer is signed in."""

    def window(role: Role = Role.NATIONAL_ADMIN, agency: str | None = None, number: int = 1) -> Window:
        client = open_client(Accept="text/html")
        client.cookies.set("lapor_petugas", token(role, agency, number))
        return Window(client)

    return window


@pytest.fixture
def audit(desk, keys) -> Audit:
    return Audit(desk, keys)


@pytest.fixture
async def lives(desk, admin, clock) -> list[UUID]:
    """Two cases with a history of three entries each."""
    return await two_lives(desk, admin, clock)
