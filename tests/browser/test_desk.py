"""Verifiers at work, by keyboard, on the real stack; and the desk's pages as everybody can use them."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from shared.contracts import CaseStatus
from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, Role, issue
from tests.browser.people import STORY

pytestmark = pytest.mark.browser

PASSWORD = "perahu kertas di sungai"


@pytest.fixture(scope="package")
async def ratna(world):
    """A national administrator with an account."""
    key = load_signing_key(world.place.token_private_key)
    token = issue(key, Officer("first", Role.NATIONAL_ADMIN), timedelta(hours=1))
    account = {"login": "ratna", "name": "Ratna", "role": "national_admin", "password": PASSWORD}
    headers = {"Authorization": f"Bearer {token}"}
    await world.ok(await world.http.post("/v1/officers", json=account, headers=headers), 201)


@pytest.fixture
async def filed(world):
    """Files a report and waits until the desk has it."""

    async def file(title: str, **more):
        report = {"title": title, "text": STORY, "category": "infrastruktur", **more}
        kept = await world.file("A", **report)
        await world.case_exists(kept.report_id)
        return kept

    return file


async def sign_in(window, then: str = "/petugas/antrean") -> None:
    await window.go(then)
    keyboard = window.page.keyboard
    await window.page.focus("#nama")
    await keyboard.type("ratna")
    await keyboard.press("Tab")
    await keyboard.type(PASSWORD)
    await keyboard.press("Enter")
    await window.page.wait_for_url(f"**{then}")


async def test_an_officer_signs_in_and_verifies_a_report_with_the_keyboard_alone(visit, world, ratna, filed):
    kept = await filed("Diputuskan dengan tiga ketukan")
    window = await visit(viewport={"width": 1440, "height": 900})
    page, keyboard = window.page, window.page.keyboard
    await sign_in(window)
    await keyboard.press("j")
    for _ in range(40):
        if str(kept.report_id) in (await page.evaluate("document.activeElement.href") or ""):
            break
        await keyboard.press("j")
    await keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Diputuskan dengan tiga ketukan")
    for key in ("v", "1", "Enter"):
        await keyboard.press(key)
    await expect(page.locator(".notice.good")).to_contain_text("Terdisposisi")
    await world.seen_by_reporter(kept, CaseStatus.FORWARDED)


@pytest.mark.deep
async def test_the_words_that_were_shown_are_the_words_that_are_sent(visit, world, ratna, filed):
    kept = await filed("Pratinjau yang sama")
    window = await visit(viewport={"width": 1440, "height": 900})
    page, keyboard = window.page, window.page.keyboard
    await sign_in(window, f"/petugas/kasus/{kept.report_id}")
    await keyboard.press("t")
    await keyboard.press("2")
    await page.fill("#question", "Foto Anda tidak bertanggal.")
    shown = await page.text_content("#tunda [data-says]")
    assert shown.startswith("Foto Anda tidak bertanggal.\n\nKapan kejadian ini berlangsung?")
    await page.click("#tunda button[data-send]")
    await expect(page.locator(".notice.good")).to_contain_text("Tunda")
    await window.go(f"/petugas/kasus/{kept.report_id}")
    assert await page.text_content(".history .quote") == shown


async def test_single_keys_can_be_switched_off(visit, ratna, filed):
    kept = await filed("Tanpa pintasan")
    window = await visit(viewport={"width": 1440, "height": 900})
    page, keyboard = window.page, window.page.keyboard
    await sign_in(window, f"/petugas/kasus/{kept.report_id}")
    await keyboard.press("?")
    await page.click("[data-toggle-keys]")
    await keyboard.press("Escape")
    await keyboard.press("v")
    assert await page.get_attribute("#verifikasi", "open") is None
    await page.click("#verifikasi summary")
    assert await page.get_attribute("#verifikasi", "open") is not None
