"""Assembles the console: an HTTP application without a database, behind the gateway at /petugas/konsol."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from deploy.console.dead import Confirmations, DeadLetters
from deploy.console.overview import Watch
from deploy.console.pages import FOLDER, acting, letters, live
from deploy.console.services import Services
from deploy.console.settings import Settings
from deploy.provision.management import VHOST, Management
from shared.security.keys import load_verifying_key
from shared.security.tokens import TokenVerifier
from shared.telemetry.health import health_router
from shared.web.pages import Shell
from shared.web.problems import install_problem_handlers


def console(settings: Settings) -> FastAPI:
    services = Services(settings.upstream, settings.processes)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await services.close()

    app = FastAPI(
        title="LAPOR console",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    shell = Shell(FOLDER, secure=settings.public_url.startswith("https:"))
    shell.add_filter("age", live.age_words)
    app.state.shell = shell
    app.state.tokens = TokenVerifier(load_verifying_key(settings.token_public_key))
    app.state.watch = Watch(settings.broker, services)
    app.state.dead = DeadLetters(settings.broker)
    app.state.confirmations = Confirmations()

    async def broker() -> None:
        async with Management(settings.broker.management_url) as management:
            await management.get("queues", VHOST, columns="name")

    install_problem_handlers(app)
    app.include_router(health_router({"broker": broker}))
    for part in (live, letters, acting):
        app.include_router(part.router)
    shell.install(app)
    return app
