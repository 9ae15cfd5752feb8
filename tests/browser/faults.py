"""What no page may have, found on one visit: barriers (WCAG 2.2 AA) in light and dark, sideways scrolling on
a phone and at twice the size, main actions too small for a thumb, and movement for whoever wants none.
"""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser.conftest import Visit

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
PHONE, TWICE = {"width": 320, "height": 700}, {"width": 640, "height": 400}
"""The narrowest phone (and 400 % of a screen 1280 pixels wide); 200 % of it (WCAG 1.4.4 and 1.4.10)."""

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MOVING = """[...document.querySelectorAll("*")].map((one) => getComputedStyle(one))
  .flatMap((style) => [style.transitionDuration, style.animationDuration])
  .filter((all) => all.split(",").some((seconds) => parseFloat(seconds) > 0.01)).length"""
SMALL = """[...document.querySelectorAll("main :is(button, .button):not(.link, .quiet, .danger)")]
  .map((one) => [one.getBoundingClientRect().height, one.textContent.trim()])
  .filter(([height]) => height > 4 && height < 44).map(([height, words]) => `${words}: ${height}`)"""
UNFOLD = """for (const one of document.querySelectorAll("details:not([open])")) {
  one.removeAttribute("name");
  one.open = true;
}"""


async def barriers(page: Page, options: dict = RULES) -> list[str]:
    """What axe finds on the page as it is now."""
    found = await Axe().run(page, options=options)
    return [
        f"{page.url} {one['id']}: {node['html'][:120]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


async def faults(window: Visit, path: str) -> list[str]:
    """Open a page, unfold everything on it, and look. The window wants no movement (`calm`)."""
    page = window.page
    await page.set_viewport_size(PHONE)
    answer = await page.goto(window.url + path)
    await page.evaluate(UNFOLD)
    broken = ["is broken"] if answer is None or answer.status >= 500 else []
    return [f"{path} {one}" for one in [*broken, *await _seen(page)]]


async def _seen(page: Page) -> list[str]:
    wrong = await barriers(page)
    if await page.evaluate(SIDEWAYS) > 0:
        wrong.append("scrolls sideways on a phone")
    wrong += [f"is small: {one}" for one in await page.evaluate(SMALL)]
    if moving := await page.evaluate(MOVING):
        wrong.append(f"moves: {moving}")
    await page.set_viewport_size(TWICE)
    if await page.evaluate(SIDEWAYS) > 0:
        wrong.append("scrolls sideways at twice the size")
    await page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {one}" for one in await barriers(page, CONTRAST)]
    await page.emulate_media(color_scheme="light")
    return wrong


CALM = {"reduced_motion": "reduce", "color_scheme": "light"}
"""Colours that are still changing would be measured half-way."""
