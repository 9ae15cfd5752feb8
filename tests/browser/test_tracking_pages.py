"""A reporter follows a report by hand: opens it with the code, objects, accepts, rates."""

import pytest
from playwright.async_api import expect

from deploy.demo.journeys import PUBLIC_WORKS
from shared import contracts as c
from shared.contracts import CaseStatus
from tests.browser.people import file_quickly, on_the_bus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]  # Chromium may have to be fetched first


async def test_without_the_code_the_reporters_words_are_not_offered(visit):
    window = await visit()
    kept = await file_quickly(window, "Hanya dengan nomor")
    stranger = await visit()
    await stranger.go(f"/lacak/{kept.tracking_id}")
    assert await stranger.page.locator("#tindakan").count() == 0


@pytest.mark.deep
async def test_a_wrong_code_is_said_next_to_its_field_and_the_number_is_kept(visit):
    window = await visit()
    kept = await file_quickly(window, "Kode yang salah")
    stranger = await visit()
    page = stranger.page
    await stranger.go("/lacak")
    await page.fill("#nomor", kept.tracking_id)
    await page.fill("#kode", "AAAA-AAAA-AAAA-AAAA")
    await page.click("form.card button")
    assert "tidak cocok" in await page.inner_text("#kode-salah")
    assert await page.input_value("#nomor") == kept.tracking_id


async def test_the_reporter_objects_and_then_accepts_and_rates(visit, world):
    agency = await world.agency(PUBLIC_WORKS)
    first = await visit()
    kept = await file_quickly(first, "Lampu jalan padam di depan sekolah")
    filed = await on_the_bus(world, kept)
    await world.decide(
        filed.report_id,
        "verification",
        classification="non_supervision",
        category="infrastruktur",
        agencies=[PUBLIC_WORKS],
    )
    leg = await agency.leg_of(filed.report_id)
    await agency.say("acknowledgement", leg.leg_id)
    done = {"without_evidence": "Foto malam tidak menunjukkan apa pun."}
    await agency.say("completion", leg.leg_id, text="Lampu di depan sekolah sudah diganti tim kami.", **done)
    await world.seen_by_reporter(filed, CaseStatus.AWAITING_REPORTER)

    window = await visit(viewport={"width": 1280, "height": 800})
    page = window.page
    await window.go(f"/lacak/{kept.tracking_id}")
    await page.fill("#kode", kept.access_code.lower())
    await page.click("section[aria-labelledby=punya-anda] button")
    await page.click("#keberatan summary")
    await page.click("#keberatan button")
    assert "wajib" in await page.inner_text("#keberatan-salah") or "pendek" in await page.inner_text(
        "#keberatan-salah"
    )
    await page.fill("#keberatan-text", "Lampu di sisi timur masih padam.")
    await page.click("#keberatan button")
    await expect(page.locator("#kabar-baru")).to_contain_text("Tersimpan")
    await world.seen_by_reporter(filed, CaseStatus.IN_PROGRESS)

    await agency.say("completion", leg.leg_id, text="Lampu sisi timur juga sudah kami ganti.", **done)
    await world.seen_by_reporter(filed, CaseStatus.AWAITING_REPORTER)
    await page.reload()
    assert "Lampu sisi timur juga sudah kami ganti." in await page.inner_text(".answer")
    assert done["without_evidence"] in await page.inner_text(".answer")
    await page.click("#terima button")
    await world.seen_by_reporter(filed, CaseStatus.CLOSED)
    await page.reload()
    await page.check("#nilai input[value='5']")
    await page.click("#nilai button")
    await world.heard(
        lambda f: isinstance(f, c.ReportRated) and f.report_id == filed.report_id, "it is rated"
    )


async def test_the_reasons_of_a_deadline_open_beside_it(visit):
    window = await visit()
    kept = await file_quickly(window, "Mengapa tanggal ini")
    await window.go(f"/lacak/{kept.tracking_id}")
    await window.page.click("a.reasons")
    await expect(window.page.locator(".why")).to_contain_text("3 hari kerja")


@pytest.mark.deep
async def test_a_device_can_forget_what_it_may_open(visit):
    window = await visit()
    kept = await file_quickly(window, "Perangkat bersama")
    await window.go(f"/lacak/{kept.tracking_id}")
    await window.page.click("text=Lupakan di perangkat ini")
    await window.go(f"/lacak/{kept.tracking_id}")
    assert await window.page.locator("#tindakan").count() == 0


async def test_somebody_else_supports_a_report_once_and_takes_it_back(visit):
    window = await visit()
    kept = await file_quickly(window, "Didukung orang lain")
    stranger = await visit()
    page = stranger.page
    await stranger.go(f"/lacak/{kept.tracking_id}")
    await page.click("text=Saya mendukung")
    await expect(page.locator("#dukung")).to_contain_text("1 orang mendukung laporan ini.")
    await page.click("text=Tarik dukungan")
    await expect(page.locator("#dukung")).not_to_contain_text("orang mendukung")
