import asyncio
import itertools
import json
import time
from datetime import timedelta

import aio_pika
import pytest

from services.intake.channels.refusals import forget_old
from services.intake.channels.sms import decode
from shared.contracts import Channel, ContactRegistered, ReportSubmitted, ReportSupplemented
from shared.contracts.codec import Undecodable
from shared.messaging.broker import DirectPublisher, Worker
from shared.security.sealing import Unsealer
from shared.security.signatures import HEADER

from .conftest import envelope

LONG = ["KAB. NGANJUK jalan desa rusak parah sejak ", "banjir bulan lalu, mohon segera ", "diperbaiki."]
WHOLE = "".join(LONG)


@pytest.fixture
async def queue(stack):
    """The queue that the SMS worker reads, emptied."""
    connection = await aio_pika.connect(stack.admin_amqp_url)
    channel = await connection.channel()
    found = await channel.get_queue("intake.inbound.sms", ensure=False)
    await found.purge()
    yield found
    await found.purge()
    await connection.close()


async def test_a_message_is_in_its_queue_before_the_gateway_is_answered(intake, queue):
    answer = await intake.hook("KAB. NGANJUK jalan rusak di depan pasar")
    assert answer.status_code == 202
    message = await queue.get(timeout=15)
    await message.ack()
    assert (message.type, message.delivery_mode) == ("inbound.sms.v1", aio_pika.DeliveryMode.PERSISTENT)


async def test_the_queue_holds_no_number_in_clear(intake, queue):
    await intake.hook("KAB. NGANJUK jalan rusak", **{"from": "0812-3456-789"})
    message = await queue.get(timeout=15)
    await message.ack()
    assert b"3456" not in message.body
    assert "3456" not in str(message.headers)


async def test_a_delivery_repeated_has_the_same_identity(intake, queue):
    for _ in range(2):
        await intake.hook("KAB. NGANJUK jalan rusak", id="gw-17")
    messages = [await queue.get(timeout=15) for _ in range(2)]
    assert len({message.message_id for message in messages}) == 1
    assert "gw-17" not in str(messages[0].body)


async def test_an_sms_travels_from_the_gateway_to_a_report(intake, queue, stack, keys):
    worker = Worker(
        stack.amqp_url("intake"), intake.desk.adapters[Channel.SMS].subscriptions(), intake.database
    )
    await worker.start()
    try:
        for number in (2, 3, 1):
            part = {"ref": 7, "number": number, "total": 3}
            for _ in range(2):  # the gateway delivers everything twice
                await intake.hook(LONG[number - 1], part=part, id=f"gw-{number}")
        async with asyncio.timeout(40):
            while not await intake.count("reports"):
                await asyncio.sleep(0.05)
    finally:
        await worker.stop(5)
    (submitted,) = await intake.said(ReportSubmitted)
    assert (submitted.channel, submitted.text, submitted.agency_hint) == (Channel.SMS, WHOLE, "KAB. NGANJUK")
    (contact,) = await intake.said(ContactRegistered)
    opened = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal(submitted.report_id, contact.sealed)
    assert opened.phone == "+628123456789"


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
async def test_parts_in_any_order_with_repeats_are_one_report(intake, order):
    for number in [*order, order[0], *order]:
        await intake.sms(LONG[number - 1], "7", number, 3)
    assert [fact.text for fact in await intake.said(ReportSubmitted)] == [WHOLE]


async def test_parts_that_arrive_at_once_are_one_report(intake):
    await asyncio.gather(*(intake.sms(LONG[n - 1], "7", n, 3) for n in (1, 2, 3)))
    assert [fact.text for fact in await intake.said(ReportSubmitted)] == [WHOLE]


async def test_two_senders_with_one_reference_number_are_two_reports(intake):
    for number in (1, 2, 3):
        for sender in ("0812345678", "0812345679"):
            await intake.sms(LONG[number - 1], "7", number, 3, **{"from": sender})
    assert len(await intake.said(ReportSubmitted)) == 2


async def test_a_reference_number_used_again_is_another_report(intake):
    for text in ("pertama: jalan rusak ", "kedua: lampu mati "):
        for number in (1, 2):
            await intake.sms(f"{text}{number}", "7", number, 2)
    assert [f.text for f in await intake.said(ReportSubmitted)] == [
        "pertama: jalan rusak 1pertama: jalan rusak 2",
        "kedua: lampu mati 1kedua: lampu mati 2",
    ]


