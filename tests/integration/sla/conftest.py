"""The sla service's own database, and its HTTP interface on top of it, for officers of any role."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.sla.api import routers
from shared.security.keys import load_signing_key, load_verifying_key
from shared.security.tokens import Officer, Role, TokenVerifier, issue
from shared.web.problems import install_problem_handlers
from tests.integration.sla.facts import MONDAY


@pytest.fixture
async def sla(database):
    return await database("sla")


@pytest.fixture
def sixty_days_later(clock) -> None:
    """Long after the Monday on which most reports of these tests are filed."""
    clock.set(MONDAY + timedelta(days=60))


@pytest.fixture
async def api(sla, clock, keys) -> FastAPI:
    app = FastAPI()
    install_problem_handlers(app)
    app.state.database, app.state.clock = sla, clock
    app.state.tokens = TokenVerifier(load_verifying_key(keys["LAPOR_TOKEN_PUBLIC_KEY"]))
    for router in routers:
        app.include_router(router)
    return app


@pytest.fixture
async def client(api):
    transport = httpx.ASGITransport(api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://sla") as client:
        yield client


@pytest.fixture
def sign(keys):
    def headers(role: Role, agency: str | None = None, officer: str = "petugas-1") -> dict[str, str]:
        key = load_signing_key(keys["LAPOR_TOKEN_PRIVATE_KEY"])
        token = issue(key, Officer(officer, role, agency), timedelta(minutes=5))
        return {"Authorization": f"Bearer {token}"}

    return headers
