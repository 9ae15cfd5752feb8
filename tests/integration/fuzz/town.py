"""The five services as they are assembled, answering HTTP in one thread over a stack's real servers.

What one says is carried to the others by hand, so that no queue is left with messages when it ends.
"""

import asyncio
import importlib
import os
import socket
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, Self, TypeVar
from unittest import mock

import sqlalchemy as sa
import uvicorn

from deploy.local.addresses import Addresses
from deploy.local.environment import service_environment
from shared.contracts.catalogue import FACTS
from shared.contracts.codec import decode
from shared.messaging.consumer import Event, Together
from shared.service import Service
from shared.web.edge import Edge

NAMES = ("intake", "verification", "routing", "sla", "notify")
HOST = "127.0.0.1"
UNHURRIED = {
    "LAPOR_ROLES": "api",
    "LAPOR_DATABASE_POOL": "2",
    "LAPOR_ACCESS_ATTEMPTS": "100000/minute",
    "LAPOR_SIMILAR_RATE": "100000/minute",
}
"""A limit that refuses the hundredth call would hide what the call does."""
_LEAVING = sa.text("WITH gone AS (DELETE FROM outbox RETURNING *) SELECT * FROM gone ORDER BY id")
_T = TypeVar("_T")


class Town:
    """`with Town(stack) as town:` serves; `town.urls[service]` is where."""

    def __init__(self, stack: Addresses) -> None:
        self.urls: dict[str, str] = {}
        self.services = {name: _assembled(name, service_environment(name, stack)) for name in NAMES}
        self.applications = {name: service.http() for name, service in self.services.items()}
        self._loop = asyncio.new_event_loop()
        self._servers: list[uvicorn.Server] = []
        self._thread = threading.Thread(target=self._serve, name="town")
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.should_exit = True
        self._thread.join(60)

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Something that uses the services' own connections, and so runs where they live."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def carry(self) -> None:
        """Everything said reaches everyone who listens, until nobody has anything more to say."""
        while [fact for name in NAMES for fact in await self._carry_from(self.services[name])]:
            pass

    async def _carry_from(self, sender: Service) -> list[Any]:
        async with sender.database.transaction() as tx:
            rows = (await tx.execute(_LEAVING)).all()
        events = [Event(row.message_id, decode(row.type, row.body)) for row in rows if row.type in FACTS]
        for listener in self.services.values():
            for subscription in listener.subscriptions:
                for event in events:
                    await _hear(listener, subscription.handlers.get(type(event.fact)), event)
        return events

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._answer())
        self._loop.close()

    async def _answer(self) -> None:
        running = []
        for name, application in self.applications.items():
            listening = socket.create_server((HOST, 0))
            self.urls[name] = f"http://{HOST}:{listening.getsockname()[1]}"
            config = uvicorn.Config(Edge(application), log_config=None, access_log=False)
            self._servers.append(server := uvicorn.Server(config))
            running.append(asyncio.create_task(server.serve(sockets=[listening])))
        while not all(server.started for server in self._servers):
            await asyncio.sleep(0.01)
        self._ready.set()
        await asyncio.gather(*running)


def _assembled(name: str, environment: Mapping[str, str]) -> Service:
    with mock.patch.dict(os.environ, {**environment, **UNHURRIED}, clear=True):
        service: Service = importlib.import_module(f"services.{name}.app").service()
    return service


async def _hear(listener: Service, handler: Any, event: Event) -> None:
    if handler is None:
        return
    async with listener.database.transaction() as tx:
        tx.event_id = event.id
        if isinstance(handler, Together):
            await handler.handle(tx, [event])
        else:
            await handler(tx, event.fact)
