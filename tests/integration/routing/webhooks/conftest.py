"""Hooks at an agency's own system, registered by its coordinator."""

from uuid import uuid4

import pytest

from services.routing.webhooks.api import router
from shared.security.tokens import Role
from tests.integration.routing.conftest import VAULT, http_client
from tests.integration.routing.webhooks.hooks import ROADS, Hook


@pytest.fixture
async def api(assembled, outbound):
    async with http_client(assembled(router, outbound=outbound, webhook_vault=VAULT)) as client:
        yield client


@pytest.fixture
def hook(api, sign, server):
    async def make(agency: str = ROADS) -> Hook:
        path = f"/{uuid4().hex}"
        return await Hook(api, sign(Role.COORDINATOR, agency), agency, path).register(server.url + path)

    return make
