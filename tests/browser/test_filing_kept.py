"""Nothing a reporter typed or chose is lost, and nothing is filed twice: drafts, lost lines, two devices."""

import asyncio
import json
import os

import pytest
import sqlalchemy as sa
from playwright.async_api import expect
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from deploy.cli.main import app
from tests.browser.people import STORY, file_quickly, keep, photo, press, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]  # Chromium may have to be fetched first

ON_THE_SERVER = "draf 7 hari"
PICTURE = {"name": "lubang.png", "mimeType": "image/png"}


@pytest.fixture
def filed(lapor):
    """How many reports have this title."""

    async def count(title: str) -> int:
        engine = create_async_engine(lapor.database_url("intake"))
        async with engine.connect() as connection:
            found = await connection.execute(
                sa.text("SELECT count(*) FROM reports WHERE title = :title"), {"title": title}
            )
        await engine.dispose()
        return int(found.scalar_one())

    return count


async def begin(page, title: str, topic: str) -> None:
    await page.fill("#text", STORY)
    await page.fill("#title", title)
    await page.select_option("#category", topic)


def from_byte(request) -> int:
    return int(request.headers["upload-offset"])


async def onward(page, steps: int) -> None:
    for _ in range(steps):
        await press(page, "next")


@pytest.mark.deep
async def test_a_topics_questions_are_asked_without_scripts_and_errors_stand_beside_them(visit):
    window = await visit(java_script_enabled=False)
    page = window.page
    await window.go("/lapor")
    await begin(page, "Kartu keluarga tanpa skrip", "kependudukan")
    await press(page, "next")
    await press(page, "next")
    assert await page.inner_text("#q-jenis-dokumen-salah") == "Jawaban wajib diisi."
    await page.select_option("#q-jenis-dokumen", "lain")
    await page.check("input[name=q-diminta-uang][value=ya]")
    await press(page, "next")
    await page.fill("#q-dokumen-lain", "Surat keterangan")
    await page.fill("#q-jumlah-diminta", "seratus")
    await press(page, "next")
    assert await page.inner_text("#q-jumlah-diminta-salah") == "Jawaban harus berupa bilangan."
    assert await page.input_value("#q-dokumen-lain") == "Surat keterangan"
    await page.fill("#q-jumlah-diminta", "Rp 150.000")
    await onward(page, 4)
    assert "Surat keterangan" in await page.inner_text("#jawaban")
    await press(page, "send")
    await keep(page)


async def test_a_topics_questions_come_and_go_with_what_is_chosen(visit):
    window = await visit()
    page = window.page
    await window.go("/lapor")
    await begin(page, "Lampu jalan yang padam", "kependudukan")
    await page.select_option("#q-jenis-dokumen", "lain")
    await expect(page.locator("#q-dokumen-lain")).to_be_visible()
    await page.select_option("#category", "penerangan-jalan")
    await expect(page.locator("#q-jenis-dokumen")).to_have_count(0)
    await page.check("input[name=q-bahaya][value=ya]")
    await onward(page, 4)
    await expect(page.locator("#jawaban")).to_contain_text("membahayakan")
    await expect(page.locator("#elsewhere")).to_contain_text("112")
    await press(page, "send")
    await keep(page)


async def test_a_draft_goes_on_elsewhere_and_both_devices_file_it_once(visit, filed):
    title = "Dilanjutkan di perangkat lain"
    first, second = await visit(), await visit(viewport={"width": 1280, "height": 800})
    await first.go("/lapor")
    await first.page.fill("#text", STORY)
    await first.page.fill("#title", title)
    await expect(first.page.locator("#tersimpan")).to_contain_text(ON_THE_SERVER)
    await first.page.click("#nanti summary")
    code = await first.page.inner_text("#kode-draf")

    await second.go(f"/lapor/lanjut#{code}")
    await expect(second.page.locator("#lanjut")).to_contain_text("yang Anda mulai sendiri")
    await expect(second.page.locator("#kode")).to_have_value(code)
    await second.page.click("#lanjut button")  # a link alone opens nothing
    await second.page.wait_for_selector("#lapor")
    assert await second.page.input_value("#title") == title
    assert code.replace("-", "") not in second.page.url
    for window in (second, first):
        await onward(window.page, 4)
    await press(second.page, "send")
    kept = await keep(second.page)
    await press(first.page, "send")
    assert await keep(first.page) == kept
    assert await filed(title) == 1


@pytest.mark.deep
async def test_without_scripts_a_draft_is_saved_with_a_code_and_opened_by_it(visit):
    window = await visit(java_script_enabled=False)
    page = window.page
    await window.go("/lapor")
    await begin(page, "Draf tanpa skrip", "pungutan-liar")
    await page.click("#nanti summary")
    await page.click("#nanti button[value=save]")
    code = await page.inner_text("#kode-draf")
    await page.fill("#q-jumlah", "50.000")
    await press(page, "next")  # a draft follows every step
    other = await visit(java_script_enabled=False)
    await other.go("/lapor/lanjut")
    await other.page.fill("#kode", "AAAA")
    await other.page.click("#lanjut button")
    assert "tidak dikenal" in await other.page.inner_text("#kode-salah")
    await other.page.fill("#kode", code.lower())
    await other.page.click("#lanjut button")
    assert await other.page.input_value("#q-jumlah") == "50.000"


