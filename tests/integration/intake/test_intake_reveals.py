"""Two officers, one identity: who may ask for what, and who approves within which time."""

import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from shared.security.tokens import Role
from tests.support.problems import problem, wrong_field

from .legs import leg
from .reveal_officers import ASK, WHO


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"reason": "court-order"}, "court_order"),
        ({"reason": "formal-examination", "court_order": "xyz"}, "court_order"),
        ({"reason": "curiosity"}, "reason"),
    ],
    ids=["an order without its number", "a number under another reason", "no reason of ours"],
)
async def test_a_reason_that_does_not_hold_is_refused_by_field(officers, wish, field):
    assert wrong_field(await officers.ask(await officers.intake.file(contact=WHO), **wish)) == (422, field)


async def test_nobody_approves_their_own_request(officers):
    asked = await officers.asked("budi")
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
    asked = await officers.asked()
    url = f"/v1/reveals/{asked['reveal_id']}/approval"
    answer = await officers.post(url, {"code": officers.code}, "budi", *role)
    assert problem(answer) == (403, "role-not-allowed")


async def test_an_officer_without_a_key_cannot_approve(officers):
    asked = await officers.asked()
    assert problem(await officers.approve(asked, "tono")) == (403, "not-a-key-holder")


@pytest.mark.parametrize("code", ["ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2", "x" * 24])
async def test_a_wrong_code_opens_nothing(officers, code):
    asked = await officers.asked()
    assert problem(await officers.approve(asked, code=code)) == (403, "wrong-code")


async def test_a_locked_copy_of_another_key_opens_nothing(officers):
    await officers.enrol(private_key=officers.keys["LAPOR_SEAL_PRIVATE_KEY"])
    asked = await officers.asked()
    await officers.intake.rows(
        "UPDATE reveal_holders h SET locked = o.locked FROM reveal_holders o "
        "WHERE o.key_id <> h.key_id RETURNING 1"
    )
    assert problem(await officers.approve(asked)) == (403, "wrong-code")


async def test_an_approval_comes_within_a_day(officers, clock):
    asked = await officers.asked()
    clock.advance(timedelta(hours=24, seconds=1))
    assert problem(await officers.approve(asked)) == (409, "reveal-expired")


async def test_a_coordinator_asks_only_about_reports_of_the_own_agency(officers):
    filed = await officers.intake.file(contact=WHO)
    answer = await officers.ask(filed, "bagus", Role.COORDINATOR, "35.3578.dishub")
    assert answer.status_code == 404
    entry = (await officers.log())["entries"][-1]
    assert (entry["step"], entry["officer"], entry["details"]["why"]) == ("denied", "bagus", "outside-scope")


@pytest.mark.parametrize(
    ("agency", "status"),
    [
        ("35.3578.dishub", 202),
        ("35.3578", 202),
        ("35", 404),
        ("35.3578.dish", 404),
        ("35.3578.dishub.parkir", 404),
    ],
)
async def test_a_coordinator_asks_about_what_lies_with_the_own_agency_or_below(officers, agency, status):
    filed = await officers.intake.file(contact=WHO)
    await leg(officers.intake, filed, "35.3578.dishub")
    assert (await officers.ask(filed, "bagus", Role.COORDINATOR, agency)).status_code == status


async def test_a_report_that_does_not_exist_has_no_identity(officers):
    answer = await officers.post("/v1/reports/2222222222/reveal", ASK, "ratna")
    assert answer.status_code == 404


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
