"""What a reveal leaves: the reporter told, every step on a record that cannot change, and no identity."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from deploy.cli.main import app
from services.intake.identity import record, store
from shared.contracts import ReportIdentityRevealed
from shared.security.tokens import Role

from .legs import leg
from .reveal_officers import WHO


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


async def behind_its_back(officers, statement):
    """As whoever owns the database could."""
    async with officers.intake.database.transaction() as tx:
        await tx.execute(sa.text("ALTER TABLE reveal_log DISABLE TRIGGER only_added"))
        await tx.execute(sa.text(statement))
        await tx.execute(sa.text("ALTER TABLE reveal_log ENABLE TRIGGER only_added"))


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


async def test_the_command_tells_whether_the_record_is_whole(officers, stack):
    arguments = ["reveal", "verify", "--database-url", stack.database_url("intake")]
    await officers.approved()
    whole = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert (whole.exit_code, "3 entri" in whole.output) == (0, True)
    await behind_its_back(officers, "UPDATE reveal_log SET officer = 'tono' WHERE seq = 2")
    altered = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert (altered.exit_code, "Entry 2 of the record" in altered.output) == (1, True)


async def test_a_record_written_anew_no_longer_holds_what_somebody_noted(officers, stack):
    arguments = ["reveal", "verify", "--database-url", stack.database_url("intake")]
    await officers.asked()
    first = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    noted = ["--noted", first.output.split()[-1]]
    await officers.asked()
    grown = await asyncio.to_thread(CliRunner().invoke, app, arguments + noted)
    assert grown.exit_code == 0
    async with officers.intake.database.transaction() as tx:
        kept = await record.read(tx)
    await behind_its_back(officers, "DELETE FROM reveal_log")
    async with officers.intake.database.transaction() as tx:
        for entry in kept.entries:
            await record.add(tx, entry.reveal_id, entry.step, "tono", entry.details)
    assert (await officers.log())["intact"]
    forged = await asyncio.to_thread(CliRunner().invoke, app, arguments + noted)
    assert (forged.exit_code, "written anew" in forged.output) == (1, True)


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
