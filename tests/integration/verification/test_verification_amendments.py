"""A day that is amended while the service runs counts for the next report in the queue."""

import pytest
from uuid_utils.compat import uuid7

from services.verification.domain.deadline import ZONE
from services.verification.handlers import SUBSCRIPTIONS
from shared.amendments import promise_by
from shared.messaging.consumer import Event
from tests.support.amended import free_day, reviewed_afterwards


@pytest.fixture(autouse=True)
def _reviewed():
    with reviewed_afterwards():
        yield


async def test_the_queue_dates_a_report_by_the_amended_calendar(desk):
    before = (await desk.row(await desk.file())).due_at
    fact = free_day(ZONE.date_of(before))
    for _ in range(2):
        async with desk.database.transaction() as tx:
            await SUBSCRIPTIONS[0].handlers[type(fact)].handle(tx, [Event(uuid7(), fact)])
    assert await promise_by(desk.database) == 1
    assert (await desk.row(await desk.file())).due_at > before
