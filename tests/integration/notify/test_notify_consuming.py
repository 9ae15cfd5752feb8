"""From the broker to the mailbox, over the real topology and with each service's own permissions."""

from uuid import uuid4

import aio_pika
from uuid_utils.compat import uuid7

from services.notify.sweeping import sweep
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind
from shared.contracts.codec import encode
from shared.messaging.broker import Worker
from tests.integration.notify.conftest import SARI, Office, until
from tests.unit.notify.facts import ANSWER, fact, moved, status


async def say(office: Office, service: str, *facts: c.Fact, times: int = 1) -> None:
    connection = await aio_pika.connect(office.stack.amqp_url(service))
    async with connection:
        channel = await connection.channel()
        for one in facts:
            exchange = await channel.get_exchange(one.exchange, ensure=False)
            message = aio_pika.Message(encode(one), message_id=str(uuid7()), type=one.schema_name())
            for _ in range(times):
                await exchange.publish(message, one.routing_key, mandatory=True)


async def test_a_report_told_three_times_over_the_broker_is_told_once_to_people(office: Office):
    report, leg = uuid4(), uuid4()
    moves = [moved(ClockKind.SETTLEMENT, 24, 27, leg_id=leg)]
    worker = Worker(office.stack.amqp_url("notify"), office.handlers.subscriptions(), office.database)
    await worker.start()
    try:
        async with office.sending():
            await say(office, "verification", status(CaseStatus.RECEIVED, report_id=report), times=3)
            await say(office, "routing", fact(c.DispositionCreated, report_id=report, leg_id=leg), times=3)
            await say(office, "routing", fact(c.DispositionResponded, report_id=report, text=ANSWER), times=3)
            await say(office, "sla", fact(c.SlaBreached, report_id=report, leg_id=leg), times=3)
            await say(office, "sla", fact(c.SlaReminded, report_id=report, leg_id=leg), times=3)
            await say(office, "sla", fact(c.DeadlinesAmended, report_id=report, moved=moves), times=3)
            await say(office, "intake", office.contact(report, SARI), times=3)
            await until(lambda: _planned(office, 8))
            await sweep(office.database, attempts=3)
            rows = await office.settled()
    finally:
        await worker.stop()
    assert sorted((row.recipient, row.template, row.state) for row in rows) == [
        ("agency:35.3578.dishub", "disposition_created", "delivered"),
        ("agency:35.3578.dishub", "leg_breached", "skipped"),
        ("agency:35.3578.dishub", "leg_deadlines_moved", "delivered"),
        ("agency:35.3578.dishub", "leg_reminder", "delivered"),
        ("reporter", "answered", "delivered"),
        ("reporter", "deadlines_moved", "delivered"),
        ("reporter", "overdue", "delivered"),
        ("reporter", "received", "delivered"),
    ]
    assert len({message["id"] for message in await office.caught()}) == len(await office.caught()) == 7


async def _planned(office: Office, count: int) -> bool:
    return len(await office.deliveries()) == count
