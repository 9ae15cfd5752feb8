"""An account without a password: signing in, one's reports, what one wants to hear; and news as it comes."""

import json
import re

import httpx
import pytest
from playwright.async_api import Page, expect

from deploy.demo.journeys import PUBLIC_WORKS
from deploy.demo.world import Filed
from shared.contracts import CaseStatus
from tests.browser.conftest import Visit
from tests.browser.faults import SIDEWAYS, barriers
from tests.browser.people import Kept, file_quickly, keep, on_the_bus, press, tell
from tests.browser.pushing import PushService, browsers_known

SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 20; tries++) {
    const shown = await worker.getNotifications();
    if (shown.length) return shown.map((one) => ({ title: one.title, body: one.body, url: one.data.url }));
    await new Promise((soon) => setTimeout(soon, 100));
  }
  return [];
}"""
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]  # Chromium may have to be fetched first


async def code_for(world, contact: str) -> str:
    """The code that was sent to a mail address or a telephone."""
    message = await world.mail(contact, "Kode masuk Anda", "the code has come")
    return re.search(r"\d{6}", message["text"])[0]


async def sign_in(world, window: Visit, contact: str) -> None:
    """By keyboard alone."""
    page = window.page
    await window.go("/akun")
    await page.focus("#kontak")
    await page.keyboard.type(contact)
    await page.keyboard.press("Enter")
    await expect(page.locator("#kode")).to_be_focused()
    await page.keyboard.type(await code_for(world, contact))
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Laporan saya")


async def forwarded(world, filed: Filed) -> None:
    """The verification team sends the report to an agency."""
    await world.decide(
        filed.report_id,
        "verification",
        classification="non_supervision",
        category="infrastruktur",
        agencies=[PUBLIC_WORKS],
    )


async def own_page(window: Visit, kept: Kept) -> Page:
    await window.go(f"/lacak/{kept.tracking_id}")
    return window.page


async def test_a_code_by_mail_opens_the_account_and_every_page_of_it_is_without_barrier(visit, world):
    window = await visit(viewport={"width": 360, "height": 740})
    page, wrong = window.page, []
    await window.go("/akun")
    wrong += await barriers(page)
    await page.click("main button")
    await expect(page.locator("#kontak-salah")).to_contain_text("Isi alamat surel")
    await page.fill("#kontak", "kenari@rahasia.id")
    await page.click("main button")
    assert "kenari" not in page.url
    wrong += await barriers(page)
    await page.fill("#kode", "12")
    await page.click("form.card button")
    await expect(page.locator("#kode-salah")).to_have_text("Kode terdiri dari 6 angka.")
    await page.fill("#kode", await code_for(world, "kenari@rahasia.id"))
    await page.click("form.card button")
    await expect(page.locator("main")).to_contain_text("Belum ada laporan di akun ini")
    for path in ("/akun", "/akun/pengaturan"):
        await window.go(path)
        wrong += await barriers(page)
        assert await page.evaluate(SIDEWAYS) <= 0
    cookies = {one["name"]: one for one in await window.context.cookies()}
    assert (cookies["lapor_akun"]["httpOnly"], cookies["lapor_akun"]["sameSite"]) == (True, "Lax")
    assert wrong == []


async def test_what_is_filed_signed_in_is_in_the_account_and_an_older_report_can_be_added(visit, world):
    before = await visit()
    old = await file_quickly(before, "Dilaporkan sebelum punya akun")
    window = await visit()
    page = window.page
    await sign_in(world, window, "pipit@rahasia.id")
    new = await file_quickly(window, "Dilaporkan dari dalam akun")
    await expect(page.locator("#tanda-terima")).to_contain_text("Laporan ini ada di akun Anda.")
    await window.go("/akun")
    await page.fill("#nomor", old.tracking_id)
    await page.fill("#kode", "AAAA-AAAA-AAAA-AAAA")
    await page.click("text=Tambahkan >> nth=-1")
    await expect(page.locator("#kode-salah")).to_contain_text("tidak cocok")
    assert await page.input_value("#nomor") == old.tracking_id
    await page.fill("#kode", old.access_code)
    await page.keyboard.press("Enter")
    await expect(page.locator(".own > li")).to_have_count(2)
    shown = await page.inner_text(".own")
    assert old.tracking_id in shown
    assert new.tracking_id in shown
    assert "Verifikasi laporan" in shown
    assert await barriers(page) == []
    assert await page.evaluate(SIDEWAYS) <= 0


@pytest.mark.deep
async def test_an_anonymous_report_goes_into_no_account(visit, world):
    window = await visit()
    page = window.page
    await sign_in(world, window, "gelatik@rahasia.id")
    await window.go("/lapor")
    await tell(page, "Tanpa nama")
    for _ in range(2):
        await press(page, "next")
    await expect(page.locator("#ke-akun")).to_contain_text("Laporan anonim tidak.")
    await page.check("#anonymous")
    for go in ("next", "send"):
        await press(page, go)
    await keep(page)
    await window.go("/akun")
    await expect(page.locator("main")).to_contain_text("Belum ada laporan di akun ini")


@pytest.mark.deep
async def test_settings_hold_for_the_reports_of_the_account_and_leaving_ends_everything(visit, world):
    window = await visit()
    page = window.page
    await sign_in(world, window, "+6281277771234")
    kept = await file_quickly(window, "Jam tenang dari akun")
    await window.go("/akun/pengaturan")
    await page.fill("#from", "21:00")
    await page.click("text=Simpan")
    await expect(page.locator("#kabar")).to_contain_text("Isi kedua jam tenang")
    await page.fill("#from", "21:00")
    await page.fill("#until", "05:00")
    await page.select_option("#kabar-language", "jv")
    await page.click("text=Simpan")
    await expect(page.locator("main")).to_contain_text("Tersimpan.")
    await own_page(window, kept)
    await page.click("#kabar summary")
    assert await page.input_value("#from") == "21:00"
    assert await page.input_value("#kabar-language") == "jv"
    await window.go("/akun/pengaturan")
    await page.click("#hapus summary")
    await page.click("#hapus button")
    await expect(page.locator("#hapus-salah")).to_be_visible()
    await page.check("#hapus input[type=checkbox]")
    await page.click("#hapus button")
    await expect(page.locator("main")).to_contain_text("Akun Anda sudah dihapus.")
    await window.go("/akun/pengaturan")
    await expect(page.locator("h1")).to_have_text("Masuk ke akun Anda")


@pytest.mark.deep
async def test_signing_out_ends_it_on_every_device(visit, world):
    window = await visit()
    await sign_in(world, window, "cucak@rahasia.id")
    elsewhere = await visit(storage_state=await window.context.storage_state())
    await window.page.click("text=Keluar")
    await expect(window.page.locator("main")).to_contain_text("Anda sudah keluar")
    await elsewhere.go("/akun")
    await expect(elsewhere.page.locator("main")).to_contain_text("Sesi Anda sudah berakhir.")


async def test_news_comes_to_an_open_page_and_leaves_alone_what_is_being_typed(visit, world):
    window = await visit()
    kept = await file_quickly(window, "Kabar yang datang sendiri")
    filed = await on_the_bus(world, kept)
    page = await own_page(window, kept)
    await page.click("#lengkapi summary")
    await page.fill("#lengkapi-text", "Saya masih menulis ini.")
    await forwarded(world, filed)
    await expect(page.locator("#langsung")).to_contain_text("Kabar baru:", timeout=30_000)
    await expect(page.locator("#status")).to_contain_text(CaseStatus.FORWARDED.label)
    assert await page.input_value("#lengkapi-text") == "Saya masih menulis ini."
    assert await page.locator("#perjalanan-laporan li.new").count() > 0


async def test_a_browser_is_told_and_shows_only_that_there_is_news(visit, world, lapor):
    async with httpx.AsyncClient(trust_env=False) as http:
        service, window = PushService(http, lapor.catcher_url, "peramban"), await visit()
        await service.serve(window)
        kept = await file_quickly(window, "Diberi tahu peramban")
        filed = await on_the_bus(world, kept)
        page, before = await own_page(window, kept), await browsers_known(lapor)
        await page.click("text=Beri tahu lewat peramban ini")
        await expect(page.locator("#peramban")).to_contain_text("Peramban ini kini diberi tahu.")

        async def known() -> bool:
            return await browsers_known(lapor) > before

        await world.until(known, "notify knows the browser")
        await forwarded(world, filed)
        told = await world.until(service.messages, "the push service has a message")
    title, body, url = told[0].split(" | ")
    shown = await delivered(world, window, {"title": title, "body": body, "url": url})
    assert shown == {"title": "LAPOR!", "body": "Ada kabar baru.", "url": f"{window.url}/lacak"}
    assert kept.tracking_id not in json.dumps(shown)


async def delivered(world, window: Visit, message: dict[str, str]) -> dict[str, str]:
    """What the browser shows of a push message. One that meets a worker just going to rest is lost without a
    word, as on its way through any push service; so it is handed over until it is shown.
    """
    page, known = window.page, []

    async def registered() -> list:
        return known

    session = await window.context.new_cdp_session(page)
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    await session.send("ServiceWorker.enable")
    registration = (await world.until(registered, "the worker is registered"))[-1]["registrationId"]

    async def shown() -> list[dict[str, str]]:
        await session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": window.url, "registrationId": registration, "data": json.dumps(message)},
        )
        return await page.evaluate(SHOWN)

    return (await world.until(shown, "the browser shows it"))[0]
