import asyncio
from datetime import timedelta

import pytest

from shared.contracts import (
    CaseEscalated,
    CaseStatus,
    ClosedBy,
    ReportAccepted,
    ReportAppealed,
    ReportObjected,
    ReportRated,
    ReportReferralConsented,
    ReportReplied,
    ReportSupplemented,
    ReportWithdrawn,
)
from shared.security.codes import new_access_code, new_tracking_id

from .conftest import ACCESS

TEXT = {"text": "Masih terjadi setiap pagi."}


async def say(intake, filed, word: str, body=None):
    return await intake.http.post(f"{filed.url}/{word}", json=body, headers=filed.code)


@pytest.mark.parametrize(
    ("status", "word", "body", "fact"),
    [
        (CaseStatus.ON_HOLD, "supplements", TEXT, ReportSupplemented),
        (CaseStatus.AWAITING_REPORTER, "replies", TEXT, ReportReplied),
        (CaseStatus.AWAITING_REPORTER, "acceptance", None, ReportAccepted),
        (CaseStatus.AWAITING_REPORTER, "acceptance", {}, ReportAccepted),
        (CaseStatus.AWAITING_REPORTER, "objection", TEXT, ReportObjected),
        (CaseStatus.IN_PROGRESS, "withdrawal", TEXT, ReportWithdrawn),
        (CaseStatus.IN_PROGRESS, "withdrawal", None, ReportWithdrawn),
        (CaseStatus.ARCHIVED, "appeal", TEXT, ReportAppealed),
        (CaseStatus.CLOSED, "rating", {"score": 5, "comment": "Cepat"}, ReportRated),
    ],
)
async def test_each_word_is_said_as_a_fact_of_the_known_version(intake, status, word, body, fact):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, status, closed_by=ClosedBy.REPORTER)
    answer = await say(intake, filed, word, body)
    assert (answer.status_code, answer.json()["status"]) == (202, status)
    (said,) = await intake.said(fact)
    assert (said.report_id, said.case_version) == (filed.report_id, 4)


async def test_a_word_appears_on_the_timeline(intake):
    filed = await intake.file()
    await say(intake, filed, "supplements", TEXT)
    page = (await intake.http.get(filed.url, headers=filed.code)).json()
    assert (page["timeline"][-1]["kind"], page["timeline"][-1]["text"]) == ("supplemented", TEXT["text"])


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("replies", TEXT),
        ("appeal", TEXT),
        ("acceptance", None),
        ("objection", TEXT),
        ("rating", {"score": 1}),
    ],
)
async def test_a_word_that_does_not_fit_is_refused_with_what_does(intake, word, body):
    filed = await intake.file()
    answer = await say(intake, filed, word, body)
    assert answer.status_code == 409
    assert "«Belum terverifikasi»" in answer.json()["detail"]
    assert "melengkapi laporan, mencabut laporan" in answer.json()["detail"]
    assert "Not yet verified" in answer.json()["detail_en"]


async def test_nothing_is_possible_once_a_report_was_withdrawn(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, CaseStatus.WITHDRAWN)
    assert "tidak ada" in (await say(intake, filed, "supplements", TEXT)).json()["detail"]


async def test_accepting_twice_says_it_once(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, CaseStatus.AWAITING_REPORTER)
    answers = await asyncio.gather(*(say(intake, filed, "acceptance") for _ in range(5)))
    assert [answer.status_code for answer in answers] == [202] * 5
    assert sum(answer.json()["repeated"] for answer in answers) == 4
    assert len(await intake.said(ReportAccepted)) == 1


async def test_accepting_again_after_the_case_was_closed_is_harmless(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, CaseStatus.AWAITING_REPORTER)
    await say(intake, filed, "acceptance")
    await intake.status(filed.report_id, 5, CaseStatus.CLOSED, closed_by=ClosedBy.REPORTER)
    answer = await say(intake, filed, "acceptance")
    assert (answer.status_code, answer.json()["repeated"]) == (202, True)


async def test_the_same_objection_after_another_answer_is_a_new_one(intake):
    filed = await intake.file()
    for version in (4, 6):
        await intake.status(filed.report_id, version, CaseStatus.AWAITING_REPORTER)
        await say(intake, filed, "objection", TEXT)
        await intake.status(filed.report_id, version + 1, CaseStatus.IN_PROGRESS)
    assert len(await intake.said(ReportObjected)) == 2


