"""What is asked of every channel that takes messages, whoever its provider is."""

import logging
from uuid import uuid4

import pytest
from hypothesis import settings

from shared.contracts import Channel, ContactRegistered, PartnerAnswered, ReportSubmitted
from shared.messaging.broker import DirectPublisher
from shared.security.sealing import Unsealer

from .channel_servers import NAMES, at_work, until, waiting
from .gateways import KEPT, LATER, MALFORMED, TOO_LARGE, UNSIGNED

TEXT = "KAB. NGANJUK jalan rusak parah di depan pasar sejak banjir bulan lalu"
WAY_BACK = {"sms": "phone", "whatsapp": "whatsapp", "telegram": "telegram", "email": "email"}

REPEATS = [25]
if settings.get_current_profile_name() == "deep":
    REPEATS.append(pytest.param(10_000, marks=[pytest.mark.deep, pytest.mark.timeout(1_800)]))

every_channel = pytest.mark.parametrize("gateway", NAMES, indirect=True)
every_hook = pytest.mark.parametrize("gateway", [n for n in NAMES if n != "api"], indirect=True)


async def reports(served) -> int:
    return await served.count("reports")


@every_channel
@pytest.mark.parametrize("repeats", REPEATS)
async def test_a_message_files_one_report_and_repeated_it_files_none(served, gateway, stack, repeats):
    async with at_work(served, stack, gateway.channel):
        for _ in range(repeats):
            assert await gateway.deliver(served, TEXT, "first") == KEPT
        assert await gateway.deliver(served, f"{TEXT} kedua", "second") == KEPT

        async def both() -> bool:
            return await reports(served) >= 2

        await until(both)
    filed = await served.said(ReportSubmitted)
    assert sorted(fact.text for fact in filed) == [TEXT, f"{TEXT} kedua"]
    assert {fact.channel for fact in filed} == {gateway.channel}


@every_channel
async def test_what_the_provider_did_not_sign_is_not_kept(served, gateway, broker):
    assert await gateway.deliver(served, TEXT, "forged", forged=True) == UNSIGNED
    assert await waiting(broker, gateway.channel) == 0


@every_hook
async def test_while_the_broker_is_away_the_provider_keeps_the_message(served, gateway, stack, broker):
    here = served.desk.publisher
    object.__setattr__(served.desk, "publisher", DirectPublisher("amqp://nobody:none@127.0.0.1:9/"))
    assert await gateway.deliver(served, TEXT, "later") == LATER
    object.__setattr__(served.desk, "publisher", here)
    assert await gateway.deliver(served, TEXT, "later") == KEPT
    assert await waiting(broker, gateway.channel) == 1


@every_hook
async def test_what_cannot_be_read_is_refused_and_files_nothing(served, gateway, broker):
    for raw in gateway.malformed:
        assert await gateway.deliver(served, "", "broken", raw=raw) == MALFORMED, raw[:20]
    assert await waiting(broker, gateway.channel) == 0


@every_channel
async def test_the_sender_is_on_no_queue_and_in_no_log(served, gateway, broker, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    assert await gateway.deliver(served, TEXT, "secret") == KEPT
    queue = await broker.get_queue(f"intake.inbound.{gateway.channel}", ensure=False)
    message = await queue.get(timeout=15)
    await message.ack()
    told = capfd.readouterr()
    seen = f"{message.body!r} {message.properties} {caplog.text} {told.out} {told.err}"
    assert gateway.sender not in seen


@every_channel
async def test_the_contact_is_sealed_and_in_no_table_in_clear(served, gateway, stack, keys):
    async with at_work(served, stack, gateway.channel):
        assert await gateway.deliver(served, TEXT, str(uuid4())) == KEPT

        async def filed() -> bool:
            return await reports(served) == 1

        await until(filed)
    (contact,) = await served.said(ContactRegistered)
    field = WAY_BACK.get(gateway.channel.value)
    if field is None:
        assert contact.sealed is None
    else:
        opened = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal(contact.report_id, contact.sealed)
        assert gateway.sender in getattr(opened, field)
    tables = ("reports", "report_senders", "channel_answers", "refused_messages", "attachments", "moments")
    content = "".join([str(await served.rows(f"SELECT to_jsonb(t) FROM {table} t")) for table in tables])
    content += str(await served.rows("SELECT convert_from(body, 'UTF8') FROM outbox"))
    assert gateway.sender not in content


@every_channel
async def test_a_private_channel_is_answered_with_the_number_and_the_code(served, gateway, stack):
    async with at_work(served, stack, gateway.channel):
        await gateway.deliver(served, TEXT, "answered")

        async def filed() -> bool:
            return await reports(served) == 1

        await until(filed)
    answers = await served.answers()
    if gateway.answers:
        (answer,) = answers
        assert "Kode akses: " in answer
        assert "Petugas memeriksa laporan paling lambat" in answer
    elif gateway.channel is Channel.API:
        (told,) = await served.said(PartnerAnswered)
        assert (told.partner, told.message_id) == ("bpjs", "answered")
        assert told.tracking_id and told.access_code
    else:
        assert answers == []


@every_channel
async def test_what_no_keyboard_types_is_cleaned_or_refused(served, gateway, stack):
    odd = f"\u202e\u2066{TEXT}\u2069 \ufeff\u200f 😀 selesai"
    if gateway.channel is not Channel.EMAIL:  # a mail's library writes no such character
        odd += " \x1b\x00\x07"
    async with at_work(served, stack, gateway.channel):
        assert await gateway.deliver(served, odd, "odd") == KEPT
        assert await gateway.deliver(served, f"{TEXT} biasa", "plain") == KEPT

        async def handled() -> bool:
            return any("biasa" in fact.text for fact in await served.said(ReportSubmitted))

        await until(handled)
    texts = [fact.text for fact in await served.said(ReportSubmitted)]
    assert not {c for text in texts for c in text} & set("\x00\x07\x1b\u202e\u2066\u2069\ufeff\u200f")
    if gateway.channel is Channel.API:
        refused = [fact for fact in await served.said(PartnerAnswered) if fact.errors]
        assert [error.field for fact in refused for error in fact.errors] == ["text"]
    else:
        assert any("😀 selesai" in text for text in texts)


@pytest.mark.parametrize("gateway", ["sms"], indirect=True)
async def test_an_sms_of_a_megabyte_is_refused(served, gateway, broker):
    assert await gateway.deliver(served, "x" * 1_000_000, "long") == TOO_LARGE
    assert await waiting(broker, gateway.channel) == 0


def test_every_channel_with_a_queue_of_its_own_is_asked(served):
    assert {channel.value for channel in served.desk.adapters} == set(NAMES)
