"""Double opt-in on a real database: a contact somebody typed hears nothing before its reader says yes."""

import re

import pytest

from services.intake.confirming import desk as confirming
from services.intake.confirming.forgetting import forget_unanswered
from services.intake.confirming.purposes import PURPOSES
from shared import contracts as c
from tests.integration.intake.conftest import ACCESS

CONTACT = {"contact": {"email": "warga@example.id", "phone": "0812-3456-7890", "language": "en"}}
LINK = re.compile(r"/k/([\w-]{16})")


async def support(intake, filed, body=CONTACT):
    answer = await intake.http.post(f"{filed.url}/supports", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def token_sent(intake):
    return LINK.search((await intake.answers())[-1])[1]


async def answered(intake, token, *, yes=True):
    """Whether a link's reader could answer so."""
    async with intake.database.transaction() as tx:
        found = await confirming.find(tx, intake.desk.keys, token)
        if found is None:
            return False
        if yes:
            return await confirming.confirm(tx, PURPOSES[found.purpose], found)
        await confirming.refuse(tx, PURPOSES[found.purpose], found)
        return True


async def registered(intake, subject_id):
    """What notify was told of a contact, in order: its sealed form, and whether to forget it."""
    facts = await intake.said(c.ContactRegistered)
    return [(f.sealed, f.withdrawn) for f in facts if str(f.report_id) == subject_id]


async def later(intake):
    """The time of all links is over."""
    await intake.rows("UPDATE confirmations SET expires_at = now() RETURNING 1")
    return await forget_unanswered(intake.database)


async def test_an_unconfirmed_contact_is_asked_once_and_unknown_to_notify(intake):
    given = await support(intake, await intake.file())
    assert given["confirmation_sent"]
    assert await registered(intake, given["supporter_id"]) == [(None, False)]
    assert len(await intake.answers()) == 1


async def test_the_question_is_framed_in_the_language_of_the_contact(intake):
    filed = await intake.file()
    await support(intake, filed, CONTACT)
    assert [fact.language for fact in await intake.said(c.AnswerRequested)] == ["en"]


async def test_a_yes_registers_the_one_address_that_was_asked_in_its_language(intake):
    given = await support(intake, await intake.file())
    assert await answered(intake, await token_sent(intake))
    fact = (await intake.said(c.ContactRegistered))[-1]
    contact = intake.unsealer.unseal(fact.report_id, fact.sealed)
    assert (str(fact.report_id), contact.email, contact.phone, fact.language) == (
        given["supporter_id"], "warga@example.id", None, "en",
    )  # fmt: skip


async def test_a_second_yes_changes_nothing(intake):
    given = await support(intake, await intake.file())
    token = await token_sent(intake)
    assert [await answered(intake, token) for _ in range(2)] == [True, True]
    assert len(await registered(intake, given["supporter_id"])) == 2


async def test_a_no_forgets_the_contact_and_ends_the_link(intake):
    await support(intake, await intake.file())
    token = await token_sent(intake)
    assert await answered(intake, token, yes=False)
    assert not await answered(intake, token)
    [row] = await intake.rows("SELECT s.token, c.sealed FROM supports s, confirmations c")
    assert (row.token, row.sealed) == (None, None)


async def test_a_no_to_a_later_question_ends_what_a_yes_began(intake):
    filed = await intake.file()
    given = await support(intake, filed)
    assert await answered(intake, await token_sent(intake))
    await support(intake, filed)
    await answered(intake, await token_sent(intake), yes=False)
    assert [row.token for row in await intake.rows("SELECT token FROM supports")] == [None, None]
    assert (await registered(intake, given["supporter_id"]))[-1] == (None, True)


async def test_silence_forgets_the_contact_and_the_support_still_counts(intake):
    filed = await intake.file()
    await support(intake, filed)
    assert await later(intake) == 1
    assert (await intake.said(c.ContactRegistered))[-1].withdrawn
    assert [row.token for row in await intake.rows("SELECT token FROM supports")] == [None]
    assert await intake.count("confirmations") == 0
    assert (await support(intake, filed))["supports"] == 2


async def test_a_confirmed_contact_is_not_forgotten_with_its_link(intake):
    given = await support(intake, await intake.file())
    await answered(intake, await token_sent(intake))
    await later(intake)
    assert [row.token is None for row in await intake.rows("SELECT token FROM supports")] == [False]
    assert not (await registered(intake, given["supporter_id"]))[-1][1]


async def test_a_link_is_over_when_its_support_is_taken_back(intake):
    filed = await intake.file()
    given = await support(intake, filed)
    url = f"{filed.url}/supports/{given['supporter_id']}"
    await intake.http.delete(url, headers={ACCESS: given["code"]})
    assert not await answered(intake, await token_sent(intake))


async def test_a_contact_is_asked_three_times_at_most_though_supports_are_taken_back(intake):
    for _ in range(3):
        filed = await intake.file()
        given = await support(intake, filed)
        await intake.http.delete(
            f"{filed.url}/supports/{given['supporter_id']}", headers={ACCESS: given["code"]}
        )
    given = await support(intake, await intake.file())
    assert given["confirmation_sent"]
    assert len(await intake.answers()) == 3


async def test_a_support_whose_contact_is_not_asked_any_more_counts_without_it(intake):
    for _ in range(4):
        await support(intake, await intake.file())
    tokens = [row.token for row in await intake.rows("SELECT token FROM supports ORDER BY supporter_id")]
    assert [token is None for token in tokens] == [False, False, False, True]


async def test_asking_once_too_often_does_not_end_a_question_that_waits(intake):
    filed = await intake.file()
    given = await support(intake, filed)
    for _ in range(3):
        await support(intake, filed)
    assert await answered(intake, await token_sent(intake))
    assert (await registered(intake, given["supporter_id"]))[-1][0]


async def test_whoever_confirms_is_asked_as_often_as_they_wish(intake):
    for _ in range(4):
        await support(intake, await intake.file())
        assert await answered(intake, await token_sent(intake))


@pytest.mark.parametrize("language", ["en", "id", "jv", "su"])
async def test_the_question_fits_one_sms(open_intake, language):
    intake = await open_intake(public_url="https://lapor.go.id")
    filed = await intake.file()
    await support(intake, filed, {"contact": {"phone": "0812-3456-7890", "language": language}})
    [text] = await intake.answers()
    assert filed.tracking_id in text
    assert len(text) <= 160
