"""One source cannot flood: filings by every way, new drafts, one-time codes and supports are counted."""

import secrets
from uuid import uuid4

import pytest

from shared.contracts import AnswerRequested
from shared.security.limits import RateLimiter

from .conftest import REPORT

SOURCE = {"X-Lapor-Source": "203.0.113.77"}
OTHER = {"X-Lapor-Source": "203.0.113.78"}


@pytest.fixture
def one_an_hour(intake, monkeypatch):
    for guard in (intake.desk.guard, intake.desk.draft_guard, intake.desk.code_guard):
        monkeypatch.setattr(guard, "_one", RateLimiter("1/hour"))


async def draft(intake, source):
    url, holder = f"/v1/drafts/{uuid4()}", {"LAPOR-Draft-Secret": secrets.token_urlsafe(16), **source}
    saved = await intake.http.put(url, json={"version": 0, "content": REPORT}, headers=holder)
    return url, holder, saved


async def code(intake, n, source):
    body = {"email": f"kenari{n}@rahasia.id"}
    return (await intake.http.post("/v1/accounts/codes", json=body, headers=source)).status_code


def needs_proof(answer):
    return answer.status_code == 429 and answer.json()["type"].endswith("proof-needed")


async def test_new_drafts_are_counted_and_later_saves_are_not(intake, one_an_hour):
    url, holder, saved = await draft(intake, SOURCE)
    assert saved.status_code == 200
    assert needs_proof((await draft(intake, SOURCE))[2])
    assert (await draft(intake, OTHER))[2].status_code == 200
    again = await intake.http.put(url, json={"version": 1, "content": {"title": "x"}}, headers=holder)
    assert again.status_code == 200


async def test_a_draft_is_filed_by_the_same_rate_as_any_report(intake, one_an_hour):
    filed = await intake.http.post("/v1/reports", json=REPORT, headers=SOURCE)
    url, holder, _ = await draft(intake, SOURCE)
    assert filed.status_code == 201
    assert needs_proof(await intake.http.post(f"{url}/submission", headers=holder))
    assert len(await intake.rows("SELECT 1 FROM reports")) == 1


async def test_one_source_has_five_codes_sent_and_another_is_still_served(intake):
    assert [await code(intake, n, SOURCE) for n in range(6)] == [202] * 5 + [429]
    assert await code(intake, 6, OTHER) == 202
    assert len(await intake.said(AnswerRequested)) == 6


async def test_one_sources_supports_are_counted(intake, one_an_hour):
    urls = [f"{(await intake.file()).url}/supports" for _ in range(2)]
    answers = [await intake.http.post(url, headers=SOURCE) for url in urls]
    assert answers[0].status_code == 201
    assert needs_proof(answers[1])


async def test_another_spelling_of_a_tracking_id_is_counted_as_the_same_report(intake):
    filed = await intake.file()
    spellings = [filed.tracking_id, filed.tracking_id.lower(), filed.tracking_id.replace("-", "")]
    codes = [
        (await intake.http.post(f"/v1/reports/{spellings[n % 3]}/supports")).status_code for n in range(31)
    ]
    assert codes == [201] * 30 + [429]
