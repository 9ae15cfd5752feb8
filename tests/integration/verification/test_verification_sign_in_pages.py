"""Signing in by page: what a browser without JavaScript sends, and what it gets to see."""

import re

import httpx
import pytest

from shared.web.pages.officers import local_path

PASSWORD = "perahu kertas di sungai"


@pytest.fixture
async def browser(admin, open_client) -> httpx.AsyncClient:
    account = {"login": "ratna", "name": "Ratna", "role": "national_admin", "password": PASSWORD}
    assert (await admin.post("/v1/officers", json=account)).status_code == 201
    return open_client(Accept="text/html")


def token_in(page: httpx.Response) -> str:
    return re.search(r'name="formulir" value="([^"]+)"', page.text).group(1)


async def submit(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    page = await browser.get("/petugas/masuk")
    fields = {"nama": "ratna", "kata_sandi": PASSWORD, "formulir": token_in(page), **fields}
    return await browser.post("/petugas/masuk", data=fields)


async def test_whoever_is_not_signed_in_is_sent_there_and_comes_back(browser):
    sent = await browser.get("/petugas/saya")
    assert (sent.status_code, sent.headers["location"]) == (303, "/petugas/perpanjang?lalu=%2Fpetugas%2Fsaya")
    again = await browser.get(sent.headers["location"])
    assert again.headers["location"] == "/petugas/masuk?lalu=%2Fpetugas%2Fsaya"
    welcome = await submit(browser, lalu="/petugas/saya")
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/petugas/saya")
    own = await browser.get("/petugas/saya")
    assert own.status_code == 200 and "Admin nasional" in own.text


async def test_a_wrong_password_keeps_the_name_and_never_shows_the_password(browser):
    page = await submit(browser, kata_sandi="salah sekali")
    assert page.status_code == 401
    assert 'value="ratna"' in page.text and "salah sekali" not in page.text and "tidak cocok" in page.text


async def test_a_form_that_is_not_from_our_page_signs_nobody_in(browser):
    page = await submit(browser, formulir="x" * 32)
    assert "lapor_petugas" not in page.headers.get("set-cookie", "") and "sekali lagi" in page.text


async def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(browser):
    welcome = await submit(browser)
    cookies = [
        h for h in welcome.headers.get_list("set-cookie") if h.startswith(("lapor_petugas", "lapor_sesi"))
    ]
    assert len(cookies) == 2
    assert all("HttpOnly" in c and "SameSite=lax" in c and "Path=/petugas" in c for c in cookies)


async def test_an_expired_token_is_renewed_on_the_way_while_the_session_lasts(browser):
    await submit(browser)
    browser.cookies.delete("lapor_petugas")
    sent = await browser.get("/petugas/saya")
    back = await browser.get(sent.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, "/petugas/saya")
    assert (await browser.get("/petugas/saya")).status_code == 200


async def test_a_form_sent_with_an_expired_token_arrives_as_it_was(browser):
    await submit(browser)
    browser.cookies.delete("lapor_petugas")
    sent = await browser.post("/petugas/saya/kata-sandi", data={"sekarang": "a"})
    assert sent.status_code == 307
    back = await browser.post(sent.headers["location"], data={"sekarang": "a"})
    assert (back.status_code, back.headers["location"]) == (307, "/petugas/saya/kata-sandi")


async def test_what_was_typed_outlives_the_session_and_is_sent_after_signing_in_again(browser, desk):
    await submit(browser)
    browser.cookies.delete("lapor_petugas")
    await desk.rows("DELETE FROM officer_sessions RETURNING 1")
    asked = await browser.post(
        "/petugas/perpanjang?lalu=/petugas/kasus/1/arsip", data={"penjelasan": 'kata "penting"'}
    )
    assert asked.status_code == 200 and "Isian Anda tersimpan" in asked.text
    carried = re.search(r'name="bawaan" value="([^"]*)"', asked.text).group(1).replace("&#34;", '"')
    offered = await submit(browser, lalu="/petugas/kasus/1/arsip", bawaan=carried)
    assert 'action="/petugas/kasus/1/arsip"' in offered.text
    assert "kata &#34;penting&#34;" in offered.text


async def test_signing_out_ends_the_session_and_not_only_the_cookie(browser, desk):
    await submit(browser)
    session = browser.cookies["lapor_sesi"]
    own = await browser.get("/petugas/saya")
    out = await browser.post("/petugas/keluar", data={"formulir": token_in(own)})
    assert out.headers["location"] == "/petugas/masuk"
    browser.cookies.set("lapor_sesi", session)
    assert "/petugas/masuk" in (await browser.get("/petugas/perpanjang")).headers["location"]


async def test_the_second_factor_is_set_up_by_page(browser):
    import pyotp

    await submit(browser)
    own = await browser.get("/petugas/saya")
    proof = {"sandi": PASSWORD, "formulir": token_in(own)}
    offered = await browser.post("/petugas/saya/faktor-kedua", data=proof)
    secret = re.search(r'<span class="code">([\w ]+)</span>', offered.text).group(1).replace(" ", "")
    wrong = await browser.post(
        "/petugas/saya/faktor-kedua/kode", data={"kode": "1", "formulir": token_in(offered)}
    )
    assert wrong.status_code == 422 and 'name="kode"' in wrong.text
    assert secret not in wrong.text, "shown once, to whoever gave the password"
    code = pyotp.TOTP(secret).now()
    done = await browser.post(
        "/petugas/saya/faktor-kedua/kode", data={"kode": code, "formulir": token_in(offered)}
    )
    assert done.status_code == 303
    needed = await submit(browser)
    assert needed.status_code == 401 and "autentikator" in needed.text


@pytest.mark.parametrize("action", ["faktor-kedua", "kata-sandi"])
async def test_whoever_finds_a_browser_open_changes_neither_factor_nor_password(browser, desk, action):
    await submit(browser)
    own = await browser.get("/petugas/saya")
    fields = {"sandi": "salah", "sekarang": "salah", "baru": "kucing hitam duduk", "formulir": token_in(own)}
    refused = await browser.post(f"/petugas/saya/{action}", data=fields)
    assert refused.status_code == 422 and "tidak cocok" in refused.text
    [row] = await desk.rows("SELECT totp_offered, failures FROM officers WHERE login = 'ratna'")
    assert (row.totp_offered, row.failures) == (None, 1)


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example", "/lapor", "/petugas//evil", "/petugas\\x", "", "/petugasx"],
)
def test_nobody_is_sent_to_another_site(path):
    assert local_path(path) == "/petugas"
