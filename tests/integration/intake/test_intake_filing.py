import asyncio
import json

import pytest

from services.intake.channels.metrics import SETTLED
from services.intake.filer import Filer
from shared.contracts import Channel, ContactRegistered, ReportSubmitted
from shared.db.database import Database
from shared.messaging.relay import Relay
from shared.security.codes import parse_tracking_id
from shared.security.receipts import description_sha256, verify_receipt
from shared.security.sealing import Unsealer

from .conftest import REPORT

KEY = {"Idempotency-Key": "kunci-saya-1"}
CONTACT = {
    "name": "Kenari Rahasia",
    "phone": "0812-7777-8888",
    "email": "kenari@rahasia.id",
    "language": "en",
}


async def test_a_filing_answers_with_everything_the_reporter_needs(intake):
    answer = await intake.http.post("/v1/reports", json=REPORT)
    body = answer.json()
    assert answer.status_code == 201
    assert set(body) == {"tracking_id", "access_code", "status", "status_label", "deadline", "receipt"}
    assert answer.headers["location"] == f"/v1/reports/{body['tracking_id']}"
    assert body["status_label"] == "Belum terverifikasi"


async def test_the_deadline_is_three_working_days_away_where_the_national_team_counts_them(intake):
    body = (await intake.http.post("/v1/reports", json={**REPORT, "place": {"region": "91.71"}})).json()
    assert body["deadline"] == "2026-07-09T23:59:59.999999+07:00"


async def test_the_tracking_id_can_be_checked_for_typing_errors(intake):
    filed = await intake.file()
    assert len(parse_tracking_id(filed.tracking_id)) == 10


async def test_the_receipt_proves_what_was_filed(intake, keys):
    answer = (await intake.http.post("/v1/reports", json={**REPORT, "event_date": "2026-07-01"})).json()
    receipt = verify_receipt(keys["LAPOR_RECEIPT_PUBLIC_KEY"], answer["receipt"])
    assert receipt["tracking_id"] == answer["tracking_id"]
    assert receipt["description_sha256"] == description_sha256(REPORT["text"])
    assert (receipt["place"], receipt["event_date"]) == ("Terminal lama", "2026-07-01")


async def test_the_receipt_key_is_published(intake, keys):
    jwk = (await intake.http.get("/v1/receipts/key")).json()
    assert (jwk["kty"], jwk["crv"], jwk["x"]) == ("OKP", "Ed25519", keys["LAPOR_RECEIPT_PUBLIC_KEY"])


async def test_the_submission_is_said_in_the_same_transaction(intake):
    filed = await intake.file(agency_hint="Dinas Perhubungan", channel="mobile")
    (fact,) = await intake.said(ReportSubmitted)
    assert (fact.report_id, fact.channel) == (filed.report_id, Channel.MOBILE)
    assert (fact.title, fact.text, fact.agency_hint) == (REPORT["title"], REPORT["text"], "Dinas Perhubungan")
    assert fact.place.region == "35.78"


async def test_a_contact_is_sealed_for_notify_alone(intake, keys):
    filed = await intake.file(contact=CONTACT)
    (fact,) = await intake.said(ContactRegistered)
    contact = Unsealer(keys["LAPOR_SEAL_PRIVATE_KEY"]).unseal(filed.report_id, fact.sealed)
    assert (contact.name, contact.phone, contact.email) == (
        "Kenari Rahasia",
        "+6281277778888",
        "kenari@rahasia.id",
    )
    assert fact.language == "en"


async def test_a_report_without_a_contact_says_so_too(intake):
    await intake.file(anonymous=True)
    (fact,) = await intake.said(ContactRegistered)
    assert fact.sealed is None


async def test_the_identity_is_in_no_table_in_clear(intake):
    await intake.file(headers=KEY, anonymous=True, contact=CONTACT)
    tables = [row.tablename for row in await intake.rows(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    )]  # fmt: skip
    content = ""
    for table in tables:
        content += str(await intake.rows(f"SELECT to_jsonb(t) AS row FROM {table} t"))
        if table == "outbox":
            content += str(await intake.rows("SELECT body FROM outbox"))
    assert len(content) > 1000
    for canary in ("Kenari", "kenari", "77778888", "rahasia.id"):
        assert canary not in content


async def test_the_access_code_is_in_no_table_in_clear(intake):
    filed = await intake.file(headers=KEY)
    content = str(await intake.rows("SELECT to_jsonb(t) FROM reports t"))
    content += str(await intake.rows("SELECT to_jsonb(t) FROM idempotency_keys t"))
    content += str(await intake.rows("SELECT convert_from(body, 'UTF8') FROM outbox"))
    assert filed.access_code not in content
    assert filed.access_code.replace("-", "") not in content


