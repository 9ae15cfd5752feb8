"""Two officers, one identity: every step that is allowed, and every one that is not."""

import asyncio
import time
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.intake.identity.forgetting import forget
from shared import contracts as c
from shared.contracts import ReportIdentityRevealed
from shared.security.holders import collecting_key, lock, new_code
from shared.security.keys import load_seal_private_keys
from shared.security.sealing import key_id
from shared.security.tokens import Officer, Role, issue

WHO = {
    "name": "Kenari Rahasia", "phone": "0812-7777-8888", "nik": "3578010101900001",
    "address": "Jalan Melati 7, Surabaya",
}  # fmt: skip
ASK = {"reason": "danger-to-life", "explanation": "Pelapor menulis bahwa ia diancam dan perlu dijemput."}


class Officers:
    """Officers who call intake, and the code of the one who may approve."""

    def __init__(self, intake, keys):
        self.intake, self.keys = intake, keys
        self.code = new_code()
        self.since: dict[str, int | None] = {}

    def headers(self, name, role=Role.NATIONAL_ADMIN, agency=None):
        key = self.keys["LAPOR_TOKEN_PRIVATE_KEY"]
        token = issue(key, Officer(name, role, agency, self.since.get(name, 1)), timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}

    async def post(self, url, body, name, *role):
        return await self.intake.http.post(url, json=body, headers=self.headers(name, *role))

    async def enrol(self, officer="budi", *, private_key=None):
        (key,) = load_seal_private_keys(private_key or self.keys["LAPOR_REVEAL_PRIVATE_KEY"])
        body = {"key_id": key_id(key.public_key()).hex(), "locked": lock(key, officer, self.code)}
        url = f"/v1/reveals/holders/{officer}"
        answer = await self.intake.http.put(url, json=body, headers=self.headers("ratna"))
        assert answer.status_code == 204, answer.text

    async def ask(self, filed, name="ratna", *role, **changes):
        return await self.post(f"{filed.url}/reveal", {**ASK, **changes}, name, *role)

    async def approve(self, asked, name="budi", code=None):
        return await self.post(
            f"/v1/reveals/{asked['reveal_id']}/approval", {"code": code or self.code}, name
        )

    async def collect(self, asked, name="ratna", code=None):
        body = {"code": code or asked["collect_code"]}
        return await self.post(f"/v1/reveals/{asked['reveal_id']}/identity", body, name)

    async def log(self):
        return (
            await self.intake.http.get("/v1/reveals/log", headers=self.headers("sari", Role.SUPERVISOR))
        ).json()

    async def approved(self, **changes):
        filed = await self.intake.file(contact=WHO)
        asked = (await self.ask(filed, **changes)).json()
        assert (await self.approve(asked)).status_code == 204
        return asked


@pytest.fixture
async def officers(intake, keys):
    made = Officers(intake, keys)
    await made.enrol()
    return made


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("urn:lapor:problem:")


async def test_the_officer_who_asked_sees_the_identity_after_another_has_approved(officers):
    seen = (await officers.collect(await officers.approved())).json()
    assert seen == {
        "name": "Kenari Rahasia", "nik": "3578010101900001", "address": "Jalan Melati 7, Surabaya",
        "phone": "+6281277778888", "email": None, "whatsapp": None, "telegram": None,
    }  # fmt: skip


async def test_it_is_shown_once(officers):
    asked = await officers.approved()
    await officers.collect(asked)
    assert problem(await officers.collect(asked)) == (409, "already-shown")


async def test_the_reporter_is_told_by_a_fact_without_identity(officers):
    await officers.collect(await officers.approved())
    (fact,) = await officers.intake.said(ReportIdentityRevealed)
    assert (fact.reason, fact.words) == ("danger-to-life", "demi keselamatan jiwa")
    assert not any(word in fact.model_dump_json() for word in ("Kenari", "7777", "3578010101900001", "ratna"))


async def test_a_court_order_that_is_recorded_keeps_the_reporter_from_being_told(officers):
    asked = await officers.approved(reason="court-order", court_order="12/Pen.Pid/2026/PN Sby")
    assert (await officers.collect(asked)).status_code == 200
    assert await officers.intake.said(ReportIdentityRevealed) == []
    assert (await officers.log())["entries"][1]["details"]["order"] == "12/Pen.Pid/2026/PN Sby"


async def test_a_reason_that_needs_an_order_is_refused_without_its_number(officers):
    filed = await officers.intake.file(contact=WHO)
    answer = await officers.ask(filed, reason="court-order")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "court_order")


async def test_an_orders_number_under_another_reason_keeps_nobody_from_being_told(officers):
    filed = await officers.intake.file(contact=WHO)
    answer = await officers.ask(filed, reason="formal-examination", court_order="xyz")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "court_order")


async def test_an_unknown_reason_is_refused_by_field(officers):
    filed = await officers.intake.file(contact=WHO)
    answer = await officers.ask(filed, reason="curiosity")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")


async def test_nobody_approves_their_own_request(officers):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed, "budi")).json()
    assert problem(await officers.approve(asked)) == (403, "two-persons")


