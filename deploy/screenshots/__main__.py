"""`python -m deploy.screenshots` plays a week of work on a stack of its own and looks at what it left.

`--folder` looks at a stack that runs there, where the week is played once; `--into` names another folder for
the pictures, `--all` takes every page at every width, light and dark, and makes contact sheets.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from io import StringIO
from itertools import product
from pathlib import Path

from rich.console import Console

from deploy.demo.office import Office, account_of, tokens_of, week
from deploy.demo.place import Place
from deploy.demo.play import play
from deploy.demo.timeline import Timeline
from deploy.demo.world import Filed, World
from deploy.local import detached
from deploy.local.addresses import Addresses
from deploy.local.errors import StackError
from deploy.local.stack import DEFAULT_FOLDER, Stack
from deploy.screenshots.camera import take
from deploy.screenshots.pages import KEPT, SCHEMES, WIDTHS, looks
from deploy.screenshots.sheets import sheets

FOLDER = Path(__file__).parents[2] / "docs/screenshots"
TALLEST, TALLEST_KEPT = 12_000, 1_600
"""Pixels of a page in a picture: to look at, and for the documentation."""


@asynccontextmanager
async def _running(folder: Path | None, console: Console) -> AsyncIterator[tuple[str, Office]]:
    if folder:
        stack: Addresses = detached.addresses(folder)
        yield stack.gateway_url, await _office(stack, folder / "office.json")
        return
    os.environ["LAPOR_SAY_DELIVERED"] = "true"  # the journeys wait for messages to arrive
    async with Stack(DEFAULT_FOLDER / "screenshots", fresh=True, tell=console.print) as stack:
        await play(Place.of(stack), console)
        yield stack.gateway_url, await _office(stack)


async def _office(stack: Addresses, kept: Path | None = None) -> Office:
    """The week that was played here before, else a new one."""
    silent = Timeline(Console(file=StringIO(), width=150))
    async with World(Place.of(stack), silent) as world:
        if kept and kept.exists():
            found = json.loads(kept.read_text())
            reports = {name: Filed(**found[name]) for name in ("waiting", "secret", "answered")}
            account = await account_of(world, reports["answered"], reports["waiting"])
            return Office(**{**found, **reports, "tokens": tokens_of(world), "account": account})
        office = await week(world)
    if kept:
        kept.write_text(json.dumps({**asdict(office), "tokens": {}, "account": ""}, default=str))
    return office


async def _main(arguments: argparse.Namespace) -> int:
    console = Console()
    into: Path = arguments.into
    into.mkdir(parents=True, exist_ok=True)
    try:
        async with _running(arguments.folder, console) as (url, office):
            named = {look.name for look in looks(office)}
            wanted = set(product(named, WIDTHS, SCHEMES)) if arguments.all else KEPT
            if arguments.only:
                wanted = {picture for picture in wanted if picture[0] in arguments.only}
            taken = []
            async for path in take(url, office, wanted, into, TALLEST if arguments.all else TALLEST_KEPT):
                console.print(f"{path} ({path.stat().st_size // 1000} kB)", soft_wrap=True)
                taken.append(path)
    except StackError as error:
        console.print(str(error), soft_wrap=True)
        return 1
    if arguments.all:
        for path in sheets(taken, into):
            console.print(str(path), soft_wrap=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.screenshots", description=__doc__)
    parser.add_argument("--folder", type=Path, help="look at the stack that runs here")
    parser.add_argument("--into", type=Path, default=FOLDER, help="where the pictures go")
    parser.add_argument("--all", action="store_true", help="every page at every width, light and dark")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these pages")
    return asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
