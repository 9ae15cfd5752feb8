"""Mail as a mail server hands it over: what is kept before it hears 250, and what an address lets one say."""

import json
from email.message import EmailMessage

import pytest

from services.intake.channels import fetcher
from shared import contracts as c
from shared.contracts import CaseStatus, Channel
from shared.messaging.broker import DirectPublisher
from shared.security.codes import format_tracking_id

from .channel_servers import at_work, until, waiting
from .conftest import PNG
from .gateways import hand_over, mail

TEXT = "Lampu jalan di depan sekolah padam sejak pekan lalu, anak-anak pulang dalam gelap."


def with_files(*files: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Sari <sari@warga.example>", "lapor@lapor.example"
    message["Subject"], message["Message-ID"] = "Lampu jalan padam", "<1@warga.example>"
    message.set_content(TEXT)
    for kind, content in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename="sari-rahayu.bin")
    return message.as_bytes()


@pytest.fixture
async def filed(served, stack):
    """A report by mail: its id, its number, and the address that speaks for it."""
    async with at_work(served, stack, Channel.EMAIL):
        code, _ = await hand_over(served, mail(TEXT, "first", Subject="Lampu jalan padam"))
        assert code == 250
        await until(lambda: served.said(c.AnswerRequested))
    (submitted,) = await served.said(c.ReportSubmitted)
    (answer,) = await served.said(c.AnswerRequested)
    return submitted.report_id, format_tracking_id(submitted.tracking_id), answer.reply_to


async def reply(served, stack, to: str, text: str, id_: str, **headers: str) -> None:
    answers = len(await served.said(c.AnswerRequested))
    async with at_work(served, stack, Channel.EMAIL):
        code, words = await hand_over(served, mail(text, id_, to, **headers), to)
        assert code == 250, words

        async def answered() -> bool:
            return len(await served.said(c.AnswerRequested)) > answers

        await until(answered)


async def test_the_subject_is_the_title_and_the_answer_says_where_to_reply(served, filed):
    (submitted,) = await served.said(c.ReportSubmitted)
    assert (submitted.title, submitted.text, submitted.channel) == ("Lampu jalan padam", TEXT, Channel.EMAIL)
    assert filed[2] == served.desk.keys.replies.address(filed[0])


async def test_an_answer_reaches_its_report_by_its_address_whatever_its_subject(served, stack, filed):
    await served.status(filed[0], 2, CaseStatus.ON_HOLD)
    text = "Di depan SMPN 12.\n\nPada Sen, 6 Jul 2026 LAPOR! <no-reply@lapor.example> menulis:\n> Halte mana?"
    await reply(served, stack, filed[2], text, "second", Subject="Re: sesuatu yang lain")
    (word,) = await served.said(c.ReportSupplemented)
    assert (word.report_id, word.text) == (filed[0], "Di depan SMPN 12.")


async def test_an_answer_to_the_agency_is_a_reply_and_a_command_is_a_command(served, stack, filed):
    await served.status(filed[0], 2, CaseStatus.AWAITING_REPORTER)
    await reply(served, stack, filed[2], "Terima kasih, tetapi lampunya masih padam.", "second")
    (word,) = await served.said(c.ReportReplied)
    assert word.text == "Terima kasih, tetapi lampunya masih padam."
    await served.status(filed[0], 3, CaseStatus.AWAITING_REPORTER)
    await reply(served, stack, filed[2], "TERIMA\n\nSalam", "third")
    assert len(await served.said(c.ReportAccepted)) == 1


async def test_a_known_number_in_a_mail_lets_nobody_speak_for_a_report(served, stack, filed):
    """A From is written by whoever sends the mail."""
    await reply(served, stack, "lapor@lapor.example", f"CABUT {filed[1]}", "forged")
    assert await served.said(c.ReportWithdrawn) == []
    assert "tidak ditemukan" in (await served.answers())[-1]
    assert "balas surel kami" in (await served.answers())[-1]


async def test_a_subject_with_a_number_reaches_no_report(served, stack, filed):
    subject = f"Re: Laporan {filed[1]}"
    await reply(
        served, stack, "lapor@lapor.example", "Saya setuju dengan jawaban ini.", "new", Subject=subject
    )
    assert len(await served.said(c.ReportSubmitted)) == 2
    assert await served.said(c.ReportSupplemented) == []


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<x.example>"}, {"bounce": ""}],
)
async def test_machines_are_kept_and_never_answered(served, stack, filed, headers):
    before = len(await served.said())
    mail_from = "" if headers.pop("bounce", None) is not None else "sari@warga.example"
    async with at_work(served, stack, Channel.EMAIL):
        raw = mail("Saya sedang cuti sampai Senin depan.", "auto", filed[2], **headers)
        code = await hand_over(served, raw, filed[2], mail_from)
        assert code[0] == 250, code

        async def refused() -> bool:
            return await served.count("refused_messages") == 1

        await until(refused)
    assert len(await served.said()) == before


