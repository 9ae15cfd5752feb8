"""What every service gets: settings, database, relay, consumers, HTTP, health, and a shutdown that drains.

A service's `app.py` names its parts and stays a dozen lines; this runs the roles the settings ask for.
"""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import ValidationError

from shared.clock import clock_from
from shared.db.database import Database
from shared.messaging.broker import Worker
from shared.messaging.consumer import Subscription
from shared.messaging.failures import reason_of, where
from shared.messaging.relay import Relay
from shared.security.keys import InvalidKey, load_verifying_key
from shared.security.tokens import TokenVerifier
from shared.settings import ServiceSettings
from shared.telemetry.health import Check, health_router
from shared.telemetry.logs import configure_logs, log
from shared.telemetry.traces import configure_traces
from shared.web.edge import Edge
from shared.web.problems import install_problem_handlers

Loop = Callable[["Service"], Awaitable[None]]
"""Background work of the worker role: runs until cancelled; if it raises, it is started again."""

INBOX_MEMORY = timedelta(days=30)
"""How long a handled message is remembered; far longer than any queue, ladder or dead letter is replayed."""


@dataclass
class Service:
    """One service: its name is its schema, its database role and its broker user."""

    name: str
    settings: Any
    routers: Sequence[APIRouter] = ()
    subscriptions: Sequence[Subscription] = ()
    loops: Sequence[Loop] = ()
    watches: Sequence[Loop] = ()
    """Background work of every process, whatever its roles: keeping up with what the others have written."""
    checks: dict[str, Check] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    """What handlers of HTTP calls find as `request.app.state.<name>`, e.g. an object store."""
    description: str = ""
    pages: Callable[[FastAPI], None] | None = None
    """What makes an application show pages to people: `shared.web.pages.Shell.install`."""

    def __post_init__(self) -> None:
        settings: ServiceSettings = self.settings
        self.clock = clock_from(settings.clock_file)
        self.tokens = TokenVerifier(load_verifying_key(settings.token_public_key))
        self.database = Database(
            settings.database_url.get_secret_value(), self.clock, pool_size=settings.database_pool
        )
        self.relay: Relay | None = None
        self.worker: Worker | None = None
        self.leaving: Callable[[], bool] = lambda: False
        """Whether this process was told to stop: an answer that would go on for long ends now."""

    def http(self) -> FastAPI:
        """The HTTP application. Without the `api` role it answers health and metrics only."""
        api = "api" in self.settings.roles
        app = FastAPI(
            title=f"LAPOR {self.name}",
            description=self.description,
            version="1",
            lifespan=self._lifespan,
            openapi_url="/openapi.json" if api else None,
            # Spans of its own would carry paths, and so tracking ids; the edge has one span a request.
            telemetry={"tracing": False, "metrics": False, "logs": False},
            docs_url=None,
            redoc_url=None,
        )
        app.state.service = self
        app.state.database = self.database
        app.state.clock = self.clock
        app.state.tokens = self.tokens
        for key, value in self.resources.items():
            setattr(app.state, key, value)
        install_problem_handlers(app)
        checks: dict[str, Check] = {"database": self.database.ready, **self.checks}
        if "worker" in self.settings.roles:
            checks["broker"] = self._broker_ready
        for router in self.routers if api else ():
            app.include_router(router)
        app.include_router(health_router(checks))
        if api and self.pages is not None:
            self.pages(app)
        return app

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        tasks: list[asyncio.Task[None]] = []
        settings: ServiceSettings = self.settings
        if "relay" in settings.roles:
            self.relay = Relay(
                settings.database_url.get_secret_value(), settings.broker_url.get_secret_value()
            )
            self.database.relay = self.relay
            tasks.append(asyncio.create_task(self.relay.run()))
        if "worker" in settings.roles:
            self.worker = Worker(settings.broker_url.get_secret_value(), self.subscriptions, self.database)
            tasks.append(asyncio.create_task(self.worker.start()))
            tasks.extend(
                asyncio.create_task(self._forever(loop)) for loop in (*self.loops, forget_old_messages)
            )
        tasks.extend(asyncio.create_task(self._forever(watch)) for watch in self.watches)
        log.info("service_started", roles=",".join(sorted(settings.roles)), port=settings.http_port)
        try:
            yield
        finally:
            if self.worker is not None:
                await self.worker.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.database.close()
            log.info("service_stopped")

    async def _broker_ready(self) -> None:
        if self.worker is None:
            raise ConnectionError("the worker has not started")
        await self.worker.ready()

    async def _forever(self, loop: Loop) -> None:
        delay = 0.2
        while True:
            try:
                await loop(self)
            except Exception as error:
                log.warning(
                    "loop_interrupted",
                    kind=loop.__name__,
                    reason=reason_of(error),
                    where=where(error),
                    delay=delay,
                )
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5.0)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain."""
        configure_logs(self.name, self.settings.log_level)
        configure_traces(self.name, self.settings.otlp_endpoint, self.settings.trace_ratio)
        config = uvicorn.Config(
            Edge(self.http()),
            host=self.settings.http_host,
            port=self.settings.http_port,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            date_header=False,
            loop="uvloop",
            http="httptools",
            timeout_keep_alive=60,  # longer than the gateway keeps an idle connection
            timeout_graceful_shutdown=15,
            backlog=4096,
        )
        server = uvicorn.Server(config)
        self.leaving = lambda: server.should_exit
        spare_the_collector()
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def main(build: Callable[[], Service]) -> None:
    """What every ``__main__`` calls: a setting that is missing or wrong is one sentence, not a traceback."""
    try:
        service = build()
    except ValidationError as error:
        wrong = "; ".join(
            f"LAPOR_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False)
        )
        sys.exit(f"Not started, because of the settings: {wrong}.")
    except InvalidKey as error:
        sys.exit(f"Not started, because of a key: {error}.")
    service.run()


def spare_the_collector() -> None:
    """What is loaded at start lives for ever: keep the garbage collector from walking it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def forget_old_messages(service: Service) -> None:
    """Keep the inbox small: hourly, in the machine's own time, since queues live in it."""
    while True:
        async with service.database.transaction() as tx:
            await tx.execute(
                sa.text("DELETE FROM inbox WHERE handled_at < now() - CAST(:memory AS interval)"),
                {"memory": INBOX_MEMORY},
            )
        await asyncio.sleep(3600)
