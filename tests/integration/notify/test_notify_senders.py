"""Many senders, leases and crashes: at least once to the provider, and one outcome for each delivery."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.notify.channels.port import Refused, Rendered
from services.notify.channels.sms import SmsSender
from services.notify.sweeping import sweep
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.messaging.consumer import Event
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office, Provider, received, until
from tests.unit.notify.facts import status


async def test_no_database_connection_is_held_while_the_provider_takes_its_time(office: Office):
    await received(office, reports=5)
    slow = Provider(hold=asyncio.Event())
    async with office.sending(office.dispatcher("email", slow)):
        await until(lambda: _at_once(slow, 5))
        await until(lambda: _idle(office))
        slow.hold.set()
        await office.settled()


async def test_messages_are_sent_at_once_up_to_the_limit(office: Office):
    await received(office, reports=12)
    slow = Provider(hold=asyncio.Event())
    async with office.sending(office.dispatcher("email", slow, concurrency=4)):
        await until(lambda: _at_once(slow, 4))
        slow.hold.set()
        await office.settled()
    assert slow.most_at_once == 4


async def test_two_processes_share_the_queue_and_send_nothing_twice(office: Office):
    await received(office, reports=40)
    one, other = Provider(), Provider()
    async with office.sending(office.dispatcher("email", one), office.dispatcher("email", other)):
        rows = await office.settled()
    assert Counter(one.keys + other.keys) == Counter({row.id: 1 for row in rows})
    assert len(await office.said()) == 40


async def test_what_a_crash_left_between_sending_and_recording_is_sent_again_with_the_same_key(
    office: Office,
):
    await received(office, PHONE_ONLY)

    class Dying(SmsSender):
        """The process ends once the provider has the message."""

        async def send(self, delivery_id: UUID, address: str, message: Rendered) -> None:
            await super().send(delivery_id, address, message)
            sent.set()
            await asyncio.Event().wait()

    sent = asyncio.Event()
    dispatcher = office.dispatcher("sms", Dying(f"{office.stack.catcher_url}/sms", 5), lease_seconds=0.3)
    task = asyncio.create_task(dispatcher._dispatch())
    await asyncio.wait_for(sent.wait(), 20)
    for one in (task, *dispatcher._in_hand):
        one.cancel()
    await asyncio.sleep(0.4)
    [lost] = await office.deliveries()
    assert await sweep(office.database, attempts=5) == 1
    async with office.sending():
        [row] = await office.settled()
    assert (lost.state, row.state, row.attempts) == ("sending", "delivered", 2)
    assert [message["id"] for message in await office.caught()] == [str(row.id)] * 2
    assert len(await office.said()) == 1


async def test_a_message_that_kills_every_sender_is_given_up(office: Office):
    await received(office)
    async with office.database.transaction() as tx:
        await tx.execute(
            sa.text(
                "UPDATE deliveries SET state = 'sending', attempts = 3, leased_until = now() - interval '1s'"
            )
        )
    await sweep(office.database, attempts=3)
    [row] = await office.deliveries()
    [told] = await office.said()
    assert (row.state, row.reason) == ("failed", "sender lost, given up")
    assert isinstance(told, c.NotificationFailed)


async def test_an_outcome_that_comes_after_its_lease_was_given_away_says_nothing(office: Office):
    await received(office)
    slow, quick = Provider(hold=asyncio.Event()), Provider()
    late = office.dispatcher("email", slow, lease_seconds=0.1)
    async with office.sending(late):
        await until(lambda: _at_once(slow, 1))
        await asyncio.sleep(0.15)
        await sweep(office.database, attempts=5)
        async with office.sending(office.dispatcher("email", quick)):
            await until(lambda: _delivered(office))
        slow.hold.set()
    assert len(await office.said()) == 1


async def test_a_late_failure_does_not_touch_a_delivery_that_somebody_else_has_in_hand(office: Office):
    await received(office)
    slow, other = Provider(Refused("smtp 550"), hold=asyncio.Event()), Provider(hold=asyncio.Event())
    async with office.sending(office.dispatcher("email", slow, lease_seconds=0.1)):
        await until(lambda: _at_once(slow, 1))
        await asyncio.sleep(0.15)
        await sweep(office.database, attempts=5)
        async with office.sending(office.dispatcher("email", other)):
            await until(lambda: _at_once(other, 1))
            slow.hold.set()
            await until(lambda: _at_once(slow, 0))
            await asyncio.sleep(0.1)
            [held] = await office.deliveries()
            other.hold.set()
            [row] = await office.settled()
    assert (held.state, row.state, row.attempts) == ("sending", "delivered", 2)


async def test_stopping_finishes_what_is_in_hand(office: Office):
    await received(office, reports=3)
    slow = Provider(hold=asyncio.Event())
    async with office.sending(office.dispatcher("email", slow)):
        await until(lambda: _at_once(slow, 3))
        asyncio.get_running_loop().call_later(0.2, slow.hold.set)
    assert {row.state for row in await office.deliveries()} == {"delivered"}


async def test_the_bell_is_answered_without_waiting_for_the_poll(office: Office, monkeypatch):
    monkeypatch.setattr("services.notify.dispatcher.POLL_SECONDS", 60.0)
    provider = Provider()
    async with office.sending(office.dispatcher("email", provider)):
        await asyncio.sleep(0.2)  # it has looked once, and would look again in a minute
        report = uuid4()
        await office.hear(office.contact(report, SARI))
        async with office.database.transaction() as tx:
            news = Event(uuid4(), status(CaseStatus.RECEIVED, report_id=report))
            await office.handlers.plan_deliveries(tx, [news])
            await asyncio.sleep(0.1)  # rung, and not committed yet
        await office.settled(30)
    assert len(provider.keys) == 1


async def _at_once(provider: Provider, count: int) -> bool:
    return provider.at_once == count


async def _idle(office: Office) -> bool:
    return office.database.engine.pool.checkedout() == 0


async def _delivered(office: Office) -> bool:
    return all(row.state == "delivered" for row in await office.deliveries())
