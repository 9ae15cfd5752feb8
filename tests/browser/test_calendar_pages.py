"""Amending the calendar by hand: a day is proposed, its effect looked at, recorded, and then told."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from deploy.demo.world import World
from shared import contracts as c
from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, Role, issue
from shared.web.pages.officers import COOKIE, HOME
from tests.browser.conftest import Visit
from tests.browser.faults import SIDEWAYS, barriers

pytestmark = pytest.mark.browser

CALENDAR = "/petugas/kalender"
SEE, RECORD = "button[value=lihat]", "button[value=catat]"


async def signed_in(window: Visit, world: World, role: Role) -> None:
    key = load_signing_key(world.place.token_private_key)
    token = issue(key, Officer("ratna", role), timedelta(minutes=10))
    await window.context.add_cookies([{"name": COOKIE, "value": token, "url": window.url + HOME}])


async def looked_at(page: Page) -> list[str]:
    """What is wrong with a page as it stands."""
    sideways = [f"{page.url} scrolls sideways"] if await page.evaluate(SIDEWAYS) > 0 else []
    return sideways + await barriers(page)


async def test_a_day_is_proposed_its_effect_seen_recorded_and_told(visit, world):
    title = "Lampu jalan padam di depan sekolah"
    filed = await world.file("A", title=title, text=f"{title} sejak hari Senin.")
    await world.heard(
        lambda fact: isinstance(fact, c.DeadlinesChanged) and fact.report_id == filed.report_id,
        "the case has a deadline",
    )
    day = await world.ordinary_day(timedelta(days=1))
    window = await visit(viewport={"width": 360, "height": 800}, reduced_motion="reduce")
    page = window.page
    await signed_in(window, world, Role.NATIONAL_ADMIN)
    await window.go(CALENDAR)
    wrong = await looked_at(page)
    await page.click("text=Ubah hari libur…")
    await page.click(SEE)
    await expect(page.locator("#decided-salah")).to_contain_text("wajib diisi")
    wrong += await looked_at(page)
    await page.fill("#source", "SKB 3 Menteri untuk uji halaman")
    await page.fill("#decided", "2026-01-05")
    await page.fill("[name='added.0.date']", "2026-12-25")
    await page.fill("[name='added.0.name']", "Cuti bersama tambahan")
    await page.fill("[name='added.0.name_en']", "Additional joint leave")
    await page.click(SEE)
    await expect(page.locator("[id='added.0.date-salah']")).to_contain_text("SKB 3 Menteri")
    await page.fill("[name='added.0.date']", day.isoformat())
    await page.click(SEE)
    await expect(page.locator("#sebelum + .sum")).to_contain_text("tenggat terbuka berpindah")
    wrong += await looked_at(page)
    await page.click(RECORD)
    await expect(page.locator("#kemajuan .sum")).to_contain_text("tenggat berpindah", timeout=20_000)
    wrong += await looked_at(page)
    await window.go(f"{HOME}/tenggat/{filed.report_id}")
    await page.click(".clock summary")
    await expect(page.locator(".clock")).to_contain_text("Cuti bersama tambahan")
    wrong += await looked_at(page)
    await world.case_exists(filed.report_id)
    await window.go(f"{HOME}/kasus/{filed.report_id}")
    loaded = page.locator("[data-load*=tenggat] .clock")
    await expect(loaded).to_contain_text("Verifikasi", timeout=20_000)
    assert wrong == []


async def test_an_operator_reads_the_calendar_and_may_not_amend_it(visit, world):
    window = await visit()
    await signed_in(window, world, Role.OPERATOR)
    await window.go(CALENDAR)
    await expect(window.page.locator(".notice")).to_contain_text("admin nasional")
    await window.go(f"{CALENDAR}/hari")
    await expect(window.page.locator("main")).to_contain_text("bukan untuk peran Anda")
