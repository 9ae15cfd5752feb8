"""A whole LAPOR and a Chromium, shared by all tests; every page is watched for what it may not do."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from rich.console import Console

from deploy.demo.place import Place
from deploy.demo.timeline import Timeline
from deploy.demo.world import World
from deploy.local.chromium import FLAGS, find
from deploy.local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
CLOSING_SECONDS = 20
expect.set_options(timeout=30_000)  # as patient as with everything else: other tests run beside these


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: opens real pages in Chromium")


@dataclass
class Visit:
    """A browser window, and everything it did that no page of ours may do."""

    page: Page
    context: BrowserContext
    url: str
    offences: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        await self.page.goto(self.url + path)


Open = Callable[..., Awaitable[Visit]]


@pytest.fixture(scope="package")
async def lapor() -> AsyncIterator[Stack]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    async with Stack(ROOT / ".local" / f"browser-{worker}", fresh=True) as stack:
        yield stack


@pytest.fixture(scope="package")
async def world(lapor: Stack) -> AsyncIterator[World]:
    async with World(Place.of(lapor), Timeline(Console(file=StringIO(), width=150))) as people:
        yield people


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    program = find(ROOT / ".local/servers")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        await browser.close()


async def ended(context: BrowserContext) -> None:
    """Chromium now and then never tells that a context is closed whose upload was cut off; it ends with the
    browser.
    """
    await context.unroute_all(behavior="ignoreErrors")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSING_SECONDS):
            await context.close()


@pytest.fixture
async def visit(lapor: Stack, chromium: Browser) -> AsyncIterator[Open]:
    """Opens a window. Afterwards: no script failed, the policy was kept, and nobody else was called."""
    opened: list[Visit] = []

    async def open_window(**options: Any) -> Visit:
        context = await chromium.new_context(**{"viewport": {"width": 360, "height": 740}, **options})
        context.set_default_timeout(30_000)
        page = await context.new_page()
        one = Visit(page, context, lapor.gateway_url)
        page.on("pageerror", lambda error: one.offences.append(f"script failed: {error}"))
        page.on(
            "console",
            lambda told: one.offences.append(told.text) if "Content Security Policy" in told.text else None,
        )
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((lapor.gateway_url, "data:", "blob:"))
                else one.offences.append(f"called {asked.url}")
            ),
        )
        opened.append(one)
        return one

    yield open_window
    offences = [offence for one in opened for offence in one.offences]
    for one in opened:
        await ended(one.context)
    assert offences == []
