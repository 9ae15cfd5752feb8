"""A dry run over very many clocks stays bounded: it folds a random part of them, and says so."""

from datetime import date

import pytest

from services.sla import preview, rulebook
from services.sla.preview import Moved, count_moved
from shared.calendar import Basis, Limit, PolicyAmendment, Unit
from shared.contracts import ClockKind
from tests.integration.sla.amend import MONDAY, submitted
from tests.integration.sla.facts import statements

CASES = 12


@pytest.fixture
async def sla(database):
    database = await database("sla")
    for number in range(CASES):
        await submitted(number / 10).deliver(database)
    return database


async def tried(sla) -> Moved:
    limit = Limit(ClockKind.VERIFICATION, None, 5, Unit.WORKING_DAYS, Basis.LAW, "Permen", date(2026, 7, 6))
    amendment = PolicyAmendment("try", MONDAY, "admin", "Permen", limit, applies_to_running=True)
    async with sla.reading() as tx:
        before = await rulebook.peek(tx)
        return await count_moved(tx, before, before.amended(amendment), amendment)


async def test_few_clocks_are_counted_one_by_one(sla) -> None:
    assert await tried(sla) == Moved(CASES)


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
