"""Accounts by one-time codes: what works, what is refused, and that nobody learns who has one."""

import re

import pytest
from httpx import Response

from services.intake.accounts.desk import forget_old_codes
from services.notify.channels.gsm import parts, to_gsm
from shared.contracts import AnswerRequested, ContactRegistered
from shared.security.sealing import Unsealer

from .conftest import REPORT

MAIL = {"email": "kenari@rahasia.id"}
PHONE = {"phone": "0812-7777-8888"}


class Reporter:
    """Somebody with a mail address or a phone, in front of intake."""

    def __init__(self, intake, address=MAIL):
        self.intake, self.address = intake, address
        self.token = ""

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}

    async def ask(self, **more) -> Response:
        return await self.intake.http.post("/v1/accounts/codes", json={**self.address, **more})

    async def code(self):
        assert (await self.ask()).status_code == 202
        return re.search(r"\d{6}", (await self.intake.answers())[-1])[0]

    async def enter(self, code) -> Response:
        return await self.intake.http.post("/v1/accounts/sessions", json={**self.address, "code": code})

    async def sign_in(self):
        answer = await self.enter(await self.code())
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["token"]
        return self

    async def reports(self):
        return await self.intake.http.get("/v1/accounts/me/reports", headers=self.headers)

    async def claim(self, filed, code=None) -> Response:
        body = {"tracking_id": filed.tracking_id, "access_code": code or filed.access_code}
        return await self.intake.http.post("/v1/accounts/me/claims", json=body, headers=self.headers)