async def test_files_are_in_the_store_before_the_message_is_on_the_broker(served, broker):
    video = b"\x00\x00\x00\x18ftypmp42" + bytes(900_000)
    assert (await hand_over(served, with_files(("image/png", PNG), ("video/mp4", video))))[0] == 250
    queue = await broker.get_queue("intake.inbound.email", ensure=False)
    message = await queue.get(timeout=15)
    await message.ack()
    assert len(message.body) < 2_000
    keys = json.loads(message.body)["files"]
    assert [await served.desk.evidence.buckets.quarantine.exists(key) for key in keys] == [True, True]
    assert "sari-rahayu" not in message.body.decode()


async def test_files_of_a_mail_become_evidence_and_leave_nothing_behind(served, stack, keys):
    async with at_work(served, stack, Channel.EMAIL):
        assert (await hand_over(served, with_files(("image/png", PNG), ("text/x-script", b"#!"))))[0] == 250
        await until(lambda: served.said(c.AnswerRequested))
    assert "1 lampiran tidak dapat diterima" in (await served.answers())[0]
    (row,) = await served.rows("SELECT source FROM attachments")
    work = fetcher(served.desk.settings, served.desk.keys, served.desk.evidence)
    assert await work.fetch_one(served.database, served.desk.evidence)
    assert await served.count("evidence") == 1
    assert await served.count("staged_objects") == 0
    assert not await served.desk.evidence.buckets.quarantine.exists(row.source)


async def test_a_mail_that_is_delivered_again_brings_the_same_files_once_more(served, broker):
    """The broker's confirm was lost, or the broker is away: the message may be there, so its file stays."""
    publisher, raw = served.desk.publisher, with_files(("image/png", PNG))
    object.__setattr__(served.desk, "publisher", DirectPublisher("amqp://nobody:none@127.0.0.1:9/"))
    assert (await hand_over(served, raw))[0] == 451
    (first,) = await served.rows("SELECT object_key FROM staged_objects")
    assert await served.desk.evidence.buckets.quarantine.exists(first.object_key)
    object.__setattr__(served.desk, "publisher", publisher)
    assert (await hand_over(served, raw))[0] == 250
    message = await (await broker.get_queue("intake.inbound.email", ensure=False)).get(timeout=15)
    await message.ack()
    assert json.loads(message.body)["files"] == [first.object_key]
    assert await served.count("staged_objects") == 1


async def test_a_mail_that_is_too_large_is_refused_by_its_announced_or_its_real_size(served, broker):
    assert (await hand_over(served, with_files(("video/mp4", bytes(2_000_000)))))[0] == 552
    assert await waiting(broker, Channel.EMAIL) == 0


@pytest.mark.parametrize("to", ["admin@lapor.example", "lapor@lain.example", "balas+x@lapor.example"])
async def test_mail_to_another_address_is_not_taken(served, to):
    assert (await hand_over(served, mail(TEXT, "x", to), to))[0] == 550


async def test_a_mail_that_quotes_everything_and_says_nothing_is_asked_for_words(served, stack, filed):
    await reply(served, stack, filed[2], "> Halte mana?\n> Salam", "empty")
    assert "terlalu pendek" in (await served.answers())[-1]


async def test_a_second_answer_to_the_agency_is_kept_too(served, stack, filed):
    await served.status(filed[0], 2, CaseStatus.AWAITING_REPORTER)
    await reply(served, stack, filed[2], "Belum menyala sama sekali.", "second")
    await reply(served, stack, filed[2], "Tiang nomor 7 juga padam.", "third")
    assert [word.text for word in await served.said(c.ReportReplied)] == ["Belum menyala sama sekali."]
    assert [word.text for word in await served.said(c.ReportSupplemented)] == ["Tiang nomor 7 juga padam."]


async def test_a_command_may_stand_in_the_subject_of_an_empty_mail(served, stack, filed):
    await reply(served, stack, "lapor@lapor.example", " ", "second", Subject=f"STATUS {filed[1]}")
    assert "Belum terverifikasi" in (await served.answers())[-1]
    assert await served.count("reports") == 1


async def test_files_of_an_answer_that_are_not_taken_are_told(served, stack, filed):
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "Sari <sari@warga.example>", filed[2], "<2@x>"
    message.set_content("Ini foto tiangnya.")
    for _ in range(22):
        message.add_attachment(PNG, maintype="image", subtype="png", filename="tiang.png")
    async with at_work(served, stack, Channel.EMAIL):
        assert (await hand_over(served, message.as_bytes(), filed[2]))[0] == 250

        async def told() -> bool:
            return any("2 lampiran tidak dapat diterima" in answer for answer in await served.answers())

        await until(told)
