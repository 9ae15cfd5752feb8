"""The console over a real broker: its application in this process, and browsers of officers in any role."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractChannel
from fastapi import FastAPI

from deploy.console.app import console
from deploy.console.settings import Settings
from shared.messaging.topology import DEAD
from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, Role, issue
from shared.web.pages.officers import COOKIE

QUEUES = ("notify.contacts", "sla.facts")
LETTERS = "/petugas/konsol/pesan-gagal"


@pytest.fixture
def application(stack) -> FastAPI:
    return console(
        Settings(
            admin_broker_url=stack.admin_amqp_url,
            management_url=stack.management_url,
            token_public_key=stack.secrets["LAPOR_TOKEN_PUBLIC_KEY"],
            **{f"{name}_upstream": "127.0.0.1:9" for name in ("intake", "verification", "routing")},
            **{f"{name}_upstream": "127.0.0.1:9" for name in ("sla", "notify")},
        )
    )


@dataclass
class Window:
    """One officer's browser without scripts."""

    http: httpx.AsyncClient

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def send(self, page: httpx.Response, **changed: str) -> httpx.Response:
        """Send the first form of a page that changes something, with all it holds."""
        form = next(f for f in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if 'method="post"' in f)
        held = re.findall(r'name="(\w+)" value="(.*?)"', form, re.DOTALL)
        action = re.findall(r'action="(.*?)"', form)[0].replace("&amp;", "&")
        return await self.http.post(action, data={**dict(held), **changed})


Open = Callable[..., Window]


@pytest.fixture
async def window(application, stack) -> AsyncIterator[Open]:
    opened: list[httpx.AsyncClient] = []

    def open_window(role: Role | None = Role.OPERATOR) -> Window:
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(application),
            base_url="http://lapor",
            headers={"Accept": "text/html"},
        )
        if role is not None:
            agency = "35.3578.dishub" if role in {Role.COORDINATOR, Role.LIAISON} else None
            key = load_signing_key(stack.secrets["LAPOR_TOKEN_PRIVATE_KEY"])
            http.cookies.set(COOKIE, issue(key, Officer("sari", role, agency), timedelta(minutes=5)))
        opened.append(http)
        return Window(http)

    yield open_window
    for http in opened:
        await http.aclose()


@pytest.fixture
async def channel(stack) -> AsyncIterator[AbstractChannel]:
    names = [name + suffix for name in QUEUES for suffix in ("", ".dead")]
    async with await aio_pika.connect(stack.admin_amqp_url) as connection:
        opened = await connection.channel(publisher_confirms=True, on_return_raises=True)
        for name in names:
            await (await opened.get_queue(name)).purge()
        yield opened
        for name in names:
            await (await opened.get_queue(name)).purge()


Park = Callable[..., Awaitable[None]]


@pytest.fixture
def park(channel) -> Park:
    """Put messages among the dead letters, as a consumer that gave up does."""

    async def put(
        *ids: str, queue: str = "sla.facts", reason: str = "no such case", body: bytes = b"{}"
    ) -> None:
        for identity in ids:
            history = [{"attempt": 5, "at": "2026-11-21T10:00:00+00:00", "reason": reason}]
            message = aio_pika.Message(
                body,
                message_id=identity,
                type="case.verified.v1",
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                headers={
                    "x-lapor-attempts": 5,
                    "x-lapor-reason": reason,
                    "x-lapor-history": json.dumps(history),
                    "x-lapor-routing-key": "case.verified",
                },
            )
            await (await channel.get_exchange(DEAD)).publish(message, queue, mandatory=True)

    return put
