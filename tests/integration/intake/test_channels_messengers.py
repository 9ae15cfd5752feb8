"""WhatsApp and Telegram as their servers speak, and the conversation behind both."""

import asyncio
import json

import pytest

from shared import contracts as c
from shared.contracts import CaseStatus, Channel
from shared.security.codes import format_tracking_id

from .channel_servers import at_work, waiting
from .gateways import KEPT, telegram, telegram_body, whatsapp, whatsapp_body, whatsapp_message
from .messengers import TEXT, answers, hear, say, send


@pytest.fixture
async def report(intake):
    await say(intake, TEXT, "wamid.report")
    (submitted,) = await intake.said(c.ReportSubmitted)
    return submitted.report_id, format_tracking_id(submitted.tracking_id)


async def test_meta_is_shown_that_the_address_is_ours(intake, keys):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    right = {**query, "hub.verify_token": keys["LAPOR_WHATSAPP_VERIFY_TOKEN"]}
    answer = await intake.http.get("/v1/channels/whatsapp", params=right)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    for wrong in ({**right, "hub.verify_token": "lain"}, query, {**right, "hub.mode": "unsubscribe"}):
        assert (await intake.http.get("/v1/channels/whatsapp", params=wrong)).status_code == 401


async def test_x_is_shown_that_we_hold_its_secret(intake):
    answer = await intake.http.get("/v1/channels/x", params={"crc_token": "tanda"})
    assert answer.json()["response_token"].startswith("sha256=")
    assert (await intake.http.get("/v1/channels/x")).status_code == 401


@pytest.mark.parametrize("channel", ["sms", "telegram", "email", "pigeon"])
async def test_other_channels_are_asked_nothing(intake, channel):
    assert (await intake.http.get(f"/v1/channels/{channel}")).status_code == 404


async def test_several_messages_of_one_delivery_are_each_kept(intake, broker):
    body = whatsapp_body(
        *(whatsapp_message(f"{TEXT} {n}", f"wamid.{n}", f"62812345098{n}0") for n in range(5))
    )
    assert await whatsapp(intake, "", "", raw=body) == KEPT
    assert await waiting(broker, Channel.WHATSAPP) == 5


async def test_delivery_reports_are_acknowledged_and_kept_nowhere(intake, broker):
    statuses = [{"id": "wamid.1", "status": "delivered", "recipient_id": "6281234509876"}]
    assert await whatsapp(intake, "", "", raw=whatsapp_body(statuses=statuses)) == KEPT
    other = json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "x"}]}]})
    assert await whatsapp(intake, "", "", raw=other.encode()) == KEPT
    assert await waiting(broker, Channel.WHATSAPP) == 0


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 7, "edited_message": {"chat": {"id": 1, "type": "private"}, "text": TEXT}},
        {"update_id": 7, "message": {"chat": {"id": -5, "type": "supergroup"}, "text": TEXT}},
        {"update_id": 7, "message": {"chat": {"id": 1, "type": "private"}, "pinned_message": {}}},
        {"update_id": 7, "my_chat_member": {}},
    ],
)
async def test_updates_that_say_nothing_new_are_acknowledged_and_kept_nowhere(intake, broker, update):
    assert await telegram(intake, "", "", raw=json.dumps(update).encode()) == KEPT
    assert await waiting(broker, Channel.TELEGRAM) == 0


@pytest.mark.parametrize("kind", ["audio", "sticker", "contacts", "unsupported"])
async def test_what_holds_no_words_is_answered_with_a_request_for_words(intake, kind):
    await send(intake, kind, "wamid.1", id="media1")
    await hear(intake, Channel.TELEGRAM, telegram_body(1, voice={"file_id": "x"}))
    assert [answer[:6] for answer in await answers(intake)] == ["LAPOR!"] * 2
    assert all("dengan kata-kata" in answer for answer in await answers(intake))


@pytest.mark.parametrize("kind", ["reaction", "system"])
async def test_a_thumb_under_an_answer_is_no_message(intake, broker, kind):
    message = {"id": "wamid.1", "from": "6281234509876", "type": kind, kind: {"emoji": "x"}}
    assert await whatsapp(intake, "", "", raw=whatsapp_body(message)) == KEPT
    assert await waiting(broker, Channel.WHATSAPP) == 0


async def test_a_message_that_cannot_be_read_takes_no_other_with_it(intake, stack, broker):
    broken = {"id": "wamid.1", "from": "6281234509876", "type": "text", "text": {"body": None}}
    raw = whatsapp_body(broken, whatsapp_message(TEXT, "wamid.2"))
    dead = await broker.get_queue("intake.inbound.whatsapp.dead", ensure=False)
    await dead.purge()
    assert await whatsapp(intake, "", "", raw=raw) == KEPT
    async with at_work(intake, stack, Channel.WHATSAPP), asyncio.timeout(20):
        while not await intake.count("reports"):
            await asyncio.sleep(0.05)
        while (parked := await dead.get(fail=False)) is None:
            await asyncio.sleep(0.05)
        await parked.ack()
    assert "text.body" in str(parked.headers["x-lapor-reason"])
    assert b"6281234509876" not in parked.body


