"""Guessing at the officers' door: slowed for logins that exist or not, by source, and after sign-in too."""

import asyncio
import time

import pyotp
import pytest

from services.verification.officers.signing_in import Door
from shared.web.problems import Problem

from .test_verification_officers import PASSWORD, add, sign_in

WRONG = "tebakan yang salah"


@pytest.fixture
def anybody(open_client):
    return open_client()


@pytest.fixture
async def mine(admin, anybody, open_client):
    await add(admin)
    return open_client(Authorization=f"Bearer {(await sign_in(anybody)).json()['token']}")


async def test_a_login_that_does_not_exist_is_locked_like_one_that_does(admin, anybody):
    await add(admin)
    answers = {
        login: [await sign_in(anybody, login, WRONG) for _ in range(7)] for login in ("ratna", "nobody")
    }
    told = {login: [(one.status_code, one.json()["type"]) for one in all_] for login, all_ in answers.items()}
    assert told["ratna"] == told["nobody"]
    assert [status for status, _ in told["nobody"]] == [401] * 5 + [429] * 2


async def test_of_many_tries_at_one_instant_no_more_count_than_one_after_the_other(admin, anybody, desk):
    await add(admin)
    answers = await asyncio.gather(*(sign_in(anybody, password=WRONG) for _ in range(12)))
    assert sorted(one.status_code for one in answers) == [401] * 5 + [429] * 7
    assert (await desk.rows("SELECT failures FROM officers"))[0].failures == 5


async def test_one_source_that_tries_too_often_does_not_shut_out_the_others(desk):
    door = Door(desk.database, None, rate="2/hour", everybody="4/hour")

    async def tried(source):
        with pytest.raises(Problem) as refused:
            await door.with_password("nobody", WRONG, None, source)
        return refused.value.status

    assert [await tried("one") for _ in range(5)] == [401, 401, 429, 429, 429]
    assert await tried("another") == 401


async def test_a_token_alone_sets_up_no_second_factor(mine, desk):
    for body in ({}, {"current": WRONG}):
        assert (await mine.post("/v1/officers/me/second-factor", json=body)).status_code in (401, 422)
    assert (await desk.rows("SELECT totp_offered FROM officers"))[0].totp_offered is None


async def test_a_second_factor_is_replaced_only_with_a_code_of_the_present_one(mine):
    path, proof = "/v1/officers/me/second-factor", {"current": PASSWORD}
    totp = pyotp.TOTP((await mine.post(path, json=proof)).json()["secret"])
    used = totp.at(time.time() - 30)
    assert (await mine.put(path, json={"code": used})).status_code == 204
    assert (await mine.post(path, json=proof)).json()["type"].endswith("code-needed")
    assert (await mine.post(path, json={**proof, "code": used})).status_code == 401
    fresh = {**proof, "code": totp.at(time.time() + 30)}
    assert (await mine.post(path, json=fresh)).status_code == 201


async def test_ones_own_password_is_guessed_no_faster_than_at_sign_in(mine):
    body = {"current": WRONG, "password": "kucing hitam duduk manis"}
    answers = [(await mine.put("/v1/officers/me/password", json=body)).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


async def test_codes_of_a_new_second_factor_are_not_tried_without_end(mine):
    path = "/v1/officers/me/second-factor"
    await mine.post(path, json={"current": PASSWORD})
    answers = [(await mine.put(path, json={"code": "000000"})).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
