"""An agency's officer at the desk by hand: signs in, acknowledges, answers; the reporter reads it."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Page, expect

from deploy.demo.world import Filed, World
from shared import contracts as c
from shared.contracts import CaseStatus
from shared.security.codes import parse_tracking_id
from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, Role, issue
from tests.browser.faults import CALM, PHONE, UNFOLD, barriers
from tests.browser.people import file_quickly
from tests.corpora.evidence import photo

pytestmark = pytest.mark.browser

ROADS = "35.3578.dpubm"
PASSWORD = "perahu kertas di sungai"
FOCUSED = """(wanted) => {
  const one = document.activeElement;
  if (getComputedStyle(one).outlineStyle === "none") throw new Error(`no focus to be seen: ${one.outerHTML}`);
  return one.matches(wanted);
}"""
ANSWER = "Lubang sudah kami tambal pada hari Selasa pagi dan lalu lintas sudah dibuka kembali."
DONE = "Lubang ditambal dengan aspal panas oleh satgas jalan pada Selasa pagi, 7 Juli 2026, pukul 09.00."


@dataclass(frozen=True)
class Held:
    """A report that an agency has, and the page of its leg."""

    filed: Filed
    path: str


async def officer(world: World, login: str, role: str, agency: str) -> None:
    """An account, made as a national administrator makes one."""
    account = {"login": login, "name": login.title(), "role": role, "agency": agency, "password": PASSWORD}
    key = load_signing_key(world.place.token_private_key)
    token = issue(key, Officer("administrator", Role.NATIONAL_ADMIN), timedelta(minutes=5))
    bearer = {"Authorization": f"Bearer {token}"}
    answer = await world.http.post("/v1/officers", json=account, headers=bearer)
    assert answer.status_code in {201, 409}, answer.text


async def held(visit, world: World, title: str) -> Held:
    """Filed on the pages, verified over the API, sent to the office for roads."""
    kept = await file_quickly(await visit(), title)
    fact = await world.heard(
        lambda f: isinstance(f, c.ReportSubmitted) and f.tracking_id == parse_tracking_id(kept.tracking_id),
        "the report is on the bus",
    )
    world.timeline.follow(fact.report_id, "D")
    await world.case_exists(fact.report_id)
    await world.decide(
        fact.report_id,
        "verification",
        classification="non_supervision",
        category="infrastruktur",
        agencies=[ROADS],
    )
    leg = await world.heard(
        lambda f: isinstance(f, c.DispositionCreated) and f.report_id == fact.report_id, "the leg exists"
    )
    filed = Filed(fact.report_id, kept.tracking_id, kept.access_code, "")
    return Held(filed, f"/petugas/disposisi/{leg.leg_id}")


async def known_to_routing(world: World, case: Held) -> None:
    """The file was checked, and routing has heard of it: an agency's system would look in the same way."""
    key = load_signing_key(world.place.token_private_key)
    token = issue(key, Officer("administrator", Role.NATIONAL_ADMIN), timedelta(minutes=5))
    leg = case.path.rpartition("/")[2]
    async with asyncio.timeout(20):
        while True:
            answer = await world.http.get(
                f"/v1/dispositions/{leg}", headers={"Authorization": f"Bearer {token}"}
            )
            if answer.json()["own_evidence"]:
                return
            await asyncio.sleep(0.1)


async def sign_in(page: Page, url: str, login: str, then: str) -> None:
    """From a page of the desk to the sign-in, and back to that page."""
    await page.goto(url + then)
    await page.fill("#nama", login)
    await page.fill("#kata_sandi", PASSWORD)
    await page.click("form.card button")
    await page.wait_for_url(f"**{then}")


