"""Pictures of the main pages: `python -m deploy.screenshots` plays the journeys and looks at what they left.

`--url` looks at a LAPOR that runs; `--into` names another folder, `--all` takes every width and colour.
"""

import argparse
import asyncio
import io
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from rich.console import Console

from deploy.demo.place import Place
from deploy.demo.play import play
from deploy.local.chromium import FLAGS, find
from deploy.local.errors import StackError
from deploy.local.stack import DEFAULT_FOLDER, Stack

FOLDER = Path(__file__).parents[1] / "docs/screenshots"
PAGES = {
    "depan": "/",
    "lapor": "/lapor",
    "lacak": "/lacak",
    "laporan": "/laporan",
    "kinerja": "/kinerja",
    "cara-kerja": "/tentang",
    "bukan-untuk-ini": "/bukan-untuk-ini",
    "privasi": "/privasi",
}
WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
SHOWN = {
    ("depan", 1440, "light"), ("depan", 360, "dark"), ("lapor", 360, "light"), ("laporan", 768, "light"),
    ("perkara", 1440, "light"), ("perkara", 360, "light"), ("kinerja", 1440, "light"),
    ("kinerja", 360, "dark"),
}  # fmt: skip
"""What stands in the documentation: few, and small."""
COLOURS = 96


@asynccontextmanager
async def _running(url: str | None, console: Console) -> AsyncIterator[str]:
    if url:
        yield url.rstrip("/")
        return
    async with Stack(DEFAULT_FOLDER / "screenshots", fresh=True, tell=console.print) as stack:
        await play(Place.of(stack), console)
        await asyncio.sleep(3)  # the list and the sums follow a moment later
        yield stack.gateway_url


async def _shoot(url: str, folder: Path, *, everything: bool) -> list[Path]:
    # Only this command needs it, and only developers have it.
    from playwright.async_api import Browser, async_playwright

    taken: list[Path] = []
    async with async_playwright() as playwright:
        program = await asyncio.to_thread(find, DEFAULT_FOLDER / "servers", print)
        browser: Browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        for width in WIDTHS:
            for scheme in SCHEMES:
                context = await browser.new_context(
                    viewport={"width": width, "height": 800},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                page = await context.new_page()
                await page.goto(f"{url}/laporan")
                link = page.locator(".listed h2 a").first
                case = await link.get_attribute("href") if await link.count() else None
                pages = {**PAGES, **({"perkara": case} if case else {})}
                for name, path in pages.items():
                    if everything or (name, width, scheme) in SHOWN:
                        await page.goto(url + path, wait_until="networkidle")
                        picture = await page.screenshot(full_page=True)
                        taken.append(_kept(folder / f"{name}-{width}-{scheme}.png", picture))
                await context.close()
        await browser.close()
    return taken


def _kept(path: Path, picture: bytes) -> Path:
    """With few colours: a page has few, and the file is a quarter as large."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    return path


async def _main(arguments: argparse.Namespace) -> int:
    console = Console()
    folder: Path = arguments.into
    folder.mkdir(parents=True, exist_ok=True)
    try:
        async with _running(arguments.url, console) as url:
            for path in await _shoot(url, folder, everything=arguments.all):
                console.print(f"{path} ({path.stat().st_size // 1000} kB)", soft_wrap=True)
    except StackError as error:
        console.print(str(error), soft_wrap=True)
        return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.screenshots", description=__doc__)
    parser.add_argument("--url", help="the gateway of a LAPOR that runs")
    parser.add_argument("--into", type=Path, default=FOLDER, help="where the pictures go")
    parser.add_argument("--all", action="store_true", help="every page at every width, light and dark")
    return asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
