"""Reporters who ask and speak by SMS: the telephone a report came from stands for its access code."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.intake.channels.answering import MOST_ANSWERS, forget_answers
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.security.codes import format_tracking_id
from shared.security.sealing import Unsealer

OTHER = {"from": "+628999999999"}


@pytest.fixture
async def report(intake):
    """A report filed by SMS: its ids, and the tracking id as people type it."""
    await intake.sms("KAB. NGANJUK jalan desa rusak parah sejak banjir")
    (submitted,) = await intake.said(c.ReportSubmitted)
    return submitted.report_id, format_tracking_id(submitted.tracking_id)


async def answers(intake):
    return await intake.answers()


async def test_status_is_answered_with_where_the_report_stands(intake, report):
    await intake.sms(f"STATUS {report[1]}")
    (answer,) = await answers(intake)
    assert answer.startswith(f"LAPOR! {report[1]}: Belum terverifikasi. Batas Verifikasi laporan:")


async def test_an_answer_is_sealed_for_the_telephone_that_asked(intake, report, keys):
    await intake.sms(f"STATUS {report[1]}", **OTHER)
    (fact,) = await intake.said(c.AnswerRequested)
    opened = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal(fact.report_id, fact.sealed)
    assert opened.phone == "+628999999999"
    assert "8999999999" not in fact.model_dump_json()


async def test_anyone_may_ask_for_a_public_report_and_only_its_sender_for_a_secret_one(intake, report):
    await intake.status(report[0], 2, CaseStatus.FORWARDED, secret=True)
    await intake.sms(f"STATUS {report[1]}", **OTHER)
    await intake.sms(f"STATUS {report[1]}")
    foreign, own = await answers(intake)
    assert "tidak ditemukan" in foreign
    assert "Terdisposisi" in own


async def test_an_addition_by_sms_reaches_the_case_once(intake, report):
    for _ in range(2):
        await intake.sms(f"TAMBAH {report[1]} di depan balai desa", id="gw-1")
    (word,) = await intake.said(c.ReportSupplemented)
    assert (word.report_id, word.text) == (report[0], "di depan balai desa")


async def test_another_telephone_may_not_speak_for_the_report(intake, report):
    await intake.sms(f"CABUT {report[1]}", **OTHER)
    assert await intake.said(c.ReportWithdrawn) == []
    assert "tidak ditemukan" in (await answers(intake))[0]


async def test_a_word_that_does_not_fit_is_answered_with_those_that_do(intake, report):
    await intake.sms(f"NILAI {report[1]} 5")
    assert await intake.said(c.ReportRated) == []
    assert "CABUT, TAMBAH" in (await answers(intake))[0]


async def test_the_answer_is_accepted_and_rated_by_sms(intake, report):
    await intake.status(report[0], 2, CaseStatus.AWAITING_REPORTER)
    await intake.sms(f"terima {report[1]}")
    await intake.status(report[0], 3, CaseStatus.CLOSED, closed_by="reporter")
    await intake.sms(f"Nilai {report[1]} 5 cepat sekali")
    assert len(await intake.said(c.ReportAccepted)) == 1
    (rating,) = await intake.said(c.ReportRated)
    assert (rating.score, rating.comment) == (5, "cepat sekali")


async def test_an_archived_report_is_appealed_by_sms_once(intake, report):
    await intake.status(report[0], 2, CaseStatus.ARCHIVED, archive_reason="unintelligible")
    await intake.sms(f"BANDING {report[1]} lokasinya di depan balai desa")
    await intake.status(report[0], 3, CaseStatus.RECEIVED)
    await intake.status(report[0], 4, CaseStatus.ARCHIVED, archive_reason="unintelligible")
    await intake.sms(f"BANDING {report[1]} tetap tidak setuju")
    (appeal,) = await intake.said(c.ReportAppealed)
    taken, refused = await answers(intake)
    assert appeal.text == "lokasinya di depan balai desa"
    assert "Petugas lain" in taken
    assert "hanya satu kali" in refused


async def test_a_command_in_parts_is_put_together_first(intake, report):
    await intake.sms("pasar lama, dekat jembatan", "7", 2, 2)
    await intake.sms(f"TAMBAH {report[1]} di depan ", "7", 1, 2)
    (word,) = await intake.said(c.ReportSupplemented)
    assert word.text == "di depan pasar lama, dekat jembatan"


async def test_too_short_a_message_is_answered_and_kept(intake):
    await intake.sms("tolong")
    assert "terlalu pendek" in (await answers(intake))[0]
    assert await intake.count("refused_messages") == 1


async def test_a_mistyped_number_is_told_to_be_one(intake, report):
    await intake.sms(f"STATUS {report[1][:-1]}{'2' if report[1][-1] != '2' else '3'}")
    assert "salah ketik" in (await answers(intake))[0]


async def test_two_machines_do_not_answer_each_other_for_ever(intake):
    for _ in range(MOST_ANSWERS + 3):
        await intake.sms("BANTUAN", id=str(uuid4()))
    assert len(await answers(intake)) == MOST_ANSWERS


async def test_a_command_files_no_report(intake, report):
    await intake.sms(f"STATUS {report[1]}")
    assert await intake.count("reports") == 1


async def test_after_a_week_notify_is_told_to_forget_everybody_who_was_answered(intake, report, clock):
    for _ in range(3):
        await intake.sms(f"STATUS {report[1]}", **OTHER)
    answered = {fact.report_id for fact in await intake.said(c.AnswerRequested)}
    for passed, forgotten in ((timedelta(days=6), set()), (timedelta(days=2), answered)):
        clock.advance(passed)
        await forget_answers(intake.database, limit=2)
        said = await intake.said(c.ContactRegistered)
        assert {fact.report_id for fact in said if fact.withdrawn} == forgotten
    assert await intake.count("channel_answers") == 0
