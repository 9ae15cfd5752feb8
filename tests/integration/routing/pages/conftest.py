"""The agency desk by page, with an officer of any role signed in."""

import httpx
import pytest

from services.routing.pages import open_shell, routers
from shared.security.tokens import Role
from shared.web.pages.officers import COOKIE
from tests.integration.routing.conftest import VAULT
from tests.integration.routing.pages.browser import ROADS, Browser
from tests.unit.routing.stories import verified


@pytest.fixture(scope="package")
def shell():
    """Templates are compiled once, as in a process."""
    return open_shell("http://routing")


@pytest.fixture
async def open_desk(assembled, sign, outbound, routing, shell):
    """A browser in which an officer is signed in."""
    app = assembled(*routers, shell=shell, outbound=outbound, webhook_vault=VAULT)
    shell.install(app)
    opened: list[Browser] = []

    def desk(role: Role = Role.LIAISON, agency: str | None = ROADS, **headers: str) -> Browser:
        token = sign(role, agency)["Authorization"].removeprefix("Bearer ")
        browser = Browser(
            transport=httpx.ASGITransport(app),
            base_url="http://routing",
            headers={"Accept": "text/html", **headers},
            cookies={COOKIE: token},
        )
        opened.append(browser)
        return browser

    yield desk
    for browser in opened:
        await browser.aclose()


@pytest.fixture
async def desk(open_desk) -> Browser:
    return open_desk()


@pytest.fixture
async def path(routing) -> str:
    """The page of the only leg there is."""
    await routing.hear(verified(tracking_id="K7MQ3XW9FZ"))
    return f"/petugas/disposisi/{(await routing.legs())[0].leg_id}"
