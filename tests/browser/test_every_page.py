"""What holds for every page: no barrier (WCAG 2.2 AA), no sideways scrolling; and a light first page."""

import re

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe

from tests.browser.people import file_quickly

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]  # Chromium may have to be fetched first

PAGES = [
    "/", "/lapor", "/lacak", "/laporan", "/laporan?q=tidak+ada+yang+cocok", "/kinerja", "/tentang",
    "/bukan-untuk-ini", "/privasi", "/luring", "/lacak/AAA-AAAA-AAA",
    "/tenggat?clock=verification&start=2026-07-06T09:00:00%2B07:00",
]  # fmt: skip
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MOVING = """[...document.querySelectorAll("*")].map((one) => getComputedStyle(one))
  .flatMap((style) => [style.transitionDuration, style.animationDuration])
  .filter((all) => all.split(",").some((seconds) => parseFloat(seconds) > 0.01)).length"""
FIRST_PAGE_BYTES = 60_000


async def barriers(page) -> list[str]:
    found = await Axe().run(page, options=RULES)
    return [
        f"{page.url} {one['id']}: {node['html'][:120]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.deep)])
async def test_no_page_has_a_barrier_or_scrolls_sideways_on_a_phone(visit, scheme):
    window = await visit(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    wrong = []
    for path in PAGES:
        await window.go(path)
        wrong += await barriers(window.page)
        if await window.page.evaluate(SIDEWAYS) > 0:
            wrong.append(f"{path} scrolls sideways")
    assert wrong == []


async def test_no_step_of_filing_and_no_page_of_a_report_has_a_barrier(visit):
    window = await visit(viewport={"width": 320, "height": 700})
    page = window.page
    await window.go("/lapor")
    wrong = []
    await page.click("#langkah button[value=next]")
    wrong += await barriers(page)
    for step in ("place", "evidence", "identity", "check"):
        await page.click("#langkah button[value=next]") if step != "place" else await _tell(page)
        wrong += await barriers(page)
    await page.click("#langkah button[value=send]")
    await page.wait_for_selector("#kode")
    wrong += await barriers(page)
    await page.click("text=Buka halaman pelacakan")
    await page.wait_for_selector("#perjalanan")
    for each in await page.query_selector_all("details > summary"):
        await each.click()
    wrong += await barriers(page)
    assert await page.evaluate(SIDEWAYS) <= 0
    assert wrong == []


async def _tell(page) -> None:
    from tests.browser.people import tell

    await tell(page, "Halaman tanpa rintangan")


@pytest.mark.deep
async def test_at_twice_the_size_nothing_scrolls_sideways(visit):
    """200 % on a screen 1280 pixels wide leaves 640 (WCAG 1.4.4 and 1.4.10)."""
    window = await visit(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    kept = await file_quickly(window, "Diperbesar dua kali")
    wrong = []
    for path in (*PAGES, f"/lacak/{kept.tracking_id}", f"/tanda-terima/{kept.tracking_id}"):
        await window.go(path)
        if await window.page.evaluate(SIDEWAYS) > 0:
            wrong.append(path)
    assert wrong == []


async def test_nothing_moves_for_whoever_does_not_want_it(visit):
    window = await visit(reduced_motion="reduce")
    for path in ("/", "/lapor", "/kinerja"):
        await window.go(path)
        assert await window.page.evaluate(MOVING) == 0


async def test_english_is_one_choice_away_and_is_remembered(visit):
    window = await visit()
    await window.go("/")
    await window.page.click("a.language")
    await window.go("/lacak")
    assert await window.page.inner_text("h1") == "Track your report"
    assert await window.page.get_attribute("html", "lang") == "en"


async def test_the_first_page_with_all_it_needs_is_light(lapor):
    async with httpx.AsyncClient(base_url=lapor.gateway_url, headers={"Accept-Encoding": "gzip"}) as http:
        page = await http.get("/", headers={"Accept": "text/html"})
        needed = {*re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)}
        for sheet in [url for url in needed if url.endswith(".css")]:
            needed |= set(re.findall(r'url\("(/static/[^"]+)"\)', (await http.get(sheet)).text))
        answers = [page, *[await http.get(url) for url in sorted(needed)]]
    assert sum(answer.num_bytes_downloaded for answer in answers) < FIRST_PAGE_BYTES
    assert all("immutable" in answer.headers["cache-control"] for answer in answers[1:])
