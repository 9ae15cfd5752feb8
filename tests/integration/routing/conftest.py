"""The routing service on a real database: its HTTP, and ways to hear facts and read what was said."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI
from uuid_utils.compat import uuid7

from services.routing import catalogue
from services.routing.api import router
from services.routing.api_directory import router as directory_router
from services.routing.directory import held, packaged
from services.routing.handlers import record_facts
from services.routing.responses import decode_response, hear_agencies
from shared.contracts import Fact
from shared.contracts.codec import decode
from shared.db.database import Database
from shared.messaging.consumer import Event
from shared.messaging.envelope import Envelope
from shared.security.keys import load_signing_key, load_verifying_key
from shared.security.tokens import Officer, Role, TokenVerifier, issue
from shared.security.vault import Vault
from shared.web.outbound import Outbound
from shared.web.problems import install_problem_handlers
from tests.support.hook_server import hook_server

VAULT = Vault(bytes(32), "test")


class Routing:
    """Drives the handlers as the worker does, one transaction a message."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def hear(self, *facts: Fact) -> None:
        for fact in facts:
            async with self.database.transaction() as tx:
                await record_facts(tx, [Event(uuid7(), fact)])

    async def agency_says(self, key: str, body: bytes, message_id=None) -> None:
        message_id = message_id or uuid7()
        envelope = Envelope(message_id, None, key, body, None, 0, (), said_id=str(message_id))
        async with self.database.transaction() as tx:
            await hear_agencies(tx, [Event(envelope.message_id, decode_response(envelope))])

    async def said(self) -> list[Fact]:
        rows = await self.rows("SELECT type, body FROM outbox ORDER BY id")
        return [decode(row.type, row.body) for row in rows]

    async def legs(self) -> list:
        return await self.rows("SELECT * FROM legs ORDER BY hop, agency")

    async def rows(self, sql: str) -> list:
        async with self.database.transaction() as tx:
            return (await tx.execute(sa.text(sql))).all()

    async def rows_changed(self, sql: str) -> int:
        async with self.database.transaction() as tx:
            return (await tx.execute(sa.text(sql))).rowcount


@pytest.fixture
async def routing(database) -> Routing:
    return Routing(await database("routing"))


@pytest.fixture
async def restored(routing):
    """What a test changes of the directory is undone after it, without seeding everything again."""
    yield
    reviewed = packaged().directory.agencies
    async with routing.database.transaction() as tx:
        changed = (
            await tx.execute(sa.text("DELETE FROM agencies WHERE author <> 'rilis' RETURNING code"))
        ).all()
        originals = [agency for row in changed if (agency := reviewed.get(row.code))]
        if originals:
            await catalogue.put_agencies(tx, originals, "rilis")
        await tx.execute(sa.text("DELETE FROM rules WHERE author <> 'rilis'"))
        await catalogue.touch(tx)
    held.forget()


@pytest.fixture
def assembled(routing, clock, keys) -> Callable[..., FastAPI]:
    """Some routers as the service assembles them, with what their calls find as `request.app.state`."""

    def assemble(*routers: APIRouter, **resources: Any) -> FastAPI:
        app = FastAPI()
        install_problem_handlers(app)
        app.state.database, app.state.clock = routing.database, clock
        app.state.tokens = TokenVerifier(load_verifying_key(keys["LAPOR_TOKEN_PUBLIC_KEY"]))
        for name, resource in resources.items():
            setattr(app.state, name, resource)
        for one in routers:
            app.include_router(one)
        return app

    return assemble


def http_client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://routing")


@pytest.fixture
async def client(assembled):
    async with http_client(assembled(router, directory_router)) as client:
        yield client


@pytest.fixture(scope="package")
async def server():
    """An agency's own system, as a process of its own."""
    async with hook_server() as running:
        yield running


@pytest.fixture
async def outbound():
    calls = Outbound(seconds=3.0, loopback=True)
    yield calls
    await calls.close()


@pytest.fixture
def sign(keys) -> Callable[..., dict[str, str]]:
    """Headers of an officer."""

    def headers(role: Role, agency: str | None = None) -> dict[str, str]:
        key = load_signing_key(keys["LAPOR_TOKEN_PRIVATE_KEY"])
        token = issue(key, Officer(f"{role}-1", role, agency), timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}

    return headers