@pytest.mark.deep
async def test_an_expired_session_loses_nothing_that_was_typed(visit, filed):
    window = await visit(java_script_enabled=False)
    page = window.page
    await window.go("/lapor")
    await tell(page, "Sesi yang berakhir")
    await onward(page, 3)
    await window.context.clear_cookies()
    await press(page, "send")
    assert "Isian Anda tetap ada" in await page.inner_text("#ringkasan")
    await press(page, "send")
    await keep(page)
    assert await filed("Sesi yang berakhir") == 1


async def test_a_photo_chosen_offline_arrives_and_two_tabs_send_one_report(visit, filed):
    title = "Dari dua jendela tanpa sinyal"
    window = await visit()
    page = window.page
    await window.go("/lapor")
    await page.evaluate("navigator.serviceWorker.ready")
    await page.reload()
    await window.context.set_offline(True)
    await page.reload()
    await begin(page, title, "penerangan-jalan")
    await page.fill("#q-nomor-tiang", "T-17")  # the topic's questions are there offline, too
    await onward(page, 2)
    await page.set_input_files("#files", {**PICTURE, "buffer": photo()})
    await page.wait_for_selector("#files-list img")
    await onward(page, 2)
    await press(page, "send")
    await expect(page.locator("#luring")).to_contain_text("dikirim satu kali")
    other = await window.context.new_page()
    await other.goto(window.url + "/lapor")
    await window.context.set_offline(False)
    sent = [each.evaluate("lapor.flush().catch(() => {})") for each in (page, other)]
    await asyncio.gather(*sent, return_exceptions=True)  # a page that leaves for the receipt answers no more
    for each in (page, other):
        if "/tanda-terima/" in each.url:
            await each.wait_for_selector("li[data-state=kept]")
    assert await filed(title) == 1


async def test_an_upload_that_was_cut_off_goes_on_after_a_reload(visit):
    window = await visit()
    page, context = window.page, window.context
    kept = await file_quickly(window, "Unggahan yang terputus")
    starts: list[int] = []
    page.on("request", lambda asked: starts.append(from_byte(asked)) if asked.method == "PATCH" else None)

    async def cut(route) -> None:
        if route.request.method == "PATCH" and from_byte(route.request):
            await context.set_offline(True)
        await route.continue_()

    await page.route("**/bukti/unggahan/**", cut)
    await page.set_input_files("#berkas", {**PICTURE, "buffer": photo() + os.urandom(2_500_000)})
    await page.wait_for_selector("li[data-state=paused]")
    await page.unroute("**/bukti/unggahan/**")
    await context.set_offline(False)
    await page.reload()
    await page.wait_for_selector("li[data-state=kept]")
    assert 0 not in starts[1:]  # nothing that had arrived was sent again
    await window.go(f"/lacak/{kept.tracking_id}")
    await expect(page.locator("dl.facts")).to_contain_text("1 berkas")


async def test_a_double_click_and_the_back_button_file_nothing_twice(visit, filed):
    title = "Diklik dua kali"
    window = await visit()
    page = window.page
    await window.go("/lapor")
    await tell(page, title)
    await onward(page, 3)
    await page.dblclick("#langkah button[value=send]")
    first = await keep(page)
    await page.go_back()
    await page.wait_for_selector("#lapor")
    assert await file_quickly(window, title) == first
    assert await filed(title) == 1


async def test_somebody_with_the_same_trouble_supports_the_report_there_is(visit):
    title = "Jembatan gantung Kali Deres putus"
    story = "Jembatan gantung di atas Kali Deres putus sejak banjir, anak sekolah memutar lima kilometer."
    window = await visit()
    await window.go("/lapor")
    await tell(window.page, title, story)
    await onward(window.page, 3)
    await press(window.page, "send")
    kept = await keep(window.page)

    other = await visit()
    page = other.page
    for again in range(20):  # verification hears of it a moment later; the draft kept what was typed before
        await other.go("/lapor")
        await page.fill("#text", story)
        async with page.expect_response("**/v1/cases/similar") as answered:
            await page.fill("#title", title + "." * again)
            await page.press("#title", "Tab")
        told = await (await answered.value).json()
        if told["similar"]:
            break
        await asyncio.sleep(0.5)
    async with page.expect_popup() as opened:
        await page.click(f"#serupa >> text={title}")
    there = await opened.value
    await there.click("text=Saya mendukung")
    await expect(there.locator("#dukung")).to_contain_text("1 orang mendukung laporan ini.")
    assert kept.tracking_id in there.url


async def test_the_receipt_as_a_pdf_opens_and_its_signature_verifies(visit, lapor):
    pikepdf = pytest.importorskip("pikepdf")
    window = await visit()
    page = window.page
    kept = await file_quickly(window, "Tanda terima sebagai PDF")
    async with page.expect_download() as saving:
        await page.click("text=Simpan PDF")
    with pikepdf.open(await (await saving.value).path()) as pdf:
        assert kept.tracking_id in str(pdf.docinfo["/Title"])
        assert len(pdf.pages) == 1
    await page.click("summary:has-text('Tanda tangan digital')")
    key = json.loads(await (await window.context.request.get(window.url + "/v1/receipts/key")).text())["x"]
    receipt = await page.inner_text(".signature")
    checked = CliRunner().invoke(app, ["receipt", "verify", receipt, "--key", key, "--json"])
    assert json.loads(checked.stdout)["tracking_id"] == kept.tracking_id
