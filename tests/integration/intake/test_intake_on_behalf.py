"""An officer files for somebody who called or came in: consent is recorded, the reporter stays sealed."""

from datetime import timedelta

import pytest

from shared import contracts as c
from shared.contracts import Channel
from shared.security.sealing import Unsealer
from shared.security.tokens import Officer, Role, issue

REPORT = {
    "channel": "call-centre",
    "title": "Air tidak mengalir di RT 04",
    "text": "Air ledeng tidak mengalir sejak tiga hari lalu di seluruh RT 04.",
    "contact": {"name": "Sari Rahayu", "phone": "081234509876"},
    "consent": {"manner": "recorded", "at": "2026-07-06T01:00:00Z"},
}


@pytest.fixture
def token(keys):
    def signed(role: Role, agency: str | None = None) -> dict[str, str]:
        officer = Officer("petugas-7", role, agency)
        made = issue(keys["LAPOR_TOKEN_PRIVATE_KEY"], officer, timedelta(hours=1))
        return {"Authorization": f"Bearer {made}"}

    return signed


@pytest.fixture
def filing(intake, token):
    async def post(headers: dict[str, str] | None = None, **changes):
        given = token(Role.NATIONAL_ADMIN) if headers is None else headers
        return await intake.http.post("/v1/reports/on-behalf", json={**REPORT, **changes}, headers=given)

    return post


@pytest.mark.parametrize("channel", [Channel.CALL_CENTRE, Channel.WALK_IN])
async def test_an_officer_files_and_hands_out_number_and_code(intake, filing, channel):
    answer = await filing(channel=channel.value)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert " ".join(body["tracking_id"].split("-")[0]) in body["read_aloud"]
    opened = await intake.http.get(
        f"/v1/reports/{body['tracking_id']}", headers={"LAPOR-Access-Code": body["access_code"]}
    )
    assert opened.status_code == 200
    (fact,) = await intake.said(c.ReportSubmitted)
    assert fact.channel is channel


async def test_the_officer_and_the_consent_are_recorded(intake, filing, token):
    await filing(token(Role.COORDINATOR, "35.3578"))
    (row,) = await intake.rows("SELECT * FROM filed_on_behalf")
    assert (row.officer_id, row.officer_role, row.officer_agency) == ("petugas-7", "coordinator", "35.3578")
    assert (row.consent_by, row.consent_manner) == ("reporter", "recorded")


async def test_the_reporter_is_sealed_and_the_officer_is_on_no_fact(intake, filing, keys):
    await filing()
    (contact,) = await intake.said(c.ContactRegistered)
    opened = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal(contact.report_id, contact.sealed)
    assert opened.name == "Sari Rahayu"
    said = str(await intake.rows("SELECT convert_from(body, 'UTF8') FROM outbox"))
    said += str(await intake.rows("SELECT to_jsonb(t) FROM filed_on_behalf t"))
    assert "Sari" not in said
    assert "petugas-7" not in str(await intake.rows("SELECT convert_from(body, 'UTF8') FROM outbox"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consent": None}, "consent"),
        ({"consent": {"manner": "guessed", "at": "2026-07-06T01:00:00Z"}}, "consent.manner"),
        ({"consent": {"manner": "spoken", "at": "2999-07-06T01:00:00Z"}}, "consent.at"),
        ({"consent": {"manner": "spoken", "at": "2026-07-06T01:00:00"}}, "consent.at"),
        ({"channel": "web"}, "channel"),
        ({"title": "x"}, "title"),
    ],
)
async def test_without_consent_or_with_a_wrong_field_nothing_is_filed(intake, filing, changes, field):
    answer = await filing(**changes)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert await intake.count("reports") == 0


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OPERATOR])
async def test_other_roles_file_for_nobody(filing, token, role):
    assert (await filing(token(role))).status_code == 403


async def test_nobody_files_for_others_without_a_token(filing):
    assert (await filing({})).status_code == 401


async def test_the_same_key_files_once_and_is_nobody_elses(intake, filing, token):
    key = {"Idempotency-Key": "kasus-0001"}
    first = await filing({**token(Role.NATIONAL_ADMIN), **key})
    again = await filing({**token(Role.NATIONAL_ADMIN), **key})
    assert first.json() == again.json()
    citizen = await intake.file({"Idempotency-Key": "kasus-0001"})
    assert citizen.tracking_id != first.json()["tracking_id"]
    assert await intake.count("filed_on_behalf") == 1
