"""Two officers open an identity by keyboard, and look at a report's files; a supporter confirms a contact."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from shared.security.holders import format_code, lock, new_code
from shared.security.keys import load_seal_private_keys, load_signing_key
from shared.security.sealing import key_id
from shared.security.tokens import Officer, Role, issue
from shared.web.pages.officers import COOKIE
from tests.browser.faults import SIDEWAYS, barriers
from tests.browser.people import STORY
from tests.corpora import evidence as corpus

pytestmark = pytest.mark.browser

REACHED = {"phone": "0812-7777-8888"}
WHY = "Pelapor menulis bahwa ia diancam di rumahnya dan perlu dijemput malam ini."


@pytest.fixture
def signed_in(visit, world):
    """Opens a window in which an officer is signed in."""

    async def open_window(login: str, role: Role = Role.NATIONAL_ADMIN, agency: str | None = None, **options):
        window = await visit(reduced_motion="reduce", **options)
        token = issue(
            load_signing_key(world.place.token_private_key), Officer(login, role, agency), timedelta(hours=1)
        )
        await window.context.add_cookies([{"name": COOKIE, "value": token, "url": f"{window.url}/petugas"}])
        return window

    return open_window


@pytest.fixture
async def holder_code(lapor, world):
    """What the second officer approves with."""
    code = new_code()
    (key,) = load_seal_private_keys(lapor.secrets["LAPOR_REVEAL_PRIVATE_KEY"])
    token = issue(
        load_signing_key(world.place.token_private_key), Officer("x", Role.NATIONAL_ADMIN), timedelta(hours=1)
    )
    body = {"key_id": key_id(key.public_key()).hex(), "locked": lock(key, "budi", code)}
    url, bearer = "/v1/reveals/holders/budi", {"Authorization": f"Bearer {token}"}
    assert (await world.http.put(url, json=body, headers=bearer)).status_code == 204
    return code


async def looked_at(page: Page, wrong: list[str]) -> None:
    wrong += await barriers(page)
    if await page.evaluate(SIDEWAYS) > 0:
        wrong.append(f"{page.url} scrolls sideways")


async def tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached with the keyboard")


async def test_one_officer_asks_another_approves_and_the_first_reads_by_keyboard(
    signed_in, world, holder_code
):
    filed = await world.file(
        "A", title="Diancam karena melapor", text=STORY, contact={"name": "Kenari Rahasia", **REACHED}
    )
    ratna, budi = await signed_in("ratna"), await signed_in("budi", viewport={"width": 1280, "height": 900})
    page, keyboard, wrong = ratna.page, ratna.page.keyboard, []
    await ratna.go("/petugas/identitas/baru")
    await tab_to(page, "#nomor")
    await keyboard.type(filed.tracking_id)
    await tab_to(page, "[name=alasan]")
    await keyboard.press("Space")
    await keyboard.press("Enter")
    await expect(page.locator("#penjelasan-salah")).to_be_visible()
    await looked_at(page, wrong)
    await tab_to(page, "#penjelasan")
    await keyboard.type(WHY)
    await tab_to(page, "form.card button")
    await keyboard.press("Enter")
    code = await page.inner_text("#kode")
    await looked_at(page, wrong)
    await page.click(".narrow a.button")
    request = page.url.removeprefix(ratna.url)

    await budi.go("/petugas/identitas")
    await tab_to(budi.page, f"a[href='{request}']")
    await budi.page.keyboard.press("Enter")
    await expect(budi.page.locator(".quote")).to_have_text(WHY)
    await looked_at(budi.page, wrong)
    await tab_to(budi.page, "#kode")
    await budi.page.keyboard.type(format_code(holder_code))
    await budi.page.keyboard.press("Enter")
    await expect(budi.page.locator("#kabar")).to_contain_text("Disetujui")
    await budi.go("/petugas/identitas/catatan")
    await looked_at(budi.page, wrong)

    await page.reload()
    await tab_to(page, "#kode")
    await keyboard.type(code)
    await keyboard.press("Enter")
    await expect(page.locator("#identitas")).to_contain_text("Kenari Rahasia")
    await looked_at(page, wrong)
    assert not any(secret in page.url for secret in ("Kenari", code))
    await page.reload()  # sends the form once more
    await expect(page.locator("#ringkasan")).to_contain_text("satu kali")
    await expect(page.locator("body")).not_to_contain_text("Kenari Rahasia")
    assert wrong == []


async def test_an_officer_sees_a_reports_pictures_without_what_is_hidden_in_them(signed_in, world):
    filed, wrong = await world.file("A", title="Jembatan retak di tengah", text=STORY), []
    url, code = f"/v1/reports/{filed.tracking_id}/evidence", {"LAPOR-Access-Code": filed.access_code}
    for content in (corpus.photo(), corpus.photo()[:400]):
        await world.ok(await world.http.post(url, content=content, headers=code), 201)

    async def checked() -> bool:
        files = (await world.http.get(url, headers=code)).json()["files"]
        return all(one["state"] != "pending" for one in files)

    await world.until(checked, "the files are checked")
    await world.case_exists(filed.report_id)
    window = await signed_in("ratna")
    page = window.page
    await window.go(f"/petugas/kasus/{filed.report_id}")
    await page.click("text=Lihat berkas")
    await expect(page.locator(".captured")).to_contain_text("-7.26")
    await expect(page.locator(".refused")).to_have_count(1)
    await page.evaluate("document.querySelectorAll('.thumb img').forEach((one) => one.scrollIntoView())")
    await expect(page.locator(".thumb img")).to_have_js_property("complete", value=True)
    assert await page.evaluate("document.querySelector('.thumb img').naturalWidth") > 0
    await looked_at(page, wrong)
    await page.click("text=Lihat besar")
    picture = page.locator(".large img")
    await expect(picture).to_be_visible()
    clean = await page.evaluate(
        "async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())]",
        await picture.get_attribute("src"),
    )
    assert b"Exif" not in bytes(clean)
    await page.emulate_media(color_scheme="dark")
    await looked_at(page, wrong)
    assert wrong == []


async def test_a_supporter_confirms_a_contact_on_a_page_that_mail_programs_cannot_answer(visit, world):
    filed, wrong = await world.file("A", title="Lampu jalan padam sebulan", text=STORY), []
    mail = f"warga-{filed.tracking_id.lower()}@example.id"
    body = {"contact": {"email": mail}}
    await world.ok(await world.http.post(f"/v1/reports/{filed.tracking_id}/supports", json=body), 201)
    sent = await world.mail(mail, "/k/", "the question to the supporter")
    path = re.search(r"/k/[\w-]{16}", str(sent))[0]
    window = await visit(reduced_motion="reduce", viewport={"width": 320, "height": 700})
    page = window.page
    await window.go(path)
    await looked_at(page, wrong)
    await page.click("button[value=ya]")
    await expect(page.locator(".notice.good")).to_contain_text("dikonfirmasi")
    await looked_at(page, wrong)
    assert wrong == []