@pytest.mark.parametrize("since", [None, -6 * 86_400, 0])
@pytest.mark.parametrize("who", ["ratna", "budi"])
async def test_an_account_that_another_made_or_reset_within_a_week_has_no_part_in_it(officers, who, since):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    officers.since[who] = None if since is None else int(time.time()) + since
    if who == "budi":
        refused = [await officers.approve(asked)]
    else:
        assert (await officers.approve(asked)).status_code == 204
        refused = [await officers.ask(filed), await officers.collect(asked)]
    assert {problem(one) for one in refused} == {(403, "account-too-new")}
    entries = (await officers.log())["entries"][-len(refused) :]
    assert {(e["officer"], e["details"]["why"]) for e in entries} == {(who, "account-too-new")}


async def test_an_account_that_has_stood_for_a_week_may_ask(officers):
    officers.since["ratna"] = int(time.time()) - 7 * 86_400
    assert (await officers.ask(await officers.intake.file(contact=WHO))).status_code == 202


async def test_the_table_itself_refuses_one_person_in_two_parts(officers):
    filed = await officers.intake.file(contact=WHO)
    await officers.ask(filed, "budi")
    with pytest.raises(DBAPIError, match="two_persons"):
        await officers.intake.rows("UPDATE reveals SET decided_by = 'budi' RETURNING 1")


@pytest.mark.parametrize(
    "role", [(Role.COORDINATOR, "35.3578.dishub"), (Role.SUPERVISOR, None), (Role.OPERATOR, None)]
)
async def test_only_the_national_level_approves(officers, role):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    url = f"/v1/reveals/{asked['reveal_id']}/approval"
    answer = await officers.post(url, {"code": officers.code}, "budi", *role)
    assert problem(answer) == (403, "role-not-allowed")


async def test_an_officer_without_a_key_cannot_approve(officers):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    assert problem(await officers.approve(asked, "tono")) == (403, "not-a-key-holder")


@pytest.mark.parametrize("code", ["ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2", "x" * 24])
async def test_a_wrong_code_opens_nothing(officers, code):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    assert problem(await officers.approve(asked, code=code)) == (403, "wrong-code")


async def test_a_locked_copy_of_another_key_opens_nothing(officers):
    await officers.enrol(private_key=officers.keys["LAPOR_SEAL_PRIVATE_KEY"])
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    await officers.intake.rows(
        "UPDATE reveal_holders h SET locked = o.locked FROM reveal_holders o "
        "WHERE o.key_id <> h.key_id RETURNING 1"
    )
    assert problem(await officers.approve(asked)) == (403, "wrong-code")


async def test_an_approval_comes_within_a_day(officers, clock):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    clock.advance(timedelta(hours=24, seconds=1))
    assert problem(await officers.approve(asked)) == (409, "reveal-expired")


async def test_what_is_refused_cannot_be_seen(officers):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    url = f"/v1/reveals/{asked['reveal_id']}/refusal"
    refused = await officers.post(url, {"why": "Tidak ada alasan yang cukup."}, "budi")
    assert refused.status_code == 204
    assert problem(await officers.approve(asked)) == (409, "reveal-decided")
    assert problem(await officers.collect(asked)) == (409, "not-approved")


async def test_what_is_not_approved_cannot_be_seen(officers):
    asked = (await officers.ask(await officers.intake.file(contact=WHO))).json()
    assert problem(await officers.collect(asked)) == (409, "not-approved")


async def test_the_identity_waits_a_quarter_of_an_hour_for_the_officer_who_asked(officers, clock):
    asked = await officers.approved()
    clock.advance(timedelta(minutes=15, seconds=1))
    assert problem(await officers.collect(asked)) == (409, "reveal-expired")


@pytest.mark.parametrize("name", ["budi", "tono"])
async def test_nobody_else_sees_it_even_with_the_collect_code(officers, name):
    assert problem(await officers.collect(await officers.approved(), name)) == (403, "not-yours")


async def test_it_is_not_seen_without_the_collect_code(officers):
    asked = await officers.approved()
    assert problem(await officers.collect(asked, code=new_code())) == (403, "wrong-code")
    assert (await officers.collect(asked)).status_code == 200


async def test_a_coordinator_asks_only_about_reports_of_the_own_agency(officers):
    filed = await officers.intake.file(contact=WHO)
    answer = await officers.ask(filed, "bagus", Role.COORDINATOR, "35.3578.dishub")
    assert answer.status_code == 404
    entry = (await officers.log())["entries"][-1]
    assert (entry["step"], entry["officer"], entry["details"]["why"]) == ("denied", "bagus", "outside-scope")


