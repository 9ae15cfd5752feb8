"""What clocks are computed with: held still while it is used, and the same in every process."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.sla import amendments
from services.sla.rulebook import amend, as_of, packaged, peek, rulebook
from shared.calendar import Amendment, Basis, Day, DayKind, Limit, PolicyAmendment, Unit
from shared.contracts import Classification, ClockKind

NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)
DECIDED = date(2026, 7, 1)
DAY = Day(date(2026, 7, 8), DayKind.JOINT_LEAVE, "Cuti bersama", "Joint leave", None, estimated=True)
LEAVE = Amendment(
    "",
    "indonesia",
    NOW,
    "ratna",
    "SKB perubahan",
    DECIDED,
    (DAY,),
    (date(2026, 8, 17),),
    known_through=date(2028, 12, 31),
)
LIMIT = Limit(
    ClockKind.SETTLEMENT,
    Classification.SUPERVISION,
    50,
    Unit.WORKING_DAYS,
    Basis.LAW,
    "Permen",
    date(2026, 7, 1),
    "35.3578",
)
SHORTER = PolicyAmendment("", NOW, "ratna", "Permen", LIMIT, applies_to_running=True)


async def record(sla, amendment, decided=DECIDED):
    async with sla.transaction() as tx:
        return (await amend(tx, amendment, decided))[0]


async def test_without_amendments_the_reviewed_files_hold(sla) -> None:
    async with sla.reading() as tx:
        assert await peek(tx) == packaged()


@pytest.mark.parametrize("amendment", [LEAVE, SHORTER])
async def test_an_amendment_is_read_back_as_it_was_recorded(sla, amendment) -> None:
    recorded = await record(sla, amendment)
    async with sla.reading() as tx:
        [row] = await amendments.through(tx)
    assert (row.amendment, row.decided) == (recorded, DECIDED)


async def test_the_versions_count_the_amendments_on_top(sla) -> None:
    await record(sla, LEAVE)
    await record(sla, SHORTER)
    async with sla.reading() as tx:
        rules = await peek(tx)
    reviewed = packaged().versions
    assert rules.versions == (f"{reviewed[0]}+1", f"{reviewed[1]}+1")


async def test_the_rulebook_of_an_earlier_amendment_can_still_be_had(sla) -> None:
    await record(sla, LEAVE)
    async with sla.reading() as tx:
        first = await peek(tx)
    await record(sla, SHORTER)
    async with sla.reading() as tx:
        assert (await as_of(tx, first.seq)).versions == first.versions


async def test_nobody_amends_while_clocks_are_being_computed(sla) -> None:
    async with sla.transaction() as tx:
        await rulebook(tx)
        amending = asyncio.create_task(record(sla, LEAVE))
        await asyncio.sleep(0.1)
        assert not amending.done()
    await asyncio.wait_for(amending, 20)


async def test_whoever_waited_for_an_amendment_computes_with_it(sla) -> None:
    async with sla.transaction() as tx:
        _, after = await amend(tx, LEAVE, DECIDED)

        async def compute() -> int:
            async with sla.transaction() as other:
                return (await rulebook(other)).seq

        computing = asyncio.create_task(compute())
        await asyncio.sleep(0.1)
        assert not computing.done()
    assert await asyncio.wait_for(computing, 20) == after.seq


async def test_an_amendment_that_was_rolled_back_never_was(sla) -> None:
    async def fail() -> None:
        async with sla.transaction() as tx:
            await amend(tx, LEAVE, DECIDED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    await record(sla, replace(LEAVE, source="SKB yang lain"))
    async with sla.reading() as tx:
        assert [one.source for one in (await peek(tx)).book.amendments] == ["SKB yang lain"]
