"""Signing in to an account by page: no account is guessed, no contact leaks, no code goes out for others."""

import re

import httpx
import pytest

from shared.contracts import AnswerRequested

from .reader import MAIL


async def test_asking_for_a_code_shows_alike_with_and_without_an_account(read):
    await read().sign_in()
    pages = []
    for contact in (MAIL, "kenali@rahasia.id"):
        reader = read()
        await reader.get("/akun/masuk")
        answer = await reader.post("/akun/masuk", kontak=contact)
        pages.append(answer.text.replace(reader.token, ""))
    assert pages[0] == pages[1]


async def test_a_code_asked_for_on_an_english_page_comes_in_english(read):
    reader = read()
    await reader.get("/akun/masuk?lang=en")
    await reader.post("/akun/masuk", kontak=MAIL)
    assert [fact.language for fact in await reader.intake.said(AnswerRequested)] == ["en"]
    assert "Your sign-in code" in (await reader.intake.answers())[-1]


async def test_no_contact_is_in_an_address_or_unsealed_in_a_cookie(read):
    reader = read()
    await reader.get("/akun/masuk")
    answer = await reader.post("/akun/masuk", kontak=MAIL)
    addresses = [str(one.url) for one in (*answer.history, answer)]
    assert not any("kenari" in kept for kept in (*addresses, *reader.http.cookies.values()))


@pytest.mark.parametrize(
    ("contact", "words"),
    [("", "Isi alamat surel"), ("bukan@", "bukan alamat surel"), ("12", "Nomor telepon tidak dikenali")],
)
async def test_what_cannot_be_reached_is_said_at_its_field_and_kept(read, contact, words):
    reader = read()
    await reader.get("/akun/masuk")
    answer = await reader.post("/akun/masuk", kontak=contact)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{contact}"' in answer.text


async def test_a_form_of_another_site_sends_no_code(read):
    reader = read()
    await reader.get("/akun/masuk")
    reader.token = "A" * 32
    assert (await reader.post("/akun/masuk", kontak=MAIL)).status_code == 409
    assert await reader.intake.answers() == []


async def test_a_code_is_asked_for_only_of_whoever_had_one_sent(read):
    assert (await read().get("/akun/kode")).url.path == "/akun/masuk"


async def test_after_many_codes_of_one_network_the_page_has_its_browser_compute(read):
    reader = read()
    await reader.get("/akun/masuk")
    header = {"X-Lapor-Source": "203.0.113.7"}
    for number in range(6):
        answer = await reader.http.post(
            "/akun/masuk", data={"formulir": reader.token, "kontak": f"a{number}@rahasia.id"}, headers=header
        )
    assert answer.status_code == 429
    assert re.search(r'data-challenge="[^"]+" data-bits="16"', answer.text)
    assert 'value="a5@rahasia.id"' in answer.text


@pytest.mark.parametrize("path", ["/akun", "/akun/pengaturan"])
async def test_without_a_session_there_is_the_sign_in(read, path):
    assert (await read().get(path)).url.path == "/akun/masuk"


async def test_a_session_that_was_ended_elsewhere_is_over_and_says_so(read):
    reader, other = await read().sign_in(), read()
    other.http.cookies = httpx.Cookies(reader.http.cookies)
    await reader.post("/akun/keluar")
    assert "Sesi Anda sudah berakhir" in (await other.get("/akun")).text
    assert "lapor_akun" not in other.http.cookies