async def test_one_number_files_so_many_reports_a_day_and_what_is_beyond_is_kept(intake, clock, monkeypatch):
    monkeypatch.setattr("services.intake.channels.senders.DAILY_REPORTS", 2)
    for number in range(4):
        await intake.sms(f"KAB. NGANJUK jalan rusak di kilometer {number}")
    await intake.sms("KAB. NGANJUK jembatan putus di desa lain", **{"from": "0812345679"})
    assert len(await intake.said(ReportSubmitted)) == 3
    refused = await intake.rows("SELECT reason, text FROM refused_messages ORDER BY text")
    assert [row.reason for row in refused] == ["too many reports in a day"] * 2
    clock.advance(timedelta(days=1, minutes=1))
    await intake.sms("KAB. NGANJUK jalan rusak lagi hari ini")
    assert len(await intake.said(ReportSubmitted)) == 4


async def test_after_a_quarter_of_an_hour_the_gap_is_marked(intake, clock):
    await intake.sms(LONG[0], "7", 1, 3)
    await intake.sms(LONG[2], "7", 3, 3)
    clock.advance(timedelta(minutes=14))
    assert await settle(intake) == 0
    clock.advance(timedelta(minutes=2))
    assert await settle(intake) == 1
    (fact,) = await intake.said(ReportSubmitted)
    assert "[bagian 2 hilang]" in fact.text


async def test_a_report_counts_from_when_its_last_part_came(intake, clock):
    came = clock.now()
    await intake.sms(LONG[0], "7", 1, 3)
    clock.advance(timedelta(hours=1))
    await settle(intake)
    (fact,) = await intake.said(ReportSubmitted)
    assert fact.occurred_at == came


async def test_a_part_that_comes_too_late_supplements_the_report(intake, clock):
    await intake.sms(LONG[0], "7", 1, 2)
    clock.advance(timedelta(minutes=16))
    await settle(intake)
    for _ in range(2):
        await intake.sms(LONG[1], "7", 2, 2)
    (fact,) = await intake.said(ReportSupplemented)
    assert LONG[1].strip() in fact.text
    assert len(await intake.said(ReportSubmitted)) == 1


async def test_a_text_sent_twice_in_one_message_is_filed_once(intake):
    await intake.sms(f"{WHOLE} {WHOLE}")
    assert [fact.text for fact in await intake.said(ReportSubmitted)] == [WHOLE]


async def test_a_message_that_says_nothing_is_kept_as_refused(intake):
    await intake.sms("tes")
    assert await intake.count("reports") == 0
    (row,) = await intake.rows("SELECT channel, reason, text, sealed_sender FROM refused_messages")
    assert (row.channel, row.reason, row.text) == ("sms", "too short", "tes")
    assert "3456" not in row.sealed_sender


async def test_refused_messages_are_forgotten_after_a_month(intake, clock):
    await intake.sms("tes")
    for days, kept in ((29, 1), (2, 0)):
        clock.advance(timedelta(days=days))
        async with intake.database.transaction() as tx:
            await forget_old(tx)
        assert await intake.count("refused_messages") == kept


async def test_once_a_message_in_parts_is_filed_its_sender_opens_nowhere(intake):
    await intake.sms(LONG[0], "7", 1, 2)
    (open_,) = await intake.rows("SELECT settled, sealed_sender FROM sms_series")
    await intake.sms(LONG[1], "7", 2, 2)
    (filed,) = await intake.rows("SELECT settled, sealed_sender FROM sms_series")
    assert (open_.settled, open_.sealed_sender != "") == (False, True)
    assert (filed.settled, filed.sealed_sender) == (True, "")


async def test_no_table_holds_a_number_in_clear(intake):
    await intake.sms("tes")
    await intake.sms(LONG[0], "7", 1, 2)
    await intake.sms(WHOLE)
    tables = ("refused_messages", "sms_series", "sms_parts", "reports", "moments")
    content = "".join([str(await intake.rows(f"SELECT to_jsonb(t) FROM {table} t")) for table in tables])
    content += str(await intake.rows("SELECT convert_from(body, 'UTF8') FROM outbox"))
    assert "23456789" not in content


