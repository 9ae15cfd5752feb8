"""Asks for each page as a browser would, through the gateway: one after the other, signed in where needed."""

import re
from datetime import timedelta

import httpx

from bench.parts.pages_asked import Page, pages
from bench.parts.processor import of_all
from bench.parts.timing import timed
from bench.results import Result
from deploy.local.stack import Stack
from shared.security.keys import load_signing_key
from shared.security.tokens import Officer, issue
from shared.web.pages.forms import FIELD
from shared.web.pages.officers import COOKIE

BAR_MS = 100.0
_TOKEN = re.compile(rf'name="{FIELD}" value="([^"]+)"')


async def measure(stack: Stack, cases: int, rounds: int, only: str = "") -> list[Result]:
    """Each page's p95 against the bar; only pages whose name holds `only`."""
    results = []
    for page in pages(cases):
        if only in page.name:
            async with _browser(stack, page.officer) as browser:
                results += await _asked(stack, browser, page, rounds)
    if only in "tracking page":
        async with _browser(stack, None) as browser:
            results += await _asked(stack, browser, await _own(browser), rounds)
    return results


def _browser(stack: Stack, officer: Officer | None) -> httpx.AsyncClient:
    cookies = {}
    if officer is not None:
        key = load_signing_key(stack.secrets["LAPOR_TOKEN_PRIVATE_KEY"])
        cookies[COOKIE] = issue(key, officer, timedelta(hours=2))
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip"}
    return httpx.AsyncClient(base_url=stack.gateway_url, cookies=cookies, headers=headers, timeout=60)


async def _asked(stack: Stack, browser: httpx.AsyncClient, page: Page, rounds: int) -> list[Result]:
    """Also how much processor time it takes, whatever else the machine does."""

    async def call(n: int) -> httpx.Response:
        answer = await browser.get(page.path(n))
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{page.name}: {answer.status_code} for {page.path(n)}")
        return answer

    before = of_all(stack)
    results = await timed(page.name, call, BAR_MS, rounds)
    used = of_all(stack) - before
    return [*results, Result("  processor time", 1000 * used / (rounds + 1), "ms")]


async def _own(browser: httpx.AsyncClient) -> Page:
    """Files a report and opens it with its code, as its reporter does."""
    words = {"title": "Lampu jalan padam", "text": "Lampu di depan sekolah padam sejak Mei."}
    sent = await browser.post("/v1/reports", json={**words, "anonymous": True})
    filed = sent.raise_for_status().json()
    found = _TOKEN.search((await browser.get("/lacak")).text)
    assert found is not None
    form = {"nomor": filed["tracking_id"], "kode": filed["access_code"], FIELD: found[1]}
    opened = await browser.post("/lacak", data=form)
    assert opened.status_code == httpx.codes.SEE_OTHER, opened.status_code
    return Page("tracking page, its reporter's", lambda _: f"/lacak/{filed['tracking_id']}")
