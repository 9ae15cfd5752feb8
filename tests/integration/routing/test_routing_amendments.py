"""After an amendment, the lists of open dispositions show what is owed by the amended calendar."""

from datetime import timedelta
from uuid import uuid4

import pytest
from uuid_utils.compat import uuid7

from services.routing.handlers import subscriptions
from services.routing.redating import date_batch
from shared.calendar import Zone
from shared.contracts import CalendarAmended, CaseStatus, ClockKind, PolicyAmended
from shared.messaging.consumer import Event
from tests.support.amended import free_day, limit, reviewed_afterwards
from tests.unit.routing.stories import HOUR, MONDAY, status, verified

AT_ONCE = timedelta(0)


@pytest.fixture(autouse=True)
def _reviewed():
    with reviewed_afterwards():
        yield


async def hear(routing, *facts) -> None:
    async with routing.database.transaction() as tx:
        for fact in facts:
            handler = subscriptions()[0].handlers[type(fact)]
            await handler.handle(tx, [Event(uuid7(), fact)])


async def dated(routing, batch: int = 200) -> None:
    while await date_batch(routing.database, batch, AT_ONCE):
        pass


def last_day(leg):
    return Zone(leg.zone).date_of(leg.due_at)


async def test_an_open_leg_is_due_a_day_later_where_its_last_day_became_free(routing):
    await routing.hear(verified())
    [before] = await routing.legs()
    await hear(routing, free_day(last_day(before)))
    await dated(routing)
    [after] = await routing.legs()
    assert after.due_at > before.due_at


async def test_a_leg_that_is_done_owes_nothing_still(routing):
    await routing.hear(verified())
    [leg] = await routing.legs()
    await routing.hear(status(CaseStatus.WITHDRAWN, 5, MONDAY + HOUR))
    await hear(routing, free_day(last_day(leg)))
    await dated(routing)
    assert [leg.due_at for leg in await routing.legs()] == [None]


async def test_legs_are_dated_in_batches_that_go_on_where_they_stood(routing):
    for _ in range(3):
        await routing.hear(verified(report_id=uuid4()))
    [before, *_] = await routing.legs()
    await hear(routing, free_day(last_day(before)))
    steps = 0
    while await date_batch(routing.database, 1, AT_ONCE):
        steps += 1
    assert steps == 3
    assert {leg.due_at > before.due_at for leg in await routing.legs()} == {True}


async def test_an_amendment_that_comes_while_legs_are_dated_is_not_passed_over(routing):
    await routing.hear(verified())
    [before] = await routing.legs()
    await hear(routing, free_day(last_day(before), 1))
    await date_batch(routing.database, 1, AT_ONCE)
    [once] = await routing.legs()
    await hear(routing, free_day(last_day(once), 2))
    await dated(routing, 1)
    [twice] = await routing.legs()
    assert before.due_at < once.due_at < twice.due_at


async def test_legs_are_left_alone_until_every_process_knows_the_amendment(routing):
    await routing.hear(verified())
    [before] = await routing.legs()
    await hear(routing, free_day(last_day(before)))
    assert (await date_batch(routing.database), await routing.legs()) == (False, [before])


async def test_without_an_amendment_there_is_nothing_to_date(routing):
    await routing.hear(verified())
    assert not await date_batch(routing.database, 200, AT_ONCE)


async def test_a_new_limit_is_kept_beside_a_new_day(routing):
    await hear(routing, limit(ClockKind.FIRST_RESPONSE, 9, 2), free_day(MONDAY.date() + timedelta(1), 1))
    heard = await routing.rows("SELECT type FROM heard_amendments ORDER BY number")
    assert [row.type for row in heard] == [CalendarAmended.schema_name(), PolicyAmended.schema_name()]
