"""Five services that answer, and a story in them to ask about; once for all tests of this folder."""

import httpx
import pytest
import sqlalchemy as sa

from services.routing.directory import held, seed
from tests.integration.fuzz.story import Story
from tests.integration.fuzz.town import NAMES, Town
from tests.support.amended import reviewed_afterwards

EMPTIED = sa.text(
    """
    SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
    WHERE schemaname = current_schema() AND tablename <> 'alembic_version'
    """
)
"""Also agencies and rules, which other tests keep: strangers have written among them here."""


@pytest.fixture(scope="module")
def town(stack):
    held.forget()
    with reviewed_afterwards(), Town(stack) as town:
        town.run(_emptied(town))  # what other tests left unsaid would be carried here
        town.run(_seeded(town))
        yield town
        town.run(_emptied(town))
    held.forget()


async def _emptied(town: Town) -> None:
    for name in NAMES:
        async with town.services[name].database.transaction() as tx:
            names = (await tx.execute(EMPTIED)).scalar_one()
            await tx.execute(sa.text(f"TRUNCATE {names}"))


async def _seeded(town: Town) -> None:
    async with town.services["routing"].database.transaction() as tx:
        await seed(tx)


@pytest.fixture(scope="module")
def http():
    with httpx.Client(trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def story(town, http, stack) -> Story:
    story = Story(town, stack.secrets["LAPOR_TOKEN_PRIVATE_KEY"], f"{stack.catcher_url}/sms")
    story.tell(http, reports=6)
    return story
