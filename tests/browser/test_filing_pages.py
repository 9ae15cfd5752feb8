"""A report is filed by hand: on a phone, without scripts, offline, by keyboard; and never twice."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.people import STORY, file_quickly, keep, photo, press, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]  # Chromium may have to be fetched first


async def test_a_report_with_a_photo_is_filed_on_a_phone(visit):
    window = await visit(is_mobile=True, has_touch=True)
    page = window.page
    await window.go("/lapor")
    await tell(page, "Jalan berlubang di depan pasar")
    await page.fill("#region_name", "gubeng surabaya")
    await page.click("#region-found button >> nth=0")
    await press(page, "next")
    await page.set_input_files("#files", {"name": "lubang.png", "mimeType": "image/png", "buffer": photo()})
    await page.wait_for_selector("#files-list img")
    await press(page, "next")
    await press(page, "next")
    await expect(page.locator("[data-shows=region_name]")).to_contain_text("Gubeng")
    await press(page, "send")
    kept = await keep(page)
    await page.wait_for_selector("li[data-state=kept]")
    await window.go(f"/lacak/{kept.tracking_id}")
    await expect(page.locator("dl.facts")).to_contain_text("1 berkas")


async def test_filing_works_without_scripts_and_keeps_what_was_typed(visit):
    window = await visit(java_script_enabled=False)
    page = window.page
    await window.go("/lapor")
    await page.fill("#text", "pendek")
    await press(page, "next")
    assert await page.input_value("#text") == "pendek"
    assert "terlalu pendek" in await page.inner_text("#text-salah")
    await tell(page, "Jalan berlubang tanpa skrip")
    await page.fill("#region_name", "gubeng surabaya")
    await press(page, "next")
    await page.check("input[type=radio][name=region] >> nth=0")
    await press(page, "next")
    await press(page, "next")
    await page.fill("#email", "bukan alamat")
    await press(page, "next")
    assert await page.inner_text("#email-salah") == "Alamat surel bukan alamat surel yang benar."
    await page.fill("#email", "")
    await press(page, "next")
    await press(page, "send")
    kept = await keep(page)
    await page.set_input_files("#berkas", {"name": "a.png", "mimeType": "image/png", "buffer": photo()})
    await page.click("form.upload button")
    assert "1 berkas" in await page.inner_text("dl.facts")
    assert kept.access_code not in page.url


async def test_a_report_filed_offline_is_sent_once_when_the_connection_is_back(visit, world):
    window = await visit()
    page = window.page
    await window.go("/lapor")
    await page.evaluate("navigator.serviceWorker.ready")
    await page.reload()
    await window.context.set_offline(True)
    await page.reload()
    await tell(page, "Laporan dari daerah tanpa sinyal")
    for _ in range(3):
        await press(page, "next")
    await press(page, "send")
    await expect(page.locator("#luring")).to_contain_text("dikirim satu kali")
    await window.context.set_offline(False)
    kept = await keep(page)
    await page.goto(window.url + "/lapor")
    await page.goto(window.url + "/")
    assert (await world.track(kept.tracking_id)).status_code == 200
    waiting = await page.evaluate("lapor.all('queue').then((found) => found.length)")
    assert waiting == 0


async def test_a_form_that_is_sent_twice_is_filed_once(visit):
    """A double click, a reloaded answer: the browser sends the very same form again."""
    window = await visit(java_script_enabled=False)
    page = window.page
    bodies: list[str | None] = []
    page.on("request", lambda asked: bodies.append(asked.post_data) if asked.method == "POST" else None)
    kept = await file_quickly(window, "Dikirim dua kali")
    again = await window.context.request.post(
        window.url + "/lapor",
        data=bodies[-1] or "",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"},
    )
    assert again.url.endswith(f"/tanda-terima/{kept.tracking_id}")


@pytest.mark.deep
async def test_the_same_report_sent_again_after_going_back_is_the_one_that_was_filed(visit):
    window = await visit()
    first = await file_quickly(window, "Kembali lalu kirim lagi")
    await window.page.go_back()
    assert await file_quickly(window, "Kembali lalu kirim lagi") == first


@pytest.mark.deep
async def test_a_draft_survives_a_reload_without_name_and_contact(visit):
    window = await visit()
    page = window.page
    await window.go("/lapor")
    await page.fill("#text", STORY)
    await page.locator("#tersimpan").wait_for(state="visible")
    await tell(page, "Draf yang bertahan")
    await press(page, "next")
    await press(page, "next")
    await page.fill("#name", "Sari")
    while (await page.evaluate("lapor.get('drafts', 'now')"))["step"] != "identity":
        await asyncio.sleep(0.1)
    await page.reload()
    await page.locator("#pulih").wait_for(state="visible")
    assert await page.input_value("#text") == STORY
    assert await page.input_value("#name") == ""


async def test_a_report_is_filed_with_the_keyboard_alone(visit):
    window = await visit()
    page, keyboard = window.page, window.page.keyboard

    async def tab_to(selector: str) -> None:
        for _ in range(40):
            await keyboard.press("Tab")
            if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached with the Tab key")

    await window.go("/lapor")
    await tab_to("#text")
    await keyboard.type(STORY)
    await tab_to("#title")
    await keyboard.type("Dengan papan tik saja")
    await keyboard.press("Enter")
    for _ in range(3):
        await tab_to("#langkah button[value=next]")
        await keyboard.press("Enter")
    await tab_to("#langkah button[value=send]")
    await keyboard.press("Enter")
    await keep(page)


async def test_markup_in_a_report_is_shown_as_text(visit):
    window = await visit()
    kept = await file_quickly(window, "<script>alert(1)</script> & <b>tebal</b>")
    await window.go(f"/lacak/{kept.tracking_id}")
    assert await window.page.inner_text("h1") == "<script>alert(1)</script> & <b>tebal</b>"


async def test_what_the_browser_can_see_is_told_at_once_also_without_a_connection(visit):
    window = await visit()
    page = window.page
    await window.go("/lapor")
    await page.fill("#event_date", "2999-01-01")
    await tell(page, "Halte bus yang gelap")
    assert await page.inner_text("#event_date-salah") == "Tanggal kejadian tidak boleh di masa depan."
    await page.fill("#event_date", "")
    await press(page, "next")
    await press(page, "next")
    program = {"name": "pasang.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    await page.set_input_files("#files", program)
    await expect(page.locator("#files-salah")).to_contain_text("pasang.exe")
    await expect(page.locator("#files-list li")).to_have_count(0)
    await window.context.set_offline(True)
    await press(page, "next")
    await page.fill("#phone", "12ab")
    await page.fill("#email", "salah@")
    await press(page, "next")
    assert await page.is_visible("#phone-salah")
    assert await page.is_visible("#email-salah")
