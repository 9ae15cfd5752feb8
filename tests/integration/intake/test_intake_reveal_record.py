"""What a reveal leaves: the reporter told, every step on a record that cannot change, and no identity."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from services.intake.identity import store
from shared.contracts import ReportIdentityRevealed
from shared.security.tokens import Role

from .legs import leg
from .reveal_officers import WHO, behind_its_back


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


async def test_every_step_is_recorded_in_order(officers):
    asked = await officers.asked()
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


@pytest.mark.parametrize(("agency", "seen"), [("35.3578", 1), ("35.3578.dishub", 1), ("35.35", 0), ("kl", 0)])
async def test_an_agencys_supervisor_reads_of_requests_from_within_it(officers, agency, seen):
    filed = await officers.intake.file(contact=WHO)
    await leg(officers.intake, filed, "35.3578.dishub")
    await officers.ask(filed, "sinta", Role.COORDINATOR, "35.3578.dishub")
    await officers.ask(filed)
    log = await officers.log(agency)
    assert ([one["officer"] for one in log["entries"]], log["intact"]) == (["sinta"] * seen, True)


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
    await behind_its_back(officers, "UPDATE reveal_log SET officer = 'tono' WHERE seq = 2")
    log = await officers.log()
    assert (log["intact"], log["first_break"]) == (False, 2)


async def test_a_request_that_nobody_collected_breaks_nothing(officers, clock):
    await officers.approved()
    clock.advance(timedelta(hours=1))
    async with officers.intake.database.transaction() as tx:
        await store.drop_uncollected(tx)
    assert await officers.intake.rows("SELECT 1 FROM reveals WHERE state = 'void'")
    assert (await officers.log())["intact"]


async def test_entries_cut_off_at_the_end_are_missed(officers):
    await officers.collect(await officers.approved())
    await behind_its_back(officers, "DELETE FROM reveal_log WHERE step = 'shown'")
    log = await officers.log()
    assert (log["intact"], log["first_break"]) == (False, 4)


async def test_an_approval_that_nobody_collected_is_missed_too(officers, clock):
    await officers.approved()
    clock.advance(timedelta(hours=1))
    async with officers.intake.database.transaction() as tx:
        await store.drop_uncollected(tx)
    await behind_its_back(officers, "DELETE FROM reveal_log WHERE step = 'approved'")
    assert (await officers.log())["first_break"] == 3


async def test_a_key_holder_of_whom_no_entry_tells_is_missed(officers):
    await behind_its_back(officers, "DELETE FROM reveal_log")
    assert (await officers.log())["first_break"] == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISOR])
@pytest.mark.parametrize(("agency", "seen"), [(None, 3), ("35.3578", 0)])
async def test_who_oversees_reads_who_asked_who_approved_and_why_within_their_scope(
    officers, role, agency, seen
):
    await officers.approved()
    headers = officers.headers("tari", role, agency)
    log = (await officers.intake.http.get("/v1/reveals/log", headers=headers)).json()
    assert (len(log["entries"]), log["intact"]) == (seen, True)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.LIAISON, Role.COORDINATOR])
async def test_nobody_else_reads_the_record(officers, role):
    headers = officers.headers("x", role, "35.3578")
    assert (await officers.intake.http.get("/v1/reveals/log", headers=headers)).status_code == 403


async def test_an_auditor_asks_for_nothing_and_decides_nothing(officers):
    asked = await officers.asked()
    told = [
        await officers.intake.http.get("/v1/reveals", headers=officers.headers("tari", Role.AUDITOR)),
        await officers.ask(await officers.intake.file(contact=WHO), "tari", Role.AUDITOR),
        await officers.post(
            f"/v1/reveals/{asked['reveal_id']}/approval", {"code": officers.code}, "tari", Role.AUDITOR
        ),
        await officers.post(
            f"/v1/reveals/{asked['reveal_id']}/identity",
            {"code": asked["collect_code"]},
            "tari",
            Role.AUDITOR,
        ),
    ]
    assert [one.status_code for one in told] == [403] * 4


async def test_an_identity_forgotten_while_somebody_asked_is_refused_in_words(officers):
    asked = await officers.asked()
    await officers.intake.rows("UPDATE identities SET sealed = NULL, forgotten_at = now() RETURNING 1")
    answer = await officers.approve(asked)
    assert (answer.status_code, answer.json()["type"].split(":")[-1]) == (409, "nothing-to-reveal")


async def test_a_coordinator_lists_only_own_requests(officers):
    await officers.approved()
    answer = await officers.intake.http.get(
        "/v1/reveals", headers=officers.headers("bagus", Role.COORDINATOR, "35.3578.dishub")
    )
    assert answer.json() == []
