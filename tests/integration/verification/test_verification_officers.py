"""Officers sign in for real: accounts in PostgreSQL, argon2id, one-time codes, and a real OpenID provider."""

import time
from urllib.parse import parse_qs, urlparse

import httpx
import pyotp
import pytest
import sqlalchemy as sa
from oidc_provider_mock import User, run_server_in_thread

from services.verification.officers.keys import Keys
from services.verification.officers.oidc import Provider, Untrusted
from shared.security.tokens import Officer, Role, TokenVerifier

PASSWORD = "perahu kertas di sungai"


async def add(client: httpx.AsyncClient, login: str = "ratna", **more) -> httpx.Response:
    wanted = {"login": login, "name": "Ratna", "role": "national_admin", "password": PASSWORD, **more}
    return await client.post("/v1/officers", json={k: v for k, v in wanted.items() if v is not None})


async def sign_in(client: httpx.AsyncClient, login: str = "ratna", password: str = PASSWORD, **more):
    return await client.post("/v1/officers/sessions", json={"login": login, "password": password, **more})


@pytest.fixture
def anybody(open_client) -> httpx.AsyncClient:
    return open_client()


async def test_an_officer_signs_in_and_every_service_can_check_the_token(admin, anybody, keys):
    assert (await add(admin)).status_code == 201
    answer = await sign_in(anybody, " RATNA ")
    assert answer.status_code == 201
    officer = TokenVerifier(keys["LAPOR_TOKEN_PUBLIC_KEY"]).verify(answer.json()["token"])
    assert officer == Officer("ratna", Role.NATIONAL_ADMIN)


async def test_a_token_says_when_somebody_else_last_touched_its_account(admin, anybody, keys, desk):
    async def since(password=PASSWORD):
        token = (await sign_in(anybody, password=password)).json()["token"]
        return TokenVerifier(keys["LAPOR_TOKEN_PUBLIC_KEY"]).verify(token).since

    await add(admin)
    async with desk.database.transaction() as tx:
        await tx.execute(sa.text("ALTER TABLE officer_records DISABLE TRIGGER only_added"))
        await tx.execute(sa.text("UPDATE officer_records SET at = at - interval '30 days'"))
        await tx.execute(sa.text("ALTER TABLE officer_records ENABLE TRIGGER only_added"))
    assert await since() < time.time() - 29 * 86_400, "signing in oneself changes nothing"
    told = (await admin.post("/v1/officers/ratna/password-reset")).json()
    assert await since(told["password"]) > time.time() - 600


