"""An act of law is tried first, and put on record when somebody has said yes: days and limits alike."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.cli.gateway import Gateway
from deploy.cli.screen import screen

Source = Annotated[str, typer.Option(help="The act, as people cite it.")]
Decided = Annotated[str, typer.Option(help="When it was signed: 2026-08-07.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Record nothing: only tell what would happen.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Author = Annotated[str, typer.Option(help="Who decides; recorded as the author. A --token names its own.")]
KnownAt = Annotated[
    str | None,
    typer.Option(help="As it was known then: 2026-08-01T12:00+07:00, or a day's end: 2026-08-01."),
]


def put_on_record(
    lapor: Gateway,
    what: str,
    path: str,
    body: dict[str, Any],
    tell: Callable[[Console, dict[str, Any]], None],
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Tell what the amendment of `what` (calendar, policy) would change, ask, and record it."""
    console, address = screen(), f"{path}/amendments"
    tried = lapor.post(address, {**body, "dry_run": True})
    tell(console, tried["amendment"])
    moved, about = tried["open_clocks_moved"], "About " if tried["open_clocks_estimated"] else ""
    console.print(f"{about}{moved} open clock{'' if moved == 1 else 's'} would get another deadline.")
    if dry_run:
        return
    if not yes:
        typer.confirm("Put it on record?", abort=True)
    done = lapor.post(address, body)
    console.print(
        f"Recorded as [bold]{done['amendment']['id']}[/bold] by {done['amendment']['author']}; the {what} "
        f"is now {done[f'{what}_version']}. `lapor sla recomputes` shows how far the clocks are."
    )