async def test_half_an_emoji_costs_nothing_else(intake, broker):
    raw = whatsapp_body(whatsapp_message(TEXT + " \ud83d", "wamid.2"))
    assert await whatsapp(intake, "", "", raw=raw) == KEPT
    await hear(intake, Channel.WHATSAPP, raw)
    (filed,) = await intake.said(c.ReportSubmitted)
    assert filed.text == TEXT


async def test_a_picture_may_be_all_there_is_to_add_to_a_report(intake, report):
    await send(intake, "image", "wamid.2", id="media1", caption=f"TAMBAH {report[1]}")
    (row,) = await intake.rows("SELECT report_id FROM attachments")
    assert row.report_id == report[0]
    assert "ditambahkan" in (await answers(intake))[-1]


async def test_the_few_words_of_a_picture_are_added_with_it(intake, report):
    await send(intake, "image", "wamid.2", id="media1", caption="Gang 4")
    (word,) = await intake.said(c.ReportSupplemented)
    assert word.text == "Gang 4"
    assert await intake.count("attachments") == 1


async def test_nobody_is_told_that_a_closed_report_took_a_picture(intake, report):
    await intake.status(report[0], 2, CaseStatus.CLOSED)
    await send(intake, "image", "wamid.2", id="media1", caption=f"TAMBAH {report[1]}")
    assert await intake.count("attachments") == 0
    assert "tidak berlaku" in (await answers(intake))[-1]


async def test_a_bot_that_is_greeted_tells_what_it_understands(intake):
    await hear(intake, Channel.TELEGRAM, telegram_body(1, text="/start"))
    assert "STATUS" in (await answers(intake))[0]
    assert await intake.count("reports") == 0


async def test_a_button_says_the_command_it_stands_for(intake, report):
    await intake.status(report[0], 2, CaseStatus.AWAITING_REPORTER)
    reply = {"type": "button_reply", "button_reply": {"id": f"TERIMA {report[1]}", "title": "Terima"}}
    await send(intake, "interactive", "wamid.2", **reply)
    assert len(await intake.said(c.ReportAccepted)) == 1


async def test_the_commands_of_sms_work_in_a_messenger(intake, report):
    await say(intake, f"TAMBAH {report[1]} di depan sekolah", "wamid.2")
    await say(intake, f"STATUS {report[1]}", "wamid.3")
    (word,) = await intake.said(c.ReportSupplemented)
    assert word.text == "di depan sekolah"
    assert "Belum terverifikasi" in (await answers(intake))[-1]


async def test_somebody_else_may_not_speak_for_the_report(intake, report):
    await say(intake, f"CABUT {report[1]}", "wamid.2", sender="6289999999999")
    await intake.sms(f"CABUT {report[1]}", **{"from": "+6281234509876"})
    assert await intake.said(c.ReportWithdrawn) == []


async def test_a_position_by_itself_is_added_to_the_report_before_it(intake, report):
    await send(intake, "location", "wamid.2", latitude=-7.2892, longitude=112.7343, name="Taman Bungkul")
    (word,) = await intake.said(c.ReportSupplemented)
    assert word.text == "Lokasi: -7.28920, 112.73430 (Taman Bungkul)"


async def test_a_position_without_a_report_is_kept_and_asks_for_one(intake):
    await send(intake, "location", "wamid.2", latitude=-7.2892, longitude=112.7343)
    assert "Tulis dahulu laporannya" in (await answers(intake))[0]
    assert await intake.count("refused_messages") == 1


async def test_pictures_that_come_first_wait_for_their_words_and_are_asked_for_once(intake):
    for number in range(3):
        await send(intake, "image", f"wamid.{number}", id=f"media{number}")
    await say(intake, TEXT, "wamid.words")
    asked, filed = await answers(intake)
    assert "Tulis laporannya" in asked
    assert "Kode akses" in filed
    rows = await intake.rows("SELECT report_id FROM attachments")
    assert len(rows) == 3
    assert None not in {row.report_id for row in rows}


async def test_pictures_that_come_after_belong_to_the_report(intake, report):
    await send(intake, "image", "wamid.2", id="media1")
    (row,) = await intake.rows("SELECT report_id, source FROM attachments")
    assert (row.report_id, row.source) == (report[0], "media1")


async def test_a_long_text_is_filed_in_pieces_and_loses_no_word(intake):
    long = " ".join(f"kata{n}" for n in range(3_000))
    await hear(intake, Channel.TELEGRAM, telegram_body(1, text=long[:16_000]))
    (filed,) = await intake.said(c.ReportSubmitted)
    (more,) = await intake.said(c.ReportSupplemented)
    assert f"{filed.text} {more.text}" == long[:16_000].strip()
