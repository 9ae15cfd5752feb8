"""Somebody without an account follows a report by hand, says yes by the link, hears of it, and stops."""

import os
import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from deploy.demo.journeys import PUBLIC_WORKS
from tests.browser.faults import barriers
from tests.browser.people import file_quickly, on_the_bus
from tests.browser.pushing import PushService

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NEIGHBOUR = "tetangga@warga.example"


async def picture(page, name: str) -> None:
    if folder := os.environ.get("LAPOR_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def test_a_neighbour_follows_a_report_and_stops(visit, world):
    kept = await file_quickly(await visit(), "Jembatan gantung putus")
    filed = await on_the_bus(world, kept)
    window = await visit()
    page = window.page
    await window.go(f"/lacak/{kept.tracking_id}")
    await picture(page, "case-360")
    await page.click("#ikuti button")
    await page.wait_for_selector("#kontak-salah >> text=Tulis alamat surel")
    await page.fill("#kontak", "bukan@")
    await page.click("#ikuti button")
    await page.wait_for_selector("#kontak-salah >> text=alamat surel yang benar")
    assert await page.input_value("#kontak") == "bukan@"
    await picture(page, "case-wrong-360")
    await page.fill("#kontak", NEIGHBOUR)
    await page.click("#ikuti button")
    await page.wait_for_selector("#ikuti .notice.good >> text=Buka tautan")
    await picture(page, "case-asked-360")
    link = re.search(r"/k/[\w-]+", (await world.mail(NEIGHBOUR, "/k/", "the question"))["text"])[0]
    await window.go(link)
    await page.click("button[value=ya]")
    await picture(page, "confirmed-360")
    await world.decide(
        filed.report_id, "verification", classification="non_supervision", category="infrastruktur",
        agencies=[PUBLIC_WORKS],
    )  # fmt: skip
    news = (await world.mail(NEIGHBOUR, "yang Anda ikuti kini", "the news"))["text"]
    stop = re.search(r"/v1/notifications/unsubscribe/[\w-]+", news)[0]
    await window.go(stop)
    await page.click("button")
    await page.wait_for_selector("h1 >> text=Tidak ada pesan lagi")


@pytest.mark.deep
async def test_a_browser_follows_a_report_hears_that_there_is_news_and_stops(visit, world, lapor):
    kept = await file_quickly(await visit(), "Pohon tumbang di jalan")
    filed = await on_the_bus(world, kept)
    async with httpx.AsyncClient(trust_env=False) as http:
        service, window = PushService(http, lapor.catcher_url, "tetangga"), await visit()
        await service.serve(window)
        page = window.page
        await window.go(f"/lacak/{kept.tracking_id}")
        await page.wait_for_selector("#peramban >> text=Ikuti di peramban ini")
        await picture(page, "case-browser-360")
        await page.click("text=Beri tahu lewat peramban ini")
        await expect(page.locator("#peramban")).to_contain_text("Peramban ini kini diberi tahu.")
        await picture(page, "case-browser-told-360")
        assert await barriers(page) == []
        await world.decide(
            filed.report_id, "verification", classification="non_supervision", category="infrastruktur",
            agencies=[PUBLIC_WORKS],
        )  # fmt: skip
        told = await world.until(service.messages, "the push service has a message")
    assert told[0].startswith("LAPOR! | Ada kabar baru.")
    await page.click("text=Berhenti memberi tahu")
    await expect(page.locator("#peramban")).to_contain_text("Beri tahu lewat peramban ini")
    await expect(page.locator("text=Berhenti memberi tahu")).to_be_hidden()


@pytest.mark.deep
async def test_the_list_offers_to_follow_what_it_was_narrowed_to(visit):
    window = await visit(viewport={"width": 1440, "height": 900})
    page = window.page
    await window.go("/laporan")
    assert await page.locator("#ikuti").count() == 0
    await window.go("/laporan?wilayah=35.78&topik=transportasi")
    await picture(page, "list-1440")
    await page.fill("#kontak", "0812-3456-7890")
    await page.click("#ikuti button")
    await page.wait_for_selector("#ikuti .notice.good >> text=Buka tautan")
    assert await barriers(page) == []