async def test_the_same_key_and_body_give_the_same_answer(intake):
    first = await intake.http.post("/v1/reports", json=REPORT, headers=KEY)
    second = await intake.http.post("/v1/reports", json=REPORT, headers=KEY)
    assert second.status_code == 201
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]


async def test_a_report_is_counted_once_for_its_channel_however_often_it_is_sent(intake):
    counter = SETTLED.labels(Channel.MOBILE, "filed")
    before = counter._value.get()
    for _ in range(3):
        await intake.file(KEY, channel="mobile")
    assert counter._value.get() - before == 1


async def test_the_same_key_files_one_report_however_the_body_is_written(intake):
    await intake.http.post("/v1/reports", json=REPORT, headers=KEY)
    reordered = json.dumps(dict(reversed(REPORT.items())), indent=2)
    answer = await intake.http.post(
        "/v1/reports", content=reordered, headers={**KEY, "Content-Type": "application/json"}
    )
    assert answer.status_code == 201
    assert await intake.count("reports") == 1


async def test_the_same_key_with_another_body_is_refused(intake):
    await intake.http.post("/v1/reports", json=REPORT, headers=KEY)
    answer = await intake.http.post("/v1/reports", json={**REPORT, "title": "Judul lain"}, headers=KEY)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:lapor:problem:idempotency-key-reused")


async def test_one_key_sent_many_times_at_once_files_one_report(intake):
    answers = await asyncio.gather(
        *(intake.http.post("/v1/reports", json=REPORT, headers=KEY) for _ in range(30))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await intake.count("reports") == 1
    assert len(await intake.said(ReportSubmitted)) == 1


async def test_without_a_key_each_filing_is_its_own(intake):
    await intake.file()
    await intake.file()
    assert await intake.count("reports") == 2


async def test_a_tracking_id_that_is_taken_is_drawn_again(intake, monkeypatch):
    drawn = iter(["222222222" + "2", "2222222222", "333333333" + "3"])
    monkeypatch.setattr("services.intake.filing.new_tracking_id", lambda: next(drawn))
    for _ in range(2):
        assert (await intake.http.post("/v1/reports", json=REPORT)).status_code == 201


async def test_a_short_idempotency_key_is_refused(intake):
    answer = await intake.http.post("/v1/reports", json=REPORT, headers={"Idempotency-Key": "abc"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (b"[]", 422),
        (b'{"title": "\\ud800"}', 422),
        (b"[" * 30_000, 400),
        (b"\xff\xfe", 400),
        (b'{"text": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
async def test_a_broken_body_is_a_problem_in_both_languages(intake, content, status):
    answer = await intake.http.post(
        "/v1/reports", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert answer.json()["detail_en"]


async def test_a_body_without_a_length_is_cut_off_at_the_limit(intake):
    sent = 0

    async def endless():
        nonlocal sent
        while sent < 100_000_000:
            sent += 10_000
            yield b"x" * 10_000

    answer = await intake.http.post("/v1/reports", content=endless())
    assert answer.status_code == 413
    assert await intake.count("reports") == 0


async def test_a_field_that_is_wrong_is_named(intake):
    answer = await intake.http.post("/v1/reports", json={**REPORT, "event_date": "2026-07-09"})
    assert answer.json()["errors"] == [
        {
            "field": "event_date",
            "message": "tidak boleh di masa depan",
            "message_en": "must not be in the future",
        }
    ]


async def test_a_channel_that_is_not_served_here_is_refused(open_intake):
    intake = await open_intake(intake_channels="sms")
    answer = await intake.http.post("/v1/reports", json=REPORT)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:lapor:problem:channel-not-served")


async def test_both_facts_may_leave_through_the_broker(intake, stack):
    await intake.file(contact=CONTACT)
    relay = Relay(stack.database_url("intake"), stack.amqp_url("intake"))
    task = asyncio.create_task(relay.run())
    try:
        async with asyncio.timeout(40):
            while await intake.count("outbox"):
                await asyncio.sleep(0.05)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_database_that_is_away_is_an_outage(open_intake, clock):
    intake = await open_intake()
    nowhere = Database("postgresql+asyncpg://nobody:none@127.0.0.1:9/none", clock)
    object.__setattr__(intake.desk, "filer", Filer(nowhere))
    answer = await intake.http.post("/v1/reports", json=REPORT)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