async def test_another_objection_before_the_first_was_taken_in_is_refused(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, CaseStatus.AWAITING_REPORTER)
    await say(intake, filed, "objection", TEXT)
    answer = await say(intake, filed, "objection", {"text": "Kalimat yang lain."})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lapor:problem:already-said")


async def test_several_supplements_may_follow_each_other(intake):
    filed = await intake.file()
    for text in ("pertama", "kedua", "kedua"):
        assert (await say(intake, filed, "supplements", {"text": text})).status_code == 202
    assert [fact.text for fact in await intake.said(ReportSupplemented)] == ["pertama", "kedua"]


async def test_a_case_is_rated_once(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, CaseStatus.CLOSED, closed_by=ClosedBy.SYSTEM)
    assert (await say(intake, filed, "rating", {"score": 4})).status_code == 202
    assert (await say(intake, filed, "rating", {"score": 5})).status_code == 409


async def test_appealing_twice_says_it_once_and_a_second_archiving_is_final(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 2, CaseStatus.ARCHIVED, archive_reason="spam_or_test")
    answers = await asyncio.gather(*(say(intake, filed, "appeal", TEXT) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [202] * 3
    await intake.status(filed.report_id, 3, CaseStatus.RECEIVED)
    await intake.status(filed.report_id, 4, CaseStatus.ARCHIVED, archive_reason="spam_or_test")
    again = await say(intake, filed, "appeal", TEXT)
    assert (again.status_code, again.json()["type"]) == (409, "urn:lapor:problem:already-appealed")
    assert len(await intake.said(ReportAppealed)) == 1


async def test_a_withdrawn_report_is_not_appealed(intake):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, CaseStatus.WITHDRAWN)
    answer = await say(intake, filed, "appeal", TEXT)
    assert answer.status_code == 409
    assert "«Dicabut»" in answer.json()["detail"]


@pytest.mark.parametrize(("days", "status"), [(14, 202), (15, 409)])
async def test_a_closed_case_can_be_objected_to_for_ten_working_days(intake, clock, days, status):
    filed = await intake.file()
    await intake.status(filed.report_id, 4, CaseStatus.CLOSED, closed_by=ClosedBy.SYSTEM)
    clock.advance(timedelta(days=days))
    assert (await say(intake, filed, "objection", TEXT)).status_code == status


@pytest.mark.parametrize("score", [0, 6, 4.5, "5", None])
async def test_a_rating_is_a_whole_number_from_one_to_five(intake, score):
    filed = await intake.file()
    assert (await say(intake, filed, "rating", {"score": score})).status_code == 422


async def test_without_a_code_the_header_is_named(intake):
    filed = await intake.file()
    answer = await intake.http.post(f"{filed.url}/acceptance")
    assert answer.status_code == 401
    assert ACCESS in answer.json()["detail"]


async def test_a_wrong_code_and_an_unknown_report_answer_alike(intake):
    filed = await intake.file()
    wrong = {ACCESS: new_access_code()}
    answers = [
        await intake.http.post(f"{url}/acceptance", headers=wrong)
        for url in (filed.url, f"/v1/reports/{new_tracking_id()}")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


CONSENT = {"consent": True, "not_in_court": True}


async def offer(intake, filed, clock):
    await intake.status(filed.report_id, 4, CaseStatus.IN_PROGRESS)
    await intake.hear(
        CaseEscalated(
            report_id=filed.report_id, occurred_at=clock.now(), case_version=5, tracking_id="x", reason="r"
        )
    )


async def test_the_ombudsman_is_agreed_to_once_and_only_when_it_was_offered(intake, clock):
    filed = await intake.file()
    assert (await say(intake, filed, "ombudsman", CONSENT)).status_code == 409
    await offer(intake, filed, clock)
    first, second = [await say(intake, filed, "ombudsman", CONSENT) for _ in range(2)]
    assert (first.status_code, second.json()["repeated"]) == (202, True)
    (said,) = await intake.said(ReportReferralConsented)
    assert said.not_in_court and said.case_version == 5


@pytest.mark.parametrize("missing", ["consent", "not_in_court"])
async def test_consent_means_saying_yes_to_both(intake, clock, missing):
    filed = await intake.file()
    await offer(intake, filed, clock)
    answer = await say(intake, filed, "ombudsman", {**CONSENT, missing: False})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == missing


async def test_what_happened_more_than_two_years_ago_is_not_for_the_ombudsman(intake, clock):
    filed = await intake.file(event_date=(clock.now() - timedelta(days=800)).date().isoformat())
    await offer(intake, filed, clock)
    answer = await say(intake, filed, "ombudsman", CONSENT)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lapor:problem:too-long-ago")
