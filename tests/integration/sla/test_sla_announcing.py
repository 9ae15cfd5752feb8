"""Whoever promises dates is told of amendments: when they are recorded, and again if they came later."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.sla.announcing import tell_all
from shared import contracts as c
from shared.calendar.telling import amendment_of
from shared.messaging.topology import WORK
from tests.integration.sla.amend import NEW_DAY, amend, amend_limit
from tests.integration.sla.facts import everything_said

HOUR = timedelta(hours=1)
RULES = (c.CalendarAmended, c.PolicyAmended)


async def told(sla) -> list[c.RulesAmended]:
    return [fact for fact in await everything_said(sla) if isinstance(fact, c.RulesAmended)]


async def test_a_day_is_told_with_all_that_one_needs_to_count_with_it(sla) -> None:
    amendment = await amend(sla, scope="35.78")
    [fact] = await told(sla)
    heard = amendment_of(fact)
    assert (heard.id, heard.scope, heard.added) == (amendment, "35.78", (NEW_DAY,))


async def test_a_limit_is_told(sla) -> None:
    await amend_limit(sla, 5, applies_to_running=True)
    [fact] = await told(sla)
    assert (fact.clock, fact.days, fact.applies_to_running) == (c.ClockKind.VERIFICATION, 5, True)


async def test_a_refused_amendment_is_not_told(sla) -> None:
    await amend(sla)
    with pytest.raises(ValueError, match="free"):
        await amend(sla)
    assert len(await told(sla)) == 1


async def test_everything_is_told_again_but_for_the_time_it_is_said(sla, clock) -> None:
    await amend(sla)
    await amend_limit(sla, 5, applies_to_running=False)
    clock.advance(HOUR)
    assert await tell_all(sla, HOUR) == 2
    first, again = (await told(sla))[:2], (await told(sla))[2:]
    assert [fact.model_dump(exclude={"occurred_at"}) for fact in first] == [
        fact.model_dump(exclude={"occurred_at"}) for fact in again
    ]


async def test_several_processes_tell_once_in_so_long(sla) -> None:
    await amend(sla)
    assert [await tell_all(sla, HOUR) for _ in range(3)] == [1, 0, 0]


async def test_after_so_long_it_is_told_again(sla) -> None:
    await amend(sla)
    await tell_all(sla, HOUR)
    async with sla.transaction() as tx:
        await tx.execute(sa.text("UPDATE amendments_told SET told_at = told_at - interval '61 minutes'"))
    assert await tell_all(sla, HOUR) == 1


@pytest.mark.parametrize("service", ["intake", "notify", "routing"])
@pytest.mark.parametrize("fact", RULES, ids=lambda fact: fact.type)
def test_whoever_promises_dates_hears_of_it(service: str, fact: type[c.Fact]) -> None:
    [queue] = [queue for queue in WORK if queue.name == f"{service}.facts"]
    assert {fact.type, "sla.#"} & {key for _, key in queue.bindings}
