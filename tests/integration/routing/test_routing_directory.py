"""How reviewed agencies and rules come into the schema, and out of it again."""

import asyncio
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.routing.directory import held, packaged, seed
from tests.unit.routing.stories import verified


@pytest.fixture
async def routing(routing):
    """With nothing seeded yet; what a test leaves there is gone after it."""
    await change(routing, "TRUNCATE agencies, rules, directory")
    held.forget()
    yield routing
    await change(routing, "TRUNCATE agencies, rules, directory")
    held.forget()


async def change(routing, sql: str) -> None:
    async with routing.database.transaction() as tx:
        await tx.execute(sa.text(sql))


async def seeded(routing) -> bool:
    async with routing.database.transaction() as tx:
        return await seed(tx)


async def test_seeding_twice_changes_nothing(routing):
    assert [await seeded(routing), await seeded(routing)] == [True, False]
    assert len(await routing.rows("SELECT id FROM rules")) == len(list(packaged().directory.rules))


async def test_processes_that_start_together_seed_once(routing):
    assert sorted(await asyncio.gather(*(seeded(routing) for _ in range(3)))) == [False, False, True]


async def test_an_older_release_leaves_newer_data_alone(routing):
    await seeded(routing)
    await change(routing, "UPDATE directory SET version = '9999', digest = 'newer'")
    assert await seeded(routing) is False


async def test_a_newer_release_brings_its_data_and_keeps_agencies_that_old_cases_name(routing):
    await seeded(routing)
    await change(routing, "UPDATE directory SET version = '2000', digest = 'older'")
    await change(
        routing, "INSERT INTO agencies (code, name, kind, zone) VALUES ('kl.lama', 'Lama', 'ministry', 'WIB')"
    )
    await change(routing, "UPDATE agencies SET name = 'Salah' WHERE code = 'kl.pln'")
    assert await seeded(routing) is True
    names = await routing.rows("SELECT name FROM agencies WHERE code IN ('kl.lama', 'kl.pln') ORDER BY code")
    assert [row.name for row in names] == ["Lama", "PT PLN (Persero)"]


async def test_a_case_is_routed_even_before_anything_was_seeded(routing):
    await routing.hear(verified())
    assert (await routing.said())[0].agency == "35.3578.dpubm"


async def test_rules_changed_in_the_schema_are_used_as_soon_as_they_are_compiled(routing):
    await routing.hear(verified())
    await change(routing, "UPDATE rules SET candidates = '{kl.kemenpu}' WHERE id = 'surabaya-jalan'")
    await change(routing, "UPDATE directory SET digest = 'changed'")
    async with asyncio.timeout(40):
        while (await routing.said())[-1].agency != "kl.kemenpu":
            await routing.hear(verified(report_id=uuid4()))


async def test_nobody_waits_while_changed_rules_are_compiled(routing):
    await routing.hear(verified())
    await change(routing, "UPDATE rules SET candidates = '{kl.kemenpu}' WHERE id = 'surabaya-jalan'")
    await change(routing, "UPDATE directory SET digest = 'changed again'")
    await routing.hear(verified(report_id=uuid4()))
    assert (await routing.said())[-1].agency == "35.3578.dpubm"


async def test_an_unsound_change_is_not_taken_up_and_the_state_before_goes_on(routing):
    await routing.hear(verified())
    await change(routing, "UPDATE agencies SET valid_to = '2020-01-01' WHERE code = 'nasional'")
    await change(routing, "UPDATE directory SET digest = 'unsound'")
    for _ in range(3):
        await routing.hear(verified(report_id=uuid4()))
        await asyncio.sleep(0.2)
    assert {fact.agency for fact in await routing.said()} == {"35.3578.dpubm"}


async def test_what_an_officer_changed_survives_a_newer_release(routing):
    await seeded(routing)
    await change(routing, "UPDATE directory SET version = '2000', digest = 'older'")
    await change(routing, "UPDATE agencies SET name = 'PLN', author = 'ratna' WHERE code = 'kl.pln'")
    await change(
        routing,
        """
        INSERT INTO rules (id, version, categories, keywords, candidates, note, author)
        VALUES ('listrik', 2, '{listrik}', '{}', '{kl.esdm}', '', 'ratna')
        """,
    )
    await seeded(routing)
    assert [r.name for r in await routing.rows("SELECT name FROM agencies WHERE code = 'kl.pln'")] == ["PLN"]
    newest = await routing.rows("SELECT author FROM rules WHERE id = 'listrik' ORDER BY version DESC LIMIT 1")
    assert newest[0].author == "ratna"


async def test_a_rule_that_a_release_no_longer_has_is_withdrawn_and_stays_on_record(routing):
    await seeded(routing)
    await change(routing, "UPDATE directory SET version = '2000', digest = 'older'")
    await change(routing, "UPDATE rules SET id = 'dulu-ada' WHERE id = 'listrik'")
    await seeded(routing)
    old = await routing.rows("SELECT version, withdrawn FROM rules WHERE id = 'dulu-ada' ORDER BY version")
    assert [(row.version, row.withdrawn) for row in old] == [(1, False), (2, True)]
