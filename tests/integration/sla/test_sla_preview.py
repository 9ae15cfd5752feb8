"""A dry run tells what then happens, and stays bounded: of very many cases it folds a random part."""

from datetime import date, timedelta

import pytest

from services.sla import effect_store, preview, rulebook
from services.sla.domain.effect import Effect
from services.sla.preview import foresee
from services.sla.rulebook import Outdated
from shared import contracts as c
from shared.calendar import Amendment, Basis, Limit, PolicyAmendment, Unit
from shared.contracts import ClockKind
from tests.integration.sla.amend import ACT, MONDAY, NEW_DAY, SIGNED, amend, recomputed, sent, submitted
from tests.integration.sla.facts import statements

CASES = 12


@pytest.fixture
async def sla(database):
    database = await database("sla")
    for number in range(CASES):
        await submitted(number / 10).deliver(database)
    return database


async def tried(sla) -> Effect:
    limit = Limit(ClockKind.VERIFICATION, None, 5, Unit.WORKING_DAYS, Basis.LAW, "Permen", date(2026, 7, 6))
    amendment = PolicyAmendment("try", MONDAY, "admin", "Permen", limit, applies_to_running=True)
    async with sla.reading() as tx:
        before = await rulebook.peek(tx)
        return await foresee(tx, before, before.amended(amendment), amendment)


async def test_few_clocks_are_counted_one_by_one(sla) -> None:
    found = await tried(sla)
    assert (found.clocks, found.estimated) == (CASES, False)


async def test_of_too_many_a_part_is_drawn_and_the_number_is_an_estimate(sla, monkeypatch) -> None:
    monkeypatch.setattr(preview, "MOST_FOLDED", 6)
    found = [await tried(sla) for _ in range(5)]
    assert {one.estimated for one in found} == {True}
    assert {one.clocks for one in found} <= {0, CASES}


async def test_no_more_logs_are_read_than_were_drawn(sla, monkeypatch) -> None:
    monkeypatch.setattr(preview, "MOST_FOLDED", 1)
    monkeypatch.setattr(preview, "BATCH", 1)
    seen = statements(sla)
    await tried(sla)
    assert sum("FROM facts" in sql for sql in seen) < CASES


@pytest.mark.parametrize("agency", ["35.3578.dishub", "kl.kemensos"])
async def test_what_was_foreseen_is_what_is_added_up_afterwards(database, agency) -> None:
    sla = await database("sla")
    await sent(agency).deliver(sla)
    await submitted(3).add(c.ClarificationRequested, MONDAY + timedelta(hours=4)).deliver(sla)
    act = Amendment(**ACT, scope="indonesia", decided=SIGNED, added=(NEW_DAY,))
    async with sla.reading() as tx:
        before = await rulebook.peek(tx)
        foreseen = await foresee(tx, before, before.amended(act), act)
    amendment = await amend(sla)
    await recomputed(sla)
    await effect_store.add_up_one(sla)
    async with sla.reading() as tx:
        progress = await effect_store.progress(tx, amendment)
        assert progress is not None
        assert (await effect_store.effect(tx, progress.id)).shifts == foreseen.shifts != ()


async def test_an_effect_is_added_up_once(database) -> None:
    sla = await database("sla")
    await submitted().deliver(sla)
    await amend(sla)
    await recomputed(sla)
    assert [await effect_store.add_up_one(sla) for _ in range(2)] == [True, False]


async def test_an_amendment_is_refused_if_others_came_first(database) -> None:
    sla = await database("sla")
    await amend(sla)
    act = Amendment(**ACT, scope="indonesia", decided=SIGNED, removed=(NEW_DAY.date,))
    with pytest.raises(Outdated):
        async with sla.transaction() as tx:
            await rulebook.amend(tx, act, SIGNED, on_top_of=0)