async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(admin, anybody):
    await add(admin)
    wrong, unknown = await sign_in(anybody, password="salah"), await sign_in(anybody, "nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(admin, anybody, desk):
    await add(admin)
    for _ in range(5):
        assert (await sign_in(anybody, password="salah")).status_code == 401
    locked = await sign_in(anybody)
    assert locked.status_code == 429 and int(locked.headers["Retry-After"]) > 20
    await desk.rows("UPDATE officers SET locked_until = now() RETURNING 1")
    assert (await sign_in(anybody)).status_code == 201


async def test_the_right_password_forgets_the_wrong_ones_before(admin, anybody):
    await add(admin)
    for password in ["salah"] * 4 + [PASSWORD] + ["salah"] * 4:
        await sign_in(anybody, password=password)
    assert (await sign_in(anybody)).status_code == 201


async def test_no_password_is_kept_as_it_was_typed(admin, desk):
    await add(admin)
    [row] = await desk.rows("SELECT password FROM officers")
    assert row.password.startswith("$argon2id$") and PASSWORD not in row.password


async def test_with_a_second_factor_the_password_is_not_enough_and_no_code_counts_twice(
    admin, anybody, open_client
):
    await add(admin)
    mine = open_client(Authorization=f"Bearer {(await sign_in(anybody)).json()['token']}")
    proof = {"current": PASSWORD}
    offered = (await mine.post("/v1/officers/me/second-factor", json=proof)).json()
    assert offered["qr_svg"].startswith("<svg") and offered["secret"] in offered["uri"]
    assert (await sign_in(anybody)).status_code == 201, "nothing changes before it is confirmed"
    totp = pyotp.TOTP(offered["secret"])
    wrong = await mine.put("/v1/officers/me/second-factor", json={"code": "000000"})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "code"
    used = totp.at(time.time() - 30)
    assert (await mine.put("/v1/officers/me/second-factor", json={"code": used})).status_code == 204
    assert (await sign_in(anybody)).json()["type"].endswith("code-needed")
    assert (await sign_in(anybody, code=used)).status_code == 401
    assert (await sign_in(anybody, code=totp.at(time.time() + 30))).status_code == 201


async def test_a_closed_account_cannot_sign_in_and_its_sessions_are_over(admin, anybody, desk):
    await add(admin)
    await sign_in(anybody)
    assert (await admin.patch("/v1/officers/ratna", json={"disabled": True})).json()["disabled"] is True
    assert (await sign_in(anybody)).status_code == 401
    assert await desk.rows("SELECT 1 FROM officer_sessions") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"password": "pendek"}, "password"),
        ({"password": "aaaaaaaaaaaaaaaaa"}, "password"),
        ({"password": "password123456"}, "password"),
        ({"role": "liaison"}, "agency"),
        ({"login": "Ratna Sari"}, "login"),
        ({"role": "king"}, "role"),
    ],
    ids=str,
)
async def test_an_account_that_does_not_fit_is_refused_by_field(admin, body, field):
    answer = await add(admin, **body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_login_is_given_once(admin):
    assert [(await add(admin)).status_code, (await add(admin)).status_code] == [201, 422]


async def test_a_coordinator_keeps_the_liaisons_of_its_own_agency_and_nobody_else(admin, open_client):
    bagus = open_client(Role.COORDINATOR, "35.3578.dishub")
    own = {"role": "liaison", "agency": "35.3578.dishub.uptd"}
    assert (await add(bagus, "wulan", **own)).status_code == 201
    assert (await add(bagus, "wira", role="liaison", agency="35.3578.dinkes")).status_code == 403
    assert (await add(bagus, "wati", role="national_admin")).status_code == 403
    await add(admin, "made", role="liaison", agency="kl.kemensos")
    assert (await bagus.patch("/v1/officers/made", json={"disabled": True})).status_code == 404
    listed = (await bagus.get("/v1/officers")).json()["officers"]
    assert [line["login"] for line in listed] == ["wulan"]


async def test_a_province_does_not_list_the_officers_of_its_cities(admin, open_client):
    for login, agency in {
        "ani": "35",
        "bima": "35.dinkes",
        "cici": "35.3578",
        "dian": "35.3578.dishub",
    }.items():
        await add(admin, login, role="liaison", agency=agency)

    async def seen(agency):
        page = await open_client(Role.COORDINATOR, agency).get("/v1/officers")
        return [line["login"] for line in page.json()["officers"]]

    assert (await seen("35"), await seen("35.3578")) == (["ani", "bima"], ["cici", "dian"])


async def test_a_liaison_keeps_no_accounts(open_client):
    assert (await open_client(Role.LIAISON, "kl.kemensos").get("/v1/officers")).status_code == 403


async def test_a_reset_gives_a_new_password_once_and_ends_the_second_factor(admin, anybody, desk):
    await add(admin)
    await desk.rows("UPDATE officers SET totp = 'x' RETURNING 1")
    told = (await admin.post("/v1/officers/ratna/password-reset")).json()
    assert told["second_factor"] is False
    assert (await sign_in(anybody)).status_code == 401
    assert (await sign_in(anybody, password=told["password"])).status_code == 201
    assert (await admin.get("/v1/officers")).json()["officers"][0]["password"] is None


async def test_one_changes_ones_own_password_by_knowing_it(admin, anybody, open_client):
    await add(admin)
    mine = open_client(Authorization=f"Bearer {(await sign_in(anybody)).json()['token']}")
    new = "kucing hitam duduk manis"
    path = "/v1/officers/me/password"
    assert (await mine.put(path, json={"current": "salah", "password": new})).status_code == 401
    assert (await mine.put(path, json={"current": PASSWORD, "password": new})).status_code == 204
    assert (await sign_in(anybody, password=new)).status_code == 201


async def test_what_was_done_to_an_account_is_written_down_and_stays(admin, desk, open_client):
    await add(admin)
    await admin.patch("/v1/officers/ratna", json={"disabled": True})
    auditor = open_client(Role.AUDITOR)
    records = (await auditor.get("/v1/officers/ratna/records")).json()
    assert [(record["act"], record["by"]) for record in records] == [
        ("changed", "national_admin-1"),
        ("added", "national_admin-1"),
    ]
    with pytest.raises(sa.exc.DBAPIError):
        await desk.rows("DELETE FROM officer_records RETURNING 1")


@pytest.fixture
def provider(keys):
    """A real OpenID provider, on loopback, and this service registered there."""
    people = [User(sub="p-1", claims={"email": "Ratna@lapor.example", "email_verified": True})]
    with run_server_in_thread(user_claims=people, require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        vault = Keys(keys["LAPOR_TOKEN_PRIVATE_KEY"], keys["LAPOR_OFFICER_KEY"]).errands
        yield Provider(issuer, "lapor", "secret", "http://localhost/kembali", vault)


async def consent(address: str, subject: str = "p-1") -> tuple[str, str]:
    """What a person does at the provider; returns the state and the code it sends back."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(address, data={"sub": subject})
    query = parse_qs(urlparse(answer.headers["location"]).query)
    return query["state"][0], query["code"][0]


async def test_the_provider_proves_who_somebody_is(provider):
    address, carried = await provider.leave("/petugas")
    assert "code_challenge_method=S256" in address
    proven, then = await provider.come_back(carried, *await consent(address))
    assert (proven.login, then) == ("ratna@lapor.example", "/petugas")
    assert proven.subject.endswith(" p-1")


async def test_a_code_is_worth_nothing_in_another_browser(provider):
    address, _ = await provider.leave("/petugas")
    _, another = await provider.leave("/petugas")
    with pytest.raises(Untrusted):
        await provider.come_back(another, *await consent(address))


async def test_an_altered_errand_is_worth_nothing(provider):
    address, carried = await provider.leave("/petugas")
    state, code = await consent(address)
    with pytest.raises(Untrusted):
        await provider.come_back(carried[:-4] + "AAAA", state, code)


async def test_a_code_counts_once(provider):
    address, carried = await provider.leave("/petugas")
    state, code = await consent(address)
    await provider.come_back(carried, state, code)
    with pytest.raises(Untrusted):
        await provider.come_back(carried, state, code)


async def test_a_state_of_letters_that_no_errand_has_is_worth_nothing(provider):
    _, carried = await provider.leave("/petugas")
    with pytest.raises(Untrusted):
        await provider.come_back(carried, "é\u2603", "x")
