"""An officer completes with a photo: it is uploaded while the text is written, and then everyone sees it."""

import pytest
from playwright.async_api import expect

from shared.contracts import CaseStatus
from tests.browser.faults import SIDEWAYS, barriers
from tests.browser.test_agency_desk import ANSWER, ROADS, held, known_to_routing, officer, sign_in
from tests.corpora.evidence import photo

pytestmark = pytest.mark.browser


async def test_a_photo_of_the_work_is_sent_beside_the_text_and_shown_to_everyone(visit, world):
    case = await held(visit, world, "Jalan berlubang, dituntaskan dengan foto")
    await officer(world, "penuntas", "liaison", ROADS)
    window = await visit(reduced_motion="reduce")
    page = window.page
    await sign_in(page, window.url, "penuntas", case.path)
    await page.click("#tuntas > summary")
    await page.fill("#tuntas-text", "Sudah ditindaklanjuti.")
    await page.click("#tuntas button[value=pratinjau]")
    await expect(page.locator("#tuntas-text-salah")).to_be_visible()
    await expect(page.locator("#tuntas-bukti-salah")).to_be_visible()
    await page.fill("#tuntas-text", ANSWER)
    file = {"name": "hasil.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    await page.set_input_files("#tuntas-berkas", file)
    await expect(page.locator(".proof-files input:checked")).to_have_count(1, timeout=30_000)
    wrong = await barriers(page)
    assert (wrong, await page.evaluate(SIDEWAYS)) == ([], 0)
    await known_to_routing(world, case)
    await page.click("#tuntas button[value=pratinjau]")
    await expect(page.locator(".letter .thumbs img")).to_be_visible()
    await page.click("button[value=kirim]")
    await expect(page.locator("#kabar")).to_contain_text("tuntas")
    await world.seen_by_reporter(case.filed, CaseStatus.AWAITING_REPORTER)
    public = await visit()
    await public.go(f"/lacak/{case.filed.tracking_id}")
    shown = public.page.locator(".answer .thumbs img")
    assert await shown.evaluate(
        "image => (image.loading = 'eager', image.decode()).then(() => image.naturalWidth)"
    )
