"""`lapor demo`: plays the journeys, on a stack of its own or on a LAPOR that runs elsewhere."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.cli.problems import Problem
from deploy.cli.target import DEFAULT_FOLDER, Folder
from deploy.demo.place import Place, PlaceError
from deploy.demo.play import play
from deploy.local.progress import Progress
from deploy.local.stack import Stack


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    folder: Folder = DEFAULT_FOLDER,
    gateway: Annotated[
        str | None,
        typer.Option(
            envvar="LAPOR_GATEWAY_URL",
            help="Play against the LAPOR behind this gateway, not a new one. Needs LAPOR_CATCHER_URL, "
            "LAPOR_ADMIN_BROKER_URL, LAPOR_MANAGEMENT_URL, LAPOR_CLOCK_FILE, LAPOR_TOKEN_PRIVATE_KEY and "
            "LAPOR_CHANNEL_SECRETS.",
        ),
    ] = None,
) -> None:
    """Play six reports from filing to closing, and tell whether every promise was kept.

    Starts everything fresh in a folder of its own and stops it again; exits with 1 if an expectation fails.
    """
    console = Console(highlight=False, width=None if os.environ.get("COLUMNS") else 150)
    try:
        kept = asyncio.run(_elsewhere(gateway, console) if gateway else _here(folder / "demo", console))
    except PlaceError as error:
        raise Problem(str(error)) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(130) from None
    raise typer.Exit(0 if kept else 1)


async def _elsewhere(gateway: str, console: Console) -> bool:
    return await play(Place.from_environment(gateway=gateway), console)


async def _here(folder: Path, console: Console) -> bool:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    progress = Progress()
    os.environ["LAPOR_SAY_DELIVERED"] = "true"  # the timeline shows each message's arrival
    async with Stack(folder, fresh=True, tell=progress) as stack:
        progress("everything is ready")
        with contextlib.suppress(asyncio.CancelledError):
            return await play(Place.of(stack), console)
    return False