async def test_an_officer_acknowledges_and_answers_with_the_keyboard_alone(visit, world):
    case = await held(visit, world, "Jalan berlubang, dijawab dengan papan tik")
    await officer(world, "liaison-keys", "liaison", ROADS)
    window = await visit(viewport={"width": 1280, "height": 900}, **CALM)
    page, keyboard = window.page, window.page.keyboard
    await window.go("/petugas/disposisi")
    for words, wanted in (("liaison-keys", "#nama"), (PASSWORD, "#kata_sandi")):
        await tab_to(page, wanted)
        await keyboard.type(words)
    await keyboard.press("Enter")
    await page.wait_for_url("**/petugas/disposisi")
    for wanted in (f"a[href='{case.path}']", "form[action$='/terima'] button"):
        await tab_to(page, wanted)
        await keyboard.press("Enter")
        await page.wait_for_url(f"**{case.path}*")
    await expect(page.locator("#kabar")).to_contain_text("menerima")
    await tab_to(page, "#jawab > summary")
    await keyboard.press("Enter")
    await tab_to(page, "#jawab-text")
    await keyboard.type(ANSWER)
    await tab_to(page, "#jawab button[value=pratinjau]")
    await keyboard.press("Enter")
    await tab_to(page, "button[value=kirim]")
    await keyboard.press("Enter")
    await expect(page.locator("#kabar")).to_contain_text("terkirim")
    await told(world, case)


@pytest.mark.deep
async def test_an_officer_signs_in_acknowledges_answers_and_completes_without_scripts(visit, world):
    login = "liaison-plain"
    case = await held(visit, world, f"Jalan berlubang, dijawab oleh {login}")
    await officer(world, login, "liaison", ROADS)
    window = await visit(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page = window.page
    await sign_in(page, window.url, login, "/petugas/disposisi")
    await page.click(f"a[href='{case.path}']")
    await page.click("form[action$='/terima'] button")
    await expect(page.locator("#kabar")).to_contain_text("menerima")
    await page.click("#jawab > summary")
    await page.fill("#jawab-text", ANSWER)
    await page.click("#jawab button[value=pratinjau]")
    await expect(page.locator(".letter")).to_contain_text(ANSWER)
    await page.click("button[value=kirim]")
    await expect(page.locator("#kabar")).to_contain_text("terkirim")
    await told(world, case)
    await page.click("#tuntas > summary")
    await page.fill("#tuntas-text", DONE)
    file = {"name": "tambalan.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    await page.set_input_files("#tuntas-berkas", file)
    await page.click("#tuntas-bukti button")
    await page.wait_for_selector("button[value=ubah]")
    await known_to_routing(world, case)
    await page.click("button[value=ubah]")
    await expect(page.locator("#tuntas-text")).to_have_value(DONE)
    await page.check("#tuntas-bukti input[type=checkbox]")
    await page.click("#tuntas button[value=pratinjau]")
    await page.click("button[value=kirim]")
    await expect(page.locator("#kabar")).to_contain_text("tuntas")


async def told(world: World, case: Held) -> None:
    """The reporter reads the answer."""
    await world.seen_by_reporter(case.filed, CaseStatus.AWAITING_REPORTER)
    tracked: httpx.Response = await world.track(case.filed.tracking_id, case.filed.access_code)
    assert ANSWER in tracked.text


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until it is reached; whatever has the focus on the way shows that it has."""
    await page.wait_for_selector(wanted)
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate(FOCUSED, wanted):
            return
    pytest.fail(f"{wanted} is not reached with Tab")


@pytest.mark.deep
async def test_no_draft_and_no_preview_has_a_barrier(visit, world):
    case = await held(visit, world, "Jalan berlubang, halaman tanpa rintangan")
    await officer(world, "koordinator", "coordinator", ROADS)
    window = await visit(viewport=PHONE, **CALM)
    page, wrong = window.page, []
    await sign_in(page, window.url, "koordinator", case.path)
    await page.evaluate(UNFOLD)
    for text, shown in (("Sudah.", "#jawab-text-salah"), (ANSWER, ".letter")):
        await page.fill("#jawab-text", text)
        await page.click("#jawab button[value=pratinjau]")
        await page.wait_for_selector(shown)
        wrong += await barriers(page)
    assert wrong == []
