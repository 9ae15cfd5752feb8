"""Sending over real SMTP and HTTP: what arrives, and what becomes of a refusal."""

import asyncio
import contextlib
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import structlog
from prometheus_client import REGISTRY

from services.notify.channels.port import Held, Refused, Unavailable
from services.notify.channels.sms import SmsSender
from services.notify.sweeping import count
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.integration.notify.conftest import PHONE_ONLY, SARI, Office, Provider, received, until
from tests.unit.notify.facts import ANSWER, TEXT, fact, status


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


async def test_what_is_held_back_here_costs_no_try(office: Office):
    await received(office)
    async with office.sending(office.dispatcher("email", Provider(Held("hook busy"), None), attempts=1)):
        [row] = await office.settled()
    assert (row.state, row.attempts) == ("delivered", 1)


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


async def test_metrics_count_deliveries_and_say_how_many_are_open(office: Office):
    sample = REGISTRY.get_sample_value
    labels = {"channel": "email", "template": "received", "state": "delivered"}
    before = sample("lapor_notifications_total", labels) or 0
    await received(office, reports=2)
    await count(office.database)
    open_before = sample("lapor_notifications_open", {"state": "pending"})
    async with office.sending():
        await office.settled()
    await count(office.database)
    assert sample("lapor_notifications_total", labels) == before + 2
    assert (open_before, sample("lapor_notifications_open", {"state": "pending"})) == (2, 0)


async def _attempts(office: Office, count: int) -> bool:
    return all(row.attempts == count and row.state == "pending" for row in await office.deliveries())
