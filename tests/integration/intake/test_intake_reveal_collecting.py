"""What the officer who asked gets to see, once and for a while, and what nobody sees."""

import asyncio
from datetime import timedelta

import pytest

from services.intake.identity.forgetting import forget
from shared.security.holders import collecting_key, new_code
from tests.support.problems import problem

from .reveal_officers import WHO


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


async def test_what_is_refused_cannot_be_seen(officers):
    asked = await officers.asked()
    url = f"/v1/reveals/{asked['reveal_id']}/refusal"
    refused = await officers.post(url, {"why": "Tidak ada alasan yang cukup."}, "budi")
    assert refused.status_code == 204
    assert problem(await officers.approve(asked)) == (409, "reveal-decided")
    assert problem(await officers.collect(asked)) == (409, "not-approved")


async def test_what_is_not_approved_cannot_be_seen(officers):
    asked = await officers.asked()
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


async def test_the_identity_of_a_secret_and_anonymous_report_can_be_revealed_too(officers):
    filed = await officers.intake.file(contact=WHO, secret=True, anonymous=True)
    asked = (await officers.ask(filed)).json()
    await officers.approve(asked)
    assert (await officers.collect(asked)).json()["name"] == "Kenari Rahasia"


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
