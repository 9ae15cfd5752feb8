"""An agency's officer at the desk by hand: signs in, acknowledges, answers; the reporter reads it."""

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
from tests.browser.people import file_quickly
from tests.browser.test_every_page import SIDEWAYS, barriers

pytestmark = pytest.mark.browser

ROADS = "35.3578.dpubm"
PASSWORD = "perahu kertas di sungai"
ANSWER = "Lubang sudah kami tambal pada hari Selasa pagi dan lalu lintas sudah dibuka kembali."


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


async def sign_in(page: Page, url: str, login: str, then: str) -> None:
    """From a page of the desk to the sign-in, and back to that page."""
    await page.goto(url + then)
    await page.fill("#nama", login)
    await page.fill("#kata_sandi", PASSWORD)
    await page.click("form.card button")
    await page.wait_for_url(f"**{then}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
async def test_an_officer_signs_in_acknowledges_and_answers(visit, world, scripts):
    login = f"liaison-{'js' if scripts else 'plain'}"
    case = await held(visit, world, f"Jalan berlubang, dijawab oleh {login}")
    await officer(world, login, "liaison", ROADS)
    window = await visit(viewport={"width": 1280, "height": 900}, java_script_enabled=scripts)
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
    await world.seen_by_reporter(case.filed, CaseStatus.AWAITING_REPORTER)
    tracked: httpx.Response = await world.track(case.filed.tracking_id, case.filed.access_code)
    assert ANSWER in tracked.text


async def test_no_page_of_the_desk_has_a_barrier_or_scrolls_sideways(visit, world):
    case = await held(visit, world, "Jalan berlubang, halaman tanpa rintangan")
    await officer(world, "koordinator", "coordinator", ROADS)
    # Colours that are still changing would be measured half-way.
    window = await visit(viewport={"width": 320, "height": 800}, reduced_motion="reduce")
    page, wrong = window.page, []
    await sign_in(page, window.url, "koordinator", "/petugas/disposisi")
    for path in ("/petugas/disposisi", "/petugas/instansi", "/petugas/pengawasan", case.path):
        await window.go(path)
        for summary in await page.query_selector_all("details > summary"):
            await summary.click()
        wrong += await barriers(page)
        if await page.evaluate(SIDEWAYS) > 0:
            wrong.append(f"{path} scrolls sideways")
    await page.emulate_media(color_scheme="dark")
    wrong += await barriers(page)
    for text, shown in (("Sudah.", "#jawab-text-salah"), (ANSWER, ".letter")):
        await page.fill("#jawab-text", text)
        await page.click("#jawab button[value=pratinjau]")
        await page.wait_for_selector(shown)
        wrong += await barriers(page)
    assert wrong == []
