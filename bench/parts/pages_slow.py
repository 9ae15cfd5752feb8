"""The citizen's first pages on a slow line: from the address to words to read and a form to write in.

A fresh browser each time, which keeps nothing. The line: 400 ms a round trip, 400 kbit/s, a weak 3G cell.
"""

import asyncio
from statistics import median
from typing import Any

from bench.results import Result
from deploy.local.chromium import FLAGS, find
from deploy.local.stack import DEFAULT_FOLDER

ROUND_TRIP_MS = 400
BYTES_A_SECOND = 400_000 / 8
TIMES = 5
BAR_MS = 1_000
BAR_KB = 60
PAGES = {"first page": ("/", "a.button[href='/lapor']"), "filing": ("/lapor", "#lapor #text")}
"""Each with what makes it of use."""
_LINE = {
    "offline": False,
    "latency": ROUND_TRIP_MS,
    "downloadThroughput": BYTES_A_SECOND,
    "uploadThroughput": BYTES_A_SECOND,
}
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


async def slow_first_page(gateway_url: str) -> list[Result]:
    """How soon, in milliseconds, each page is painted with its main part in place; and its bytes."""
    from playwright.async_api import async_playwright  # only developers have it

    results: list[Result] = []
    program = await asyncio.to_thread(find, DEFAULT_FOLDER / "servers", print)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        for name, (path, wanted) in PAGES.items():
            seen = [await _opened(browser, gateway_url + path, wanted) for _ in range(TIMES)]
            painted, kilobytes = median(one[0] for one in seen), median(one[1] for one in seen)
            line = f"{ROUND_TRIP_MS} ms, {BYTES_A_SECOND * 8 / 1000:.0f} kbit/s"
            light = kilobytes < BAR_KB if path == "/" else None
            results += [
                Result(f"{name}: usable", painted, "ms", line, bar=BAR_MS, ok=painted <= BAR_MS),
                Result(
                    f"{name}: all it fetches",
                    kilobytes,
                    "kB",
                    "compressed",
                    bar=BAR_KB if path == "/" else None,
                    ok=light,
                ),
            ]
        await browser.close()
    return results


async def _opened(browser: Any, url: str, wanted: str) -> tuple[float, float]:
    """Milliseconds until it is painted with what is wanted, and kilobytes over the line until it rests."""
    context = await browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    page = await context.new_page()
    line = await context.new_cdp_session(page)
    received = 0.0

    def count(event: dict[str, Any]) -> None:
        nonlocal received
        received += event["encodedDataLength"]

    line.on("Network.loadingFinished", count)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", _LINE)
    await page.goto(url, wait_until="load")
    assert await page.is_visible(wanted)
    painted = await page.evaluate(_PAINTED)
    await page.wait_for_load_state("networkidle")
    await context.close()
    return float(painted), received / 1000
