"""What reporters do on the pages, as the tests need it again and again."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from playwright.async_api import Page

from deploy.demo.world import Filed, World
from shared import contracts as c
from shared.security.codes import parse_tracking_id
from tests.browser.conftest import Visit

STORY = "Jalan di depan pasar berlubang sejak dua minggu lalu dan beberapa pengendara sudah jatuh."


@dataclass(frozen=True)
class Kept:
    """What a reporter keeps."""

    tracking_id: str
    access_code: str


def photo() -> bytes:
    """A small picture."""
    file = BytesIO()
    Image.new("RGB", (64, 48), (11, 95, 87)).save(file, "PNG")
    return file.getvalue()


async def press(page: Page, go: str) -> None:
    """The button of the step: next, back or send."""
    await page.click(f"#langkah button[value={go}]")


async def tell(page: Page, title: str, story: str = STORY) -> None:
    await page.fill("#text", story)
    await page.fill("#title", title)
    await press(page, "next")


async def keep(page: Page) -> Kept:
    """What the receipt shows."""
    await page.wait_for_selector("#kode")
    number = await page.inner_text(".ticket .key .code")
    return Kept(number, await page.inner_text("#kode"))


async def file_quickly(visit: Visit, title: str) -> Kept:
    """Through all steps with what is needed and no more."""
    await visit.go("/lapor")
    await tell(visit.page, title)
    for _ in range(3):
        await press(visit.page, "next")
    await press(visit.page, "send")
    return await keep(visit.page)


async def on_the_bus(world: World, kept: Kept) -> Filed:
    """The same report as everybody else hears of it, once the verification desk has it."""
    fact = await world.heard(
        lambda f: isinstance(f, c.ReportSubmitted) and f.tracking_id == parse_tracking_id(kept.tracking_id),
        "the report is on the bus",
    )
    world.timeline.follow(fact.report_id, "A")
    await world.case_exists(fact.report_id)
    return Filed(fact.report_id, kept.tracking_id, kept.access_code, "")
