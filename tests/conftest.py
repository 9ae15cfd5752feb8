"""Fixtures over real servers: one private stack for the whole run, started when a test first asks for it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from shared.db.database import Database
from shared.security.keys import generate_keys
from tests.support.clocks import ManualClock

settings.register_profile("default", deadline=None, max_examples=40)
settings.register_profile("deep", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ROOT = Path(__file__).resolve().parent.parent
PAGES = "tests/browser/"


class ByStack(LoadFileScheduling):
    """Files stay whole where several processes share the tests, and so do all pages in a browser: they share
    one stack with all services.
    """

    def _split_scope(self, nodeid: str) -> str:
        return PAGES if nodeid.startswith(PAGES) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByStack:
    """Used with `--numprocesses`."""
    return ByStack(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked deep runs under the deep profile alone (make test-deep)."""
    if os.environ.get("HYPOTHESIS_PROFILE") == "deep":
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    config.hook.pytest_deselected(items=deep)
    items[:] = [item for item in items if not item.get_closest_marker("deep")]


@pytest.fixture(scope="session")
def keys() -> dict[str, str]:
    """A set of keys as the services' environment carries them."""
    return generate_keys()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
async def stack() -> AsyncIterator:
    """PostgreSQL, RabbitMQ, object store and catcher, provisioned; no services.

    Embedded, or with LAPOR_TEST_STACK=containers from the images that compose names.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if os.environ.get("LAPOR_TEST_STACK") == "containers":
        from tests.support.containers import ContainerStack

        async with ContainerStack(ROOT / ".local" / f"containers-{worker}") as contained:
            yield contained
        return
    from deploy.local.stack import Stack

    async with Stack(ROOT / ".local" / f"test-{worker}", services=(), fresh=True) as running:
        yield running


EMPTY = sa.text(
    """
    SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
    WHERE schemaname = current_schema()
      AND tablename NOT IN ('alembic_version', 'agencies', 'rules', 'directory')
    """
)


@pytest.fixture
async def database(stack, clock) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """A service's database with its tables emptied; several may be open at once."""
    opened: list[Database] = []

    async def open_database(service: str) -> Database:
        database = Database(stack.database_url(service), clock, pool_size=5)
        opened.append(database)
        async with database.transaction() as tx:
            names = (await tx.execute(EMPTY)).scalar_one()
            await tx.execute(sa.text(f"TRUNCATE {names}"))
        return database

    yield open_database
    for each in opened:
        await each.close()
