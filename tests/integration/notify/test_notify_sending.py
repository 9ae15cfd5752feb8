"""Sending over real SMTP and HTTP: at least once to the provider, once for a provider that honours keys."""

import asyncio
import contextlib
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
import structlog

from services.notify.channels.port import Refused, Rendered, Unavailable
from services.notify.channels.sms import SmsSender
from services.notify.loops import sweep
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office, until
from tests.unit.notify.facts import ANSWER, TEXT, fact, status


class Provider:
    """A channel that does as it is told, and remembers which keys it was handed."""

    def __init__(self, *failures: Exception | None, hold: asyncio.Event | None = None) -> None:
        self.failures, self.hold = list(failures), hold
        self.keys: list[UUID] = []
        self.at_once = self.most_at_once = 0

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> None:
        self.keys.append(delivery_id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hold is not None:
                await self.hold.wait()
            if self.failures and (failure := self.failures.pop(0)):
                raise failure
        finally:
            self.at_once -= 1

    async def close(self) -> None:
        pass


async def received(office: Office, contact=SARI, reports: int = 1, **more) -> list[UUID]:
    """Reports whose reception is to be told."""
    made = [uuid4() for _ in range(reports)]
    for report in made:
        await office.hear(office.contact(report, contact))
        await office.hear(status(CaseStatus.RECEIVED, report_id=report, **more))
    return made


async def test_a_mail_arrives_with_its_words_and_its_key(office: Office):
    await received(office)
    async with office.sending():
        [row] = await office.settled()
    [mail] = await office.caught()
    assert (row.state, row.attempts) == ("delivered", 1)
    assert mail["to"] == [SARI.email]
    assert mail["headers"]["Message-ID"] == f"<{row.id}@lapor.example>"
    assert mail["headers"]["X-LAPOR-Delivery"] == str(row.id)
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"
    assert mail["headers"]["Content-Language"] == "id"
    assert "Kamis, 9 Juli 2026" in mail["text"]


async def test_an_sms_arrives_with_its_key(office: Office):
    await received(office, PHONE_ONLY)
    async with office.sending():
        [row] = await office.settled()
    [sms] = await office.caught()
    assert (sms["kind"], sms["to"], sms["id"]) == ("sms", [PHONE_ONLY.phone], str(row.id))
    assert sms["text"].startswith("LAPOR! K7M-Q3XW-9FA: laporan Anda kami terima.")


async def test_delivering_is_told_as_a_fact_that_names_nobody(office: Office):
    [report] = await received(office)
    async with office.sending():
        [row] = await office.settled()
    assert await office.said() == [
        c.NotificationDelivered(
            report_id=report,
            occurred_at=office.database.clock.now(),
            delivery_id=row.id,
            recipient="reporter",
            channel="email",
            template="received",
        )
    ]


async def test_what_was_told_is_not_kept(office: Office):
    report = uuid4()
    await office.hear(office.contact(report, SARI))
    await office.hear(status(CaseStatus.RECEIVED, report_id=report))
    await office.hear(fact(c.DispositionResponded, report_id=report, text=ANSWER))
    async with office.sending():
        rows = await office.settled()
    assert [row.details for row in rows] == [{}, {}]
    assert any(ANSWER in message["text"] for message in await office.caught())


async def test_an_answer_of_a_case_that_became_secret_is_not_quoted(office: Office):
    report = uuid4()
    await office.hear(office.contact(report, SARI))
    await office.hear(fact(c.DispositionResponded, report_id=report, text=ANSWER))
    await office.hear(status(CaseStatus.IN_PROGRESS, CaseStatus.FORWARDED, report_id=report, secret=True))
    async with office.sending():
        await office.settled()
    caught = await office.caught()
    assert len(caught) == 2
    assert not any(ANSWER in str(message) for message in caught)


async def test_an_agencys_desk_reads_the_report_but_not_a_secret_one(office: Office):
    await office.hear(fact(c.DispositionCreated, report_id=uuid4(), leg_id=uuid4()))
    await office.hear(fact(c.DispositionCreated, report_id=uuid4(), leg_id=uuid4(), secret=True))
    async with office.sending():
        await office.settled()
    caught = await office.caught()
    assert {message["to"][0] for message in caught} == {"pengaduan@dishub.example"}
    assert [TEXT in message["text"] for message in caught].count(True) == 1


async def test_a_failure_that_may_pass_is_tried_again_with_the_same_key(office: Office):
    await received(office)
    provider = Provider(Unavailable("smtp 451"), None)
    async with office.sending(office.dispatcher("email", provider)):
        [row] = await office.settled()
    assert (row.state, row.attempts, row.reason) == ("delivered", 2, None)
    assert provider.keys == [row.id, row.id]


async def test_a_refusal_for_good_fails_at_once_with_its_reason(office: Office):
    await received(office)
    async with office.sending(office.dispatcher("email", Provider(Refused("smtp 550")))):
        [row] = await office.settled()
    [told] = await office.said()
    assert (row.state, row.attempts, row.reason) == ("failed", 1, "smtp 550")
    assert (type(told), told.reason) == (c.NotificationFailed, "smtp 550")


async def test_after_the_last_attempt_a_delivery_fails(office: Office):
    await received(office)
    provider = Provider(*[Unavailable("smtp 421")] * 9)
    async with office.sending(office.dispatcher("email", provider, attempts=2)):
        [row] = await office.settled()
    assert (row.state, row.reason) == ("failed", "smtp 421, given up after 2 attempts")
    assert len(provider.keys) == 2


async def test_a_channels_own_mistake_stops_nobody_else(office: Office):
    await received(office, reports=3)
    async with office.sending(
        office.dispatcher("email", Provider(ZeroDivisionError("sari@pelapor.example")))
    ):
        rows = await office.settled()
    assert {row.state for row in rows} == {"delivered"}


async def test_a_provider_that_does_not_answer_is_given_up_in_time(office: Office):
    await received(office)
    stuck = Provider(hold=asyncio.Event())
    async with office.sending(office.dispatcher("email", stuck, send_seconds=0.1, attempts=1)):
        [row] = await office.settled()
    assert (row.state, row.reason) == ("failed", "timeout, given up after 1 attempts")


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
    await asyncio.wait_for(sent.wait(), 5)
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


async def test_a_contact_withdrawn_before_sending_is_not_written_to(office: Office):
    [report] = await received(office)
    provider = Provider(Unavailable("smtp 451"), None)
    async with office.sending(office.dispatcher("email", provider)):
        await until(lambda: _attempts(office, 1))
        await office.hear(
            office.contact(report, None, withdrawn=True, occurred_at=datetime(2026, 7, 7, tzinfo=UTC))
        )
        [row] = await office.settled()
    assert (row.state, row.reason) == ("skipped", "contact withdrawn")
    assert len(provider.keys) == 1


async def test_a_provider_answering_4xx_refuses_and_5xx_may_recover(office: Office):
    answers = ["503 Service Unavailable", "400 Bad Request"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(
            next(h for h in head.lower().split(b"\r\n") if h.startswith(b"content-length")).split(b":")[1]
        )
        await reader.readexactly(length)
        writer.write(f"HTTP/1.1 {answers.pop(0)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    await received(office, PHONE_ONLY)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, office.sending(office.dispatcher("sms", SmsSender(f"http://127.0.0.1:{port}/sms", 2))):
        [row] = await office.settled()
    assert (row.state, row.attempts, row.reason) == ("failed", 2, "http 400")


@pytest.mark.parametrize(("channel", "contact"), [("email", SARI), ("sms", PHONE_ONLY)])
async def test_no_log_line_and_no_reason_names_anybody(office: Office, channel, contact):
    await received(office, contact)
    who = contact.email if channel == "email" else contact.phone
    provider = Provider(RuntimeError(who), Refused("smtp 550"))
    with structlog.testing.capture_logs() as lines:
        async with office.sending(office.dispatcher(channel, provider)):
            [row] = await office.settled()
    assert {line["event"] for line in lines} == {"delivery_postponed", "delivery_failed"}
    assert who not in f"{lines} {row} {await office.said()}"


async def test_the_bell_is_answered_without_waiting_for_the_poll(office: Office, monkeypatch):
    monkeypatch.setattr("services.notify.dispatcher.POLL_SECONDS", 60.0)
    provider = Provider()
    async with office.sending(office.dispatcher("email", provider)):
        await asyncio.sleep(0.2)  # it has looked once, and would look again in a minute
        report = uuid4()
        await office.hear(office.contact(report, SARI))
        async with office.database.transaction() as tx:
            tx.event_id = uuid4()
            await office.handlers.plan_deliveries(tx, status(CaseStatus.RECEIVED, report_id=report))
            await asyncio.sleep(0.1)  # rung, and not committed yet
        await office.settled(5)
    assert len(provider.keys) == 1


async def test_one_mail_connection_carries_many_messages(office: Office):
    mail = office.mail()
    connections = []
    connect = mail._connected

    async def counted():
        fresh = not mail._idle
        client = await connect()
        connections.append(client) if fresh else None
        return client

    mail._connected = counted
    await received(office, reports=8)
    async with office.sending(office.dispatcher("email", mail, concurrency=1)):
        await office.settled()
    assert len(connections) == 1
    assert len(await office.caught()) == 8


async def test_an_idle_mail_connection_that_the_server_closed_is_replaced(office: Office):
    mail = office.mail()
    await received(office)
    async with office.sending(office.dispatcher("email", mail)):
        await office.settled()
        for client in mail._idle:
            with contextlib.suppress(Exception):
                client.transport.abort()
        await asyncio.sleep(0.05)
        await received(office)
        rows = await office.settled()
    assert [(row.state, row.attempts) for row in rows] == [("delivered", 1)] * 2


async def _at_once(provider: Provider, count: int) -> bool:
    return provider.at_once == count


async def _idle(office: Office) -> bool:
    return office.database.engine.pool.checkedout() == 0


async def _delivered(office: Office) -> bool:
    return all(row.state == "delivered" for row in await office.deliveries())


async def _attempts(office: Office, count: int) -> bool:
    return all(row.attempts == count and row.state == "pending" for row in await office.deliveries())
