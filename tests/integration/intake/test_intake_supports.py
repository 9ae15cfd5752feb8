"""Saying "me too" on a real database: told once, sealed, public reports alone, and taken back."""

from datetime import timedelta

import pytest

from services.intake.identity.supporters import forget_supporters
from shared import contracts as c
from tests.integration.intake.conftest import ACCESS

CONTACT = {"contact": {"phone": "0812-3456-7890"}}


async def support(intake, filed, body=None):
    return await intake.http.post(f"{filed.url}/supports", json=body)


async def said(intake, kind):
    return [fact for fact in await intake.said() if isinstance(fact, kind)]


async def test_a_support_is_counted_said_and_registered_under_its_own_id_without_its_contact(intake):
    filed = await intake.file()
    answer = await support(intake, filed, CONTACT)
    assert (answer.status_code, answer.json()["supports"]) == (201, 1)
    [fact] = await said(intake, c.ReportSupported)
    assert (fact.report_id, str(fact.supporter_id)) == (filed.report_id, answer.json()["supporter_id"])
    contact = (await said(intake, c.ContactRegistered))[-1]
    assert (contact.report_id, contact.sealed) == (fact.supporter_id, None)


async def test_without_a_contact_a_support_counts_and_nothing_is_sent(intake):
    filed = await intake.file()
    totals = [(await support(intake, filed)).json()["supports"] for _ in range(2)]
    assert totals == [1, 2]
    assert (await said(intake, c.ContactRegistered))[-1].sealed is None


async def test_one_contact_is_told_of_a_report_once(intake):
    filed = await intake.file()
    given = [(await support(intake, filed, CONTACT)).json()["supporter_id"] for _ in range(2)]
    rows = await intake.rows("SELECT supporter_id FROM supports WHERE token IS NOT NULL")
    assert [str(row.supporter_id) for row in rows] == given[:1]
    asked = await intake.rows("SELECT DISTINCT subject_id FROM confirmations")
    assert [str(row.subject_id) for row in asked] == given[:1]


async def test_nobody_learns_whether_a_contact_supports_a_report(intake):
    filed, codes = await intake.file(), []
    for total in (1, 2):
        answer = await support(intake, filed, CONTACT)
        told = answer.json()
        codes.append(told["code"])
        assert (answer.status_code, told["supports"], told["confirmation_sent"]) == (201, total, True)
    url = f"{filed.url}/supports/{told['supporter_id']}"
    answers = [(await intake.http.delete(url, headers={ACCESS: one})).status_code for one in codes]
    assert answers == [404, 204]


async def test_a_secret_report_answers_as_if_it_did_not_exist(intake):
    assert (await support(intake, await intake.file(secret=True))).status_code == 404


async def test_a_support_is_taken_back_with_its_code_once_and_for_all(intake):
    filed = await intake.file()
    given = (await support(intake, filed, CONTACT)).json()
    url = f"{filed.url}/supports/{given['supporter_id']}"
    for _ in range(2):
        assert (await intake.http.delete(url, headers={ACCESS: given["code"]})).status_code == 204
    assert [fact.withdrawn for fact in await said(intake, c.ReportSupported)] == [False, True]
    assert (await said(intake, c.ContactRegistered))[-1].withdrawn
    assert (await support(intake, filed, CONTACT)).json()["supports"] == 1


async def test_the_reports_own_code_does_not_take_a_support_back(intake):
    filed = await intake.file()
    given = (await support(intake, filed)).json()
    url = f"{filed.url}/supports/{given['supporter_id']}"
    assert (await intake.http.delete(url, headers=filed.code)).status_code == 404


@pytest.mark.parametrize("body", [{"contact": {"phone": "abc"}}, {"name": "x"}])
async def test_a_wrong_contact_is_refused_by_field(intake, body):
    answer = await support(intake, await intake.file(), body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_supporters_are_forgotten_with_the_report_and_still_counted(intake, clock):
    ended, open_ = await intake.file(), await intake.file()
    given = [(await support(intake, one, CONTACT)).json() for one in (ended, open_)]
    await intake.status(ended.report_id, 2, c.CaseStatus.CLOSED)
    for days, forgotten in ((700, []), (40, [given[0]["supporter_id"]])):
        clock.advance(timedelta(days=days))
        await forget_supporters(intake.database, batch=1)
        withdrawn = [fact for fact in await said(intake, c.ContactRegistered) if fact.withdrawn]
        assert [str(fact.report_id) for fact in withdrawn] == forgotten
    rows = await intake.rows("SELECT token, withdrawn_at FROM supports ORDER BY supporter_id")
    assert [(row.token is None, row.withdrawn_at) for row in rows] == [(True, None), (False, None)]


async def test_who_takes_a_support_back_leaves_nothing_to_be_found_by(intake):
    filed = await intake.file()
    given = (await support(intake, filed, CONTACT)).json()
    url = f"{filed.url}/supports/{given['supporter_id']}"
    await intake.http.delete(url, headers={ACCESS: given["code"]})
    assert [row.token for row in await intake.rows("SELECT token FROM supports")] == [None]