async def test_nobody_holds_an_access_code_for_an_sms(intake):
    await intake.sms(WHOLE)
    (row,) = await intake.rows("SELECT tracking_id, access_hash FROM reports")
    assert row.access_hash is None
    answer = await intake.http.get(f"/v1/reports/{row.tracking_id}", headers={"LAPOR-Access-Code": "-" * 64})
    assert answer.status_code == 404


async def test_a_wrong_signature_is_refused(intake, queue):
    answer = await intake.http.post("/v1/channels/sms", content=b"{}", headers={HEADER: "t=1,v1=00"})
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:lapor:problem:signature-invalid")
    assert (await intake.http.post("/v1/channels/sms", content=b"{}")).status_code == 401


async def test_an_old_signature_is_refused(intake):
    assert (await intake.signed(b"{}", at=time.time() - 3600)).status_code == 401


@pytest.mark.parametrize("channel", ["call-centre", "email", "pigeon", "web"])
async def test_a_channel_without_an_adapter_is_not_served(intake, channel):
    answer = await intake.signed(b"{}", channel=channel)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:lapor:problem:channel-not-served")


async def test_a_web_hook_that_is_too_large_is_refused(intake):
    assert (await intake.signed(b"x" * 20_000)).status_code == 413


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from": "1708"}, "from"),
        ({"text": None}, "text"),
        ({"received_at": "kemarin"}, "received_at"),
        ({"part": {"ref": "1", "number": 3, "total": 2}}, "part"),
        ({"part": {"ref": "1", "number": 0, "total": 2}}, "part.number"),
    ],
)
async def test_a_malformed_web_hook_names_its_field(intake, changes, field):
    given = {
        "id": "1",
        "from": "0812345678",
        "to": "1708",
        "text": "x",
        "received_at": "2026-07-06T09:00:00+07:00",
    }
    answer = await intake.signed(json.dumps({**given, **changes}).encode())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_with_the_broker_away_the_gateway_is_asked_to_send_again(intake):
    object.__setattr__(intake.desk, "publisher", DirectPublisher("amqp://nobody:none@127.0.0.1:9/"))
    answer = await intake.hook("KAB. NGANJUK jalan rusak")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize(
    ("type_", "body"), [("inbound.x.v1", b"{}"), ("inbound.sms.v1", b"{}"), (None, b"?")]
)
async def test_what_the_worker_cannot_read_is_undecodable(intake, type_, body):
    with pytest.raises(Undecodable):
        decode(envelope(intake.desk.adapters[Channel.SMS].translate(
            b'{"id":"1","from":"0812345678","to":"1708","text":"x","received_at":"2026-07-06T09:00:00Z"}',
            intake.database.clock.now(),
        )[0].message_id, type_, body))  # fmt: skip


async def settle(intake) -> int:
    async with intake.database.transaction() as tx:
        return await intake.collector.settle_overdue(tx)


async def test_a_part_that_comes_too_late_completes_the_command_it_belongs_to(intake, clock):
    await intake.sms(WHOLE)
    (row,) = await intake.rows("SELECT tracking_id FROM reports")
    await intake.sms(f"TAMBAH {row.tracking_id} di depan ", "17", 1, 2)
    await give_up(intake, clock)
    await intake.sms("balai desa lama", "17", 2, 2)
    words = [word.text for word in await intake.said(ReportSupplemented)]
    assert words[-1] == "di depan balai desa lama"
    await give_up(intake, clock)
    assert await intake.count("reports") == 1


async def test_a_message_that_cannot_be_filed_holds_no_other_up(intake, clock):
    await intake.sms(LONG[0], "17", 1, 2)
    await intake.rows("UPDATE sms_series SET sealed_sender = 'x' RETURNING 1")
    await intake.sms(LONG[0], "18", 1, 2)
    await give_up(intake, clock)
    (refused,) = await intake.rows("SELECT reason FROM refused_messages")
    assert "the sender cannot be opened" in refused.reason
    assert await intake.count("reports") == 1


async def test_half_an_emoji_at_the_end_of_a_part_costs_nothing_else(intake, queue):
    assert (await intake.hook("KAB. NGANJUK jalan rusak \ud83d")).status_code == 202
    message = await queue.get(timeout=15)
    await message.ack()
    assert json.loads(message.body)["text"] == "KAB. NGANJUK jalan rusak "


async def give_up(intake, clock) -> None:
    """Time passes, and what is overdue is given up."""
    clock.advance(timedelta(minutes=20))
    await settle(intake)
