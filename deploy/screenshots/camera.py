"""Opens every page once and takes it at every width, light and dark."""

import asyncio
import io
from collections.abc import AsyncIterator, Collection
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from deploy.demo.office import Office
from deploy.local.chromium import FLAGS, find
from deploy.local.stack import DEFAULT_FOLDER
from deploy.screenshots.pages import ACCOUNT, OWNER, SCHEMES, WIDTHS, Look, looks
from shared.web.pages.officers import COOKIE, HOME

Picture = tuple[str, int, str]
"""The page's name, a width in CSS pixels, and the scheme."""
SESSION = "lapor_akun"
"""The cookie of a reporter's account, which intake gives."""
COLOURS = 96
UNFOLD = """for (const one of document.querySelectorAll("details")) {
  one.removeAttribute("name");  // of several decisions only one is open at a time; here all are to be seen
  one.open = true;
}"""
LOADED = """() => [...document.querySelectorAll("[data-load]")].every((part) => part.dataset.loaded)"""
"""Parts of a page that come from another service."""


async def take(
    url: str, office: Office, wanted: Collection[Picture], into: Path, tallest: int
) -> AsyncIterator[Path]:
    """Every picture as a file `name-width-scheme.png`, cut off at `tallest` pixels.

    Pages that are not there are left out.
    """
    async with async_playwright() as playwright:
        program = await asyncio.to_thread(find, DEFAULT_FOLDER / "servers", print)
        browser: Browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        people: dict[str | None, BrowserContext] = {}
        for look in looks(office):
            if not any((look.name, *size) in wanted for size in product(WIDTHS, SCHEMES)):
                continue
            # What somebody began to write is kept for them: whoever does that has a browser of their own.
            whose = look.name if look.first and not look.who else look.who
            if whose not in people:
                people[whose] = await _person(browser, url, office, look.who)
            page = await people[whose].new_page()
            await page.set_viewport_size({"width": WIDTHS[0], "height": 800})
            if await _opened(page, url, look):
                for scheme, width in product(SCHEMES, WIDTHS):
                    if (look.name, width, scheme) not in wanted:
                        continue
                    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                    yield await _taken(page, into / f"{look.name}-{width}-{scheme}.png", width, tallest)
            await page.close()
        await browser.close()


async def _person(browser: Browser, url: str, office: Office, who: str | None) -> BrowserContext:
    """A browser of somebody's own."""
    context = await browser.new_context(reduced_motion="reduce", locale="id-ID")
    if who == OWNER:
        page = await context.new_page()
        await page.goto(f"{url}/lacak")
        await page.fill("#nomor", office.answered.tracking_id)
        await page.fill("#kode", office.answered.access_code)
        await page.click("main form button")
        await page.wait_for_selector("#perjalanan")
        await page.close()
    elif who == ACCOUNT:
        await context.add_cookies([{"name": SESSION, "value": office.account, "url": url}])
    elif who:
        await context.add_cookies([{"name": COOKIE, "value": office.tokens[who], "url": url + HOME}])
    return context


async def _opened(page: Page, url: str, look: Look) -> bool:
    """False where there is no such page (yet)."""
    answer = await page.goto(url + look.path)
    if answer is None or (answer.status == 404 and look.name != "tidak-ada"):
        return False
    await page.wait_for_function(LOADED)
    if look.first:
        await look.first(page)
    if look.opened:
        await page.evaluate(UNFOLD)
    return True


async def _taken(page: Page, path: Path, width: int, tallest: int) -> Path:
    await page.set_viewport_size({"width": width, "height": 800})
    picture = Image.open(io.BytesIO(await page.screenshot(full_page=True))).convert("RGB")
    # A page has few colours: with a palette the file is a quarter as large.
    picture.crop((0, 0, picture.width, min(picture.height, tallest))).quantize(COLOURS).save(
        path, optimize=True
    )
    return path