def other(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("address", [MAIL, PHONE])
async def test_a_code_signs_its_holder_in(intake, address):
    reporter = await Reporter(intake, address).sign_in()
    answer = await reporter.reports()
    assert (answer.status_code, answer.json()) == (200, [])


async def test_a_code_leaves_sealed_on_the_private_exchange(intake, keys):
    await Reporter(intake).ask()
    (fact,) = await intake.said(AnswerRequested)
    assert (fact.exchange, fact.channel) == ("lapor.private", "email")
    contact = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal(fact.report_id, fact.sealed)
    assert contact.email == "kenari@rahasia.id"
    assert not re.search(r"\b\d{6}\b", fact.text)


@pytest.mark.parametrize("language", ["id", "en", "jv", "su"])
async def test_a_code_fits_one_sms(intake, language):
    await Reporter(intake, PHONE).ask(language=language)
    (text,) = await intake.answers()
    assert (to_gsm(text), parts(text)) == (text, 1)


@pytest.mark.parametrize("language", ["id", "en", "jv", "su"])
async def test_a_codes_message_is_framed_in_the_language_it_is_in(intake, language):
    await Reporter(intake).ask(language=language)
    (fact,) = await intake.said(AnswerRequested)
    assert fact.language == language


async def test_asking_for_a_code_answers_alike_with_and_without_an_account(intake):
    await Reporter(intake).sign_in()
    answers = [await Reporter(intake, address).ask() for address in (MAIL, {"email": "siapa@lain.id"})]
    assert answers[0].content == answers[1].content
    assert answers[0].headers == answers[1].headers


async def test_a_wrong_code_answers_alike_with_and_without_an_account(intake):
    known = await Reporter(intake).sign_in()
    answers = [await Reporter(intake, a).enter("000000") for a in (known.address, {"email": "siapa@lain.id"})]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content


async def test_a_code_works_once(intake):
    reporter = Reporter(intake)
    code = await reporter.code()
    assert (await reporter.enter(code)).status_code == 201
    assert (await reporter.enter(code)).status_code == 401


async def test_only_the_newest_code_works(intake):
    reporter = Reporter(intake)
    first, second = await reporter.code(), await reporter.code()
    if first != second:
        assert (await reporter.enter(first)).status_code == 401
    assert (await reporter.enter(second)).status_code == 201


async def test_after_five_wrong_tries_the_right_code_is_too_late(intake):
    reporter = Reporter(intake)
    code = await reporter.code()
    for _ in range(5):
        assert (await reporter.enter(other(code))).status_code == 401
    assert (await reporter.enter(code)).status_code == 401


async def test_after_five_minutes_a_code_is_over(intake):
    reporter = Reporter(intake)
    code = await reporter.code()
    await intake.rows("UPDATE account_codes SET expires_at = now() - interval '1 second' RETURNING 1")
    assert (await reporter.enter(code)).status_code == 401


async def test_a_code_is_for_its_own_contact_alone(intake):
    code = await Reporter(intake).code()
    assert (await Reporter(intake, PHONE).enter(code)).status_code == 401


async def test_a_contact_gets_three_codes_in_a_quarter_of_an_hour_and_no_answer_tells(intake):
    reporter = Reporter(intake)
    answers = [await reporter.ask() for _ in range(4)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert len(await intake.answers()) == 3


async def test_the_last_code_stays_good_when_more_are_asked_for(intake):
    reporter = Reporter(intake)
    *_, last = [await reporter.code() for _ in range(3)]
    await reporter.ask()
    assert (await reporter.enter(last)).status_code == 201


async def test_all_together_get_so_many_codes_a_minute(open_intake):
    intake = await open_intake(account_codes_per_minute=2)
    addresses = [{"email": f"{name}@rahasia.id"} for name in "abc"]
    assert [(await Reporter(intake, a).ask()).status_code for a in addresses] == [202, 202, 429]


@pytest.mark.parametrize(
    "body", [{}, {**MAIL, **PHONE}, {"email": "bukan"}, {"phone": "12"}, {"email": None}]
)
async def test_a_code_needs_one_contact_that_can_be_reached(intake, body):
    assert (await intake.http.post("/v1/accounts/codes", json=body)).status_code == 422


async def test_a_report_filed_while_signed_in_is_in_the_list(intake):
    reporter = await Reporter(intake).sign_in()
    filed = await intake.file(headers=reporter.headers)
    (line,) = (await reporter.reports()).json()
    assert (line["tracking_id"], line["status"]) == (filed.tracking_id, "received")


async def test_a_report_filed_without_the_account_is_claimed_by_its_access_code(intake):
    filed, reporter = await intake.file(), await Reporter(intake).sign_in()
    answers = [(await reporter.claim(filed)).status_code for _ in range(2)]
    assert answers == [201, 201]
    assert [line["tracking_id"] for line in (await reporter.reports()).json()] == [filed.tracking_id]


async def test_a_report_is_not_claimed_with_a_wrong_code(intake):
    filed, reporter = await intake.file(), await Reporter(intake).sign_in()
    assert (await reporter.claim(filed, "ABCD-EFGH-JKMN-PQRS")).status_code == 404


async def test_a_report_belongs_to_one_account(intake):
    filed = await intake.file()
    await (await Reporter(intake).sign_in()).claim(filed)
    assert (await (await Reporter(intake, PHONE).sign_in()).claim(filed)).status_code == 409


async def test_the_list_is_masked_and_secret_titles_stay_hidden(intake):
    reporter = await Reporter(intake).sign_in()
    await intake.file(headers=reporter.headers, title="Hubungi saya di 081234567890")
    await intake.file(headers=reporter.headers, secret=True)
    titles = [line["title"] for line in (await reporter.reports()).json()]
    assert titles[0] is None and "081234567890" not in titles[1]


async def test_signing_out_ends_every_session(intake):
    first, second = await Reporter(intake).sign_in(), await Reporter(intake).sign_in()
    await intake.http.delete("/v1/accounts/sessions", headers=first.headers)
    assert [(await one.reports()).status_code for one in (first, second)] == [401, 401]


async def test_a_session_that_is_over_files_nothing(intake):
    reporter = await Reporter(intake).sign_in()
    await intake.http.delete("/v1/accounts/sessions", headers=reporter.headers)
    answer = await intake.http.post("/v1/reports", json=REPORT, headers=reporter.headers)
    assert (answer.status_code, await intake.count("reports")) == (401, 0)


async def test_a_session_ends_by_itself(open_intake, monkeypatch):
    intake = await open_intake(account_session_seconds=60)
    reporter = await Reporter(intake).sign_in()
    monkeypatch.setattr("services.intake.accounts.sessions.time.time", lambda: 4_000_000_000)
    assert (await reporter.reports()).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
async def test_what_is_no_session_is_refused(intake, token):
    answer = await intake.http.get("/v1/accounts/me/reports", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_deleting_the_account_leaves_the_reports_and_nothing_else(intake):
    reporter = await Reporter(intake).sign_in()
    filed = await intake.file(headers=reporter.headers)
    answer = await intake.http.delete("/v1/accounts/me", headers=reporter.headers)
    assert answer.status_code == 204
    assert (await intake.count("accounts"), await intake.count("account_reports")) == (0, 0)
    assert (await intake.http.get(filed.url, headers=filed.code)).status_code == 200
    assert (await reporter.reports()).status_code == 401


async def test_an_account_that_comes_back_is_a_new_one(intake):
    reporter = await Reporter(intake).sign_in()
    await intake.file(headers=reporter.headers)
    await intake.http.delete("/v1/accounts/me", headers=reporter.headers)
    await reporter.sign_in()
    assert (await reporter.reports()).json() == []


async def test_no_table_holds_the_contact_or_the_code_in_clear(intake):
    reporter = await Reporter(intake).sign_in()
    code = await reporter.code()
    content = ""
    for table in ("accounts", "account_codes", "account_reports"):
        content += str(await intake.rows(f"SELECT to_jsonb(t)::text FROM {table} t"))
    assert not any(word in content for word in ("kenari", "rahasia.id", f'"{code}"'))


async def test_notify_is_told_to_forget_to_whom_yesterdays_codes_went(intake):
    await Reporter(intake).ask()
    await intake.rows("UPDATE account_codes SET created_at = now() - interval '25 hours' RETURNING 1")
    assert await forget_old_codes(intake) == 1
    (forgotten,) = await intake.said(ContactRegistered)
    (sent,) = await intake.said(AnswerRequested)
    assert (forgotten.report_id, forgotten.withdrawn) == (sent.report_id, True)