@pytest.mark.parametrize(
    ("agency", "status"),
    [("35.3578.dishub", 202), ("35.3578", 202), ("35.3578.dish", 404), ("35.3578.dishub.parkir", 404)],
)
async def test_a_coordinator_asks_about_what_lies_with_the_own_agency_or_below(officers, agency, status):
    filed = await officers.intake.file(contact=WHO)
    await officers.intake.hear(
        c.DispositionCreated(
            report_id=filed.report_id, occurred_at=officers.intake.database.clock.now(), leg_id=uuid4(),
            agency="35.3578.dishub", agency_name="Dinas Perhubungan", hop=1, leg_version=1, zone="WIB",
            classification=c.Classification.NON_SUPERVISION, category="transportasi", title="t", text="t",
            anonymous=False, secret=False, case_version=2, tracking_id="K7MQ3XW9FA",
        )
    )  # fmt: skip
    assert (await officers.ask(filed, "bagus", Role.COORDINATOR, agency)).status_code == status


async def test_the_identity_of_a_secret_and_anonymous_report_can_be_revealed_too(officers):
    filed = await officers.intake.file(contact=WHO, secret=True, anonymous=True)
    asked = (await officers.ask(filed)).json()
    await officers.approve(asked)
    assert (await officers.collect(asked)).json()["name"] == "Kenari Rahasia"


async def test_a_report_that_does_not_exist_has_no_identity(officers):
    answer = await officers.post("/v1/reports/2222222222/reveal", ASK, "ratna")
    assert answer.status_code == 404


async def test_an_identity_that_is_forgotten_meanwhile_is_not_shown(officers):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    await officers.approve(asked)
    async with officers.intake.database.transaction() as tx:
        await forget(tx, [filed.report_id])
    assert problem(await officers.collect(asked)) == (409, "not-approved")


async def test_two_who_collect_at_once_are_one_who_sees(officers):
    asked = await officers.approved()
    answers = await asyncio.gather(*(officers.collect(asked) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_report_without_an_identity_has_nothing_to_reveal(officers):
    assert problem(await officers.ask(await officers.intake.file())) == (409, "nothing-to-reveal")


@pytest.mark.parametrize("role", [(Role.LIAISON, "35.3578.dishub"), (Role.SUPERVISOR, None)])
async def test_others_may_not_ask(officers, role):
    filed = await officers.intake.file(contact=WHO)
    assert problem(await officers.ask(filed, "wulan", *role)) == (403, "role-not-allowed")


async def test_without_an_officers_token_there_is_nothing(officers):
    filed = await officers.intake.file(contact=WHO)
    answer = await officers.intake.http.post(f"{filed.url}/reveal", json=ASK)
    assert answer.status_code == 401


async def test_between_approval_and_collection_no_table_opens_it(officers, keys):
    asked = await officers.approved()
    rows = await officers.intake.rows("SELECT to_jsonb(r) AS row FROM reveals r")
    assert "Kenari" not in str(rows) and asked["collect_code"] not in str(rows)
    key = collecting_key(asked["collect_code"], asked["reveal_id"])
    assert key.public_key().public_bytes_raw() != bytes(32)


async def test_the_sealed_copy_is_gone_once_shown(officers):
    await officers.collect(await officers.approved())
    (row,) = await officers.intake.rows("SELECT state, sealed FROM reveals")
    assert (row.state, row.sealed) == ("shown", None)


async def test_every_step_is_recorded_in_order(officers):
    filed = await officers.intake.file(contact=WHO)
    asked = (await officers.ask(filed)).json()
    await officers.approve(asked, "tono")
    await officers.approve(asked)
    await officers.collect(asked, "budi")
    await officers.collect(asked)
    log = await officers.log()
    assert log["intact"]
    assert [(line["step"], line["officer"]) for line in log["entries"]] == [
        ("enrolled", "ratna"), ("asked", "ratna"), ("denied", "tono"), ("approved", "budi"),
        ("denied", "budi"), ("shown", "ratna"),
    ]  # fmt: skip


async def test_the_record_holds_no_identity(officers):
    await officers.collect(await officers.approved())
    log = str(await officers.log())
    assert not any(word in log for word in ("Kenari", "77778888", "3578010101900001"))


@pytest.mark.parametrize("change", ["UPDATE reveal_log SET officer = 'x'", "DELETE FROM reveal_log"])
async def test_the_record_refuses_to_be_changed(officers, change):
    with pytest.raises(DBAPIError, match="only ever added"):
        await officers.intake.rows(f"{change} RETURNING 1")


async def test_an_entry_altered_behind_its_back_is_named(officers):
    await officers.approved()
    async with officers.intake.database.transaction() as tx:
        await tx.execute(sa.text("ALTER TABLE reveal_log DISABLE TRIGGER only_added"))
        await tx.execute(sa.text("UPDATE reveal_log SET officer = 'tono' WHERE seq = 2"))
        await tx.execute(sa.text("ALTER TABLE reveal_log ENABLE TRIGGER only_added"))
    log = await officers.log()
    assert (log["intact"], log["first_break"]) == (False, 2)


async def test_a_coordinator_lists_only_own_requests(officers):
    await officers.approved()
    answer = await officers.intake.http.get(
        "/v1/reveals", headers=officers.headers("bagus", Role.COORDINATOR, "35.3578.dishub")
    )
    assert answer.json() == []
