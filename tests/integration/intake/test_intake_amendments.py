"""Intake promises dates by the amended calendar as soon as it has heard of an amendment, in every process."""

import asyncio
from datetime import date
from itertools import permutations
from uuid import uuid4

import pytest

from services.intake.handlers import SUBSCRIPTIONS
from shared import amendments
from shared.amendments import follow_amendments, promise_by
from shared.contracts import ClockKind
from shared.messaging.consumer import Event
from tests.integration.intake.conftest import REPORT
from tests.integration.intake.statements import counting
from tests.support.amended import free_day, limit, reviewed_afterwards

THURSDAY = date(2026, 7, 9)
"""Of the week in which the test's clock stands: the last day of three from its Monday."""


@pytest.fixture(autouse=True)
def _reviewed():
    with reviewed_afterwards():
        yield


async def hear(intake, *facts) -> None:
    for fact in facts:
        async with intake.database.transaction() as tx:
            await SUBSCRIPTIONS[0].handlers[type(fact)].handle(tx, [Event(uuid4(), fact)])


async def deadline(intake) -> str:
    return (await intake.http.post("/v1/reports", json=REPORT)).json()["deadline"][:10]


async def test_a_receipt_promises_a_day_later_where_its_last_day_became_free(intake):
    before = await deadline(intake)
    await hear(intake, free_day(THURSDAY))
    await promise_by(intake.database)
    assert (before, await deadline(intake)) == ("2026-07-09", "2026-07-10")


async def test_a_receipt_promises_by_the_new_limit(intake):
    await hear(intake, limit(ClockKind.VERIFICATION, 4))
    await promise_by(intake.database)
    assert await deadline(intake) == "2026-07-10"


@pytest.mark.parametrize("order", [*permutations(range(3))])
async def test_any_order_and_repetition_promises_the_same(intake, order):
    facts = [free_day(THURSDAY, 1), free_day(date(2026, 7, 10), 2), limit(ClockKind.VERIFICATION, 4, 3)]
    await hear(intake, *(facts[place] for place in (*order, *order)))
    await promise_by(intake.database)
    assert await deadline(intake) == "2026-07-14"


async def test_a_process_that_did_not_hear_it_itself_follows(intake, monkeypatch):
    monkeypatch.setattr(amendments, "POLL_SECONDS", 0.01)
    following = asyncio.create_task(follow_amendments(intake))
    try:
        await hear(intake, free_day(THURSDAY))
        async with asyncio.timeout(20):
            while await deadline(intake) != "2026-07-10":
                await asyncio.sleep(0.02)
    finally:
        following.cancel()


async def test_a_promise_costs_no_statement_for_the_calendar(intake):
    await deadline(intake)
    with counting(intake.database) as sent:
        await deadline(intake)
    assert not [sql for sql in sent if "amendments" in sql]
