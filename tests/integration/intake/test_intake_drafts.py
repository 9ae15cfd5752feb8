"""Drafts: saved while somebody types, lost by nobody but their holder, and read by nobody else."""

import asyncio
import secrets
from datetime import timedelta
from uuid import uuid4

import pytest

from services.intake.drafts import store
from tests.support.problems import problem

from .conftest import REPORT


class Holder:
    """A browser with a draft of its own."""

    def __init__(self, intake):
        self.intake, self.id, self.secret = intake, uuid4(), secrets.token_urlsafe(16)

    @property
    def url(self):
        return f"/v1/drafts/{self.id}"

    @property
    def headers(self):
        return {"LAPOR-Draft-Secret": self.secret}

    async def save(self, content, version=0):
        body = {"content": content, "version": version}
        return await self.intake.http.put(self.url, json=body, headers=self.headers)

    async def read(self, **headers):
        return await self.intake.http.get(self.url, headers={**self.headers, **headers})

    async def submit(self):
        return await self.intake.http.post(f"{self.url}/submission", headers=self.headers)


@pytest.fixture
def holder(intake):
    return Holder(intake)


async def test_what_was_saved_is_there_again(holder):
    saved = (await holder.save({"title": "Jalan"})).json()
    read = (await holder.read()).json()
    assert (saved["version"], read["content"], read["filed"]) == (1, {"title": "Jalan"}, None)


async def test_each_save_is_a_version(holder):
    versions = [(await holder.save({"n": n}, n)).json()["version"] for n in range(3)]
    assert versions == [1, 2, 3]


async def test_another_tabs_newer_version_is_not_overwritten(holder):
    await holder.save({"title": "Jalan"})
    await holder.save({"title": "Jalan rusak"}, 1)
    assert problem(await holder.save({"title": "Lampu"}, 1)) == (409, "draft-changed")
    assert (await holder.read()).json()["content"] == {"title": "Jalan rusak"}


async def test_a_save_whose_answer_was_lost_can_be_sent_again(holder):
    await holder.save({"title": "Jalan"})
    answers = [await holder.save({"title": "Jalan rusak"}, 1) for _ in range(2)]
    assert [answer.json()["version"] for answer in answers] == [2, 2]


async def test_two_first_saves_at_once_make_one_draft(holder):
    answers = await asyncio.gather(*(holder.save({"tab": tab}) for tab in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


@pytest.mark.parametrize("call", ["get", "delete", "put", "post"])
async def test_to_anybody_else_it_does_not_exist(holder, intake, call):
    await holder.save({"title": "Jalan"})
    thief = Holder(intake)
    thief.id = holder.id
    calls = {
        "get": thief.read, "put": lambda: thief.save({}, 1), "post": thief.submit,
        "delete": lambda: intake.http.delete(thief.url, headers=thief.headers),
    }  # fmt: skip
    assert (await calls[call]()).status_code == 404


@pytest.mark.parametrize("secret", ["", "pendek", "x" * 201])
async def test_a_secret_that_is_none_is_refused_by_name(holder, secret):
    holder.secret = secret
    answer = await holder.save({})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "LAPOR-Draft-Secret")


async def test_no_table_tells_what_is_in_it(holder, intake):
    await holder.save({"text": "Saya Kenari dan takut", "contact": {"phone": "081277778888"}})
    kept = str(await intake.rows("SELECT to_jsonb(d)::text, encode(sealed, 'escape') FROM drafts d"))
    assert not any(word in kept for word in ("Kenari", "takut", "0812", holder.secret))


async def test_a_week_after_the_last_change_it_is_gone(holder, intake, clock):
    await holder.save({"n": 1})
    clock.advance(timedelta(days=6))
    await holder.save({"n": 2}, 1)
    clock.advance(timedelta(days=6))
    assert (await holder.read()).status_code == 200
    clock.advance(timedelta(days=1))
    assert (await holder.read()).status_code == 404
    async with intake.database.transaction() as tx:
        assert await store.forget_expired(tx) == 1
    assert await intake.count("drafts") == 0


async def test_a_draft_that_is_too_large_is_refused(holder):
    assert (await holder.save({"text": "x" * 70_000})).status_code == 413


async def test_a_thrown_away_draft_is_gone(holder, intake):
    await holder.save({"n": 1})
    await intake.http.delete(holder.url, headers=holder.headers)
    assert (await intake.count("drafts"), (await holder.read()).status_code) == (0, 404)


async def test_a_draft_becomes_a_report_once_however_often_it_is_submitted(holder, intake):
    await holder.save(REPORT)
    answers = [await holder.submit() for _ in range(3)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await intake.count("reports") == 1


async def test_submissions_at_once_make_one_report(holder, intake):
    await holder.save(REPORT)
    answers = await asyncio.gather(*(holder.submit() for _ in range(10)))
    assert len({answer.content for answer in answers}) == 1
    assert await intake.count("reports") == 1


async def test_a_submission_cut_off_after_filing_gives_the_same_answer_again(holder, intake, monkeypatch):
    await holder.save(REPORT)

    async def cut_off(*_args):
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr("services.intake.api.drafts.drafts.note_filed", cut_off)
        assert (await holder.submit()).status_code == 503
    assert (await holder.submit()).status_code == 201
    assert await intake.count("reports") == 1


async def test_a_filed_draft_keeps_the_answer_and_nothing_of_the_text(holder, intake):
    await holder.save(REPORT)
    filed = (await holder.submit()).json()
    read = (await holder.read()).json()
    assert (read["content"], read["filed"]["access_code"]) == ({}, filed["access_code"])
    assert problem(await holder.save({"title": "Lain"}, 2)) == (409, "draft-filed")


async def test_an_unfinished_draft_is_refused_by_field_and_stays(holder):
    await holder.save({"title": "Jalan rusak"})
    answer = await holder.submit()
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["text"])
    assert (await holder.read()).json()["content"] == {"title": "Jalan rusak"}


async def test_knowing_a_drafts_id_does_not_use_up_its_submission(holder, intake):
    await holder.save(REPORT)
    stranger = {**REPORT, "title": "Laporan orang lain"}
    for key in (str(holder.id), f"draft:{holder.id}"):
        await intake.http.post("/v1/reports", json=stranger, headers={"Idempotency-Key": key})
    assert (await holder.submit()).status_code == 201
