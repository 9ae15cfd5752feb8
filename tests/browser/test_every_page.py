"""What holds for every page of the public, and that the first is light. For officers: test_officers_pages."""

import re

import httpx
import pytest

from tests.browser.faults import CALM, PHONE, barriers, faults
from tests.browser.people import tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]  # Chromium may have to be fetched first

PAGES = [
    "/", "/lapor", "/lapor/lanjut", "/lacak", "/laporan", "/laporan?q=tidak+ada+yang+cocok", "/kinerja",
    "/tentang", "/bukan-untuk-ini", "/privasi", "/luring", "/akun/masuk", "/lacak/AAA-AAAA-AAA",
    "/tenggat?clock=verification&start=2026-07-06T09:00:00%2B07:00",
]  # fmt: skip
FIRST_PAGE_BYTES = 60_000


async def test_no_page_has_a_fault_on_a_phone_enlarged_or_in_the_dark(visit):
    window = await visit(**CALM)
    assert [one for path in PAGES for one in await faults(window, path)] == []


async def test_no_step_of_filing_and_no_page_of_a_report_has_a_fault(visit):
    window = await visit(viewport=PHONE, **CALM)
    page = window.page
    await window.go("/lapor")
    wrong = []
    await page.click("#langkah button[value=next]")
    wrong += await barriers(page)
    for step in ("place", "evidence", "identity", "check"):
        if step == "place":
            await tell(page, "Halaman tanpa rintangan")
        else:
            await page.click("#langkah button[value=next]")
        wrong += await barriers(page)
    await page.click("#langkah button[value=send]")
    await page.wait_for_selector("#kode")
    wrong += await barriers(page)
    number = await page.inner_text(".ticket .key .code")
    for path in (f"/tanda-terima/{number}", f"/lacak/{number}"):
        wrong += await faults(window, path)
    assert wrong == []


async def test_english_is_one_choice_away_and_is_remembered(visit):
    window = await visit()
    await window.go("/")
    await window.page.click("a.language")
    await window.go("/lacak")
    assert await window.page.inner_text("h1") == "Track your report"
    assert await window.page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize("path", ["/", "/lapor"])
async def test_a_first_page_with_all_it_needs_is_light(lapor, path):
    async with httpx.AsyncClient(base_url=lapor.gateway_url, headers={"Accept-Encoding": "gzip"}) as http:
        page = await http.get(path, headers={"Accept": "text/html"})
        # The style sheets stand in the page itself, and name the fonts.
        needed = {*re.findall(r'(?:src=|href=|url\()"(/static/[^"]+)"', page.text)}
        assert not [url for url in needed if url.endswith(".css")]
        answers = [page, *[await http.get(url) for url in sorted(needed)]]
    assert sum(answer.num_bytes_downloaded for answer in answers) < FIRST_PAGE_BYTES
    assert all("immutable" in answer.headers["cache-control"] for answer in answers[1:])
