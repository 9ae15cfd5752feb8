"""The record of reveals is signed: whoever owns the database, and not the key, cannot write it anew."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from deploy.cli.main import app
from services.intake.identity import record
from services.intake.identity.chain import EMPTY
from services.intake.keyring import Keyring
from shared.security.keys import generate_keys

from .conftest import intake_settings
from .reveal_officers import behind_its_back


async def chained_anew(officers, officer="tono", first=2):
    """Says from an entry on that it was somebody else, with a chain that fits, as anybody can compute it."""
    async with officers.intake.database.reading() as tx:
        kept = (await record.read(tx)).kept
    previous = kept[first - 2].digest if first > 1 else EMPTY
    for one in kept[first - 1 :]:
        previous = replace(one.entry, officer=officer).digest(previous)
        await behind_its_back(
            officers,
            "UPDATE reveal_log SET officer = :officer, hash = :hash WHERE seq = :seq",
            officer=officer, hash=previous, seq=one.entry.seq,
        )  # fmt: skip


async def verified(officers, stack, *arguments, keys=None):
    """What `lapor reveal verify` says, in one line, and its code."""
    key = (keys or officers.keys)["LAPOR_RECEIPT_PUBLIC_KEY"]
    command = ["reveal", "verify", "--database-url", stack.database_url("intake"), "--key", key, *arguments]
    result = await asyncio.to_thread(CliRunner().invoke, app, command)
    return result.exit_code, " ".join(result.output.split())


async def test_the_command_tells_whether_the_record_is_whole(officers, stack):
    await officers.approved()
    code, said = await verified(officers, stack)
    assert (code, "3 entri" in said) == (0, True)
    await behind_its_back(officers, "UPDATE reveal_log SET officer = 'tono' WHERE seq = 2")
    code, said = await verified(officers, stack)
    assert (code, "Entry 2 of the record of reveals was altered" in said) == (1, True)


async def test_an_entry_rewritten_with_a_fresh_chain_but_without_the_key_is_found(officers, stack):
    await officers.approved()
    await chained_anew(officers)
    log = await officers.log()
    assert (log["intact"], log["first_break"], log["wrong"]) == (False, 2, "forged")
    code, said = await verified(officers, stack)
    assert (code, "Entry 2 of the record of reveals was not signed by LAPOR" in said) == (1, True)


async def test_a_signature_of_another_entry_does_not_serve(officers):
    await officers.approved()
    await behind_its_back(
        officers,
        "UPDATE reveal_log SET signature = (SELECT signature FROM reveal_log WHERE seq = 3) WHERE seq = 2",
    )
    log = await officers.log()
    assert (log["first_break"], log["wrong"]) == (2, "forged")


async def test_an_entry_whose_signature_was_taken_away_is_found(officers):
    await officers.approved()
    await behind_its_back(officers, "UPDATE reveal_log SET signature = NULL WHERE seq > 1")
    log = await officers.log()
    assert (log["first_break"], log["wrong"]) == (2, "unsigned")


async def test_a_whole_record_written_anew_without_the_key_is_not_taken_for_an_old_one(officers, stack):
    await officers.approved()
    await chained_anew(officers, first=1)
    await behind_its_back(officers, "UPDATE reveal_log SET signature = NULL")
    code, said = await verified(officers, stack)
    assert (code, "The first 3 entries are not signed" in said) == (1, True)


async def test_entries_from_before_there_were_signatures_are_counted_and_pass_where_their_number_is_known(
    officers, stack
):
    await officers.asked()
    await behind_its_back(officers, "UPDATE reveal_log SET signature = NULL")
    await officers.asked()
    log = await officers.log()
    assert (log["intact"], log["unsigned"]) == (True, 2)
    assert [(await verified(officers, stack, "--unsigned", count))[0] for count in "123"] == [1, 0, 0]
    assert "2 entri pertama tanpa tanda tangan" in (await verified(officers, stack, "--unsigned", "2"))[1]


async def test_nothing_is_added_without_a_signature(officers):
    with pytest.raises(DBAPIError, match="signed_from_now_on"):
        await officers.intake.rows(
            "INSERT INTO reveal_log (seq, at, step, officer, details, hash) "
            "VALUES (9, now(), 'asked', 'x', '{}', 'x') RETURNING 1"
        )


async def test_a_record_that_spans_a_rotation_is_whole_with_both_keys_and_names_the_one_that_is_missing(
    officers, stack, keys, application
):
    await officers.asked()
    newer = generate_keys()
    changed = {**keys, "LAPOR_RECEIPT_PRIVATE_KEY": newer["LAPOR_RECEIPT_PRIVATE_KEY"]}
    settings = intake_settings(stack, changed, receipt_retired_keys=keys["LAPOR_RECEIPT_PUBLIC_KEY"])
    application.state.desk = replace(officers.intake.desk, keys=Keyring(settings))
    await officers.asked()
    assert (await officers.log())["intact"]
    code, said = await verified(officers, stack, keys=newer)
    assert (code, "Entry 1 of the record of reveals is signed with a key that is not among" in said) == (
        1,
        True,
    )
    both = {"LAPOR_RECEIPT_PUBLIC_KEY": ",".join(one["LAPOR_RECEIPT_PUBLIC_KEY"] for one in (newer, keys))}
    assert (await verified(officers, stack, keys=both))[0] == 0


async def test_a_record_written_anew_with_the_key_no_longer_holds_what_somebody_noted(officers, stack):
    await officers.asked()
    noted = ["--noted", (await verified(officers, stack))[1].split()[-1]]
    await officers.asked()
    assert (await verified(officers, stack, *noted))[0] == 0
    async with officers.intake.database.transaction() as tx:
        kept = await record.read(tx)
    await behind_its_back(officers, "DELETE FROM reveal_log")
    async with officers.intake.database.transaction() as tx:
        for entry in kept.entries:
            key = officers.intake.desk.keys.receipt_key
            await record.add(tx, key, entry.reveal_id, entry.step, officer="tono", details=entry.details)
    assert (await officers.log())["intact"]
    code, said = await verified(officers, stack, *noted)
    assert (code, "written anew" in said) == (1, True)
