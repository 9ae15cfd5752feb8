"""`lapor sla`: prove every deadline by replaying the facts, and watch clocks being computed again."""

import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.live import Live
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Column, Table
from rich.text import Text

from deploy.cli.gateway import Gateway, GatewayUrl, Token, gateway
from deploy.cli.screen import Json, plain_table, right, screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from shared.security.tokens import Role

PAGE = 500
MOST_SHOWN = 50

sla = typer.Typer(help="Prove deadlines, and watch them being computed again.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(sla, name="sla")


@sla.command()
def verify(
    *,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Replay the recorded facts of every case and compare with what is on record, bit for bit.

    Changes nothing. Exits with 1 if anything differs.
    """
    console = screen()
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        checked, differences = _replay_all(lapor, console, quiet=json)
    if json:
        console.print_json(data={"checked": checked, "differences": differences})
    else:
        if differences:
            console.print(_differences(differences))
        cases = len({one["report_id"] for one in differences})
        told = f"{cases} of them differ" if differences else "the facts of all lead to what is on record"
        console.print(f"{checked} case{'' if checked == 1 else 's'} replayed: {told}.")
    if differences:
        raise typer.Exit(1)


def _replay_all(lapor: Gateway, console: Console, *, quiet: bool) -> tuple[int, list[dict[str, Any]]]:
    checked, differences, after = 0, list[dict[str, Any]](), None
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
        task = progress.add_task("replaying …", total=None)
        while True:
            page = lapor.get("/v1/clocks/replay", after=after, limit=PAGE)
            checked += page["checked"]
            differences += page["differences"]
            progress.update(task, description=f"{checked} replayed, {len(differences)} differences")
            after = page["next"]
            if after is None:
                return checked, differences


def _differences(differences: list[dict[str, Any]]) -> Table:
    columns = ("report", "what", "on record", "by its facts")
    table = plain_table(*(Column(column, overflow="fold") for column in columns))
    for one in differences[:MOST_SHOWN]:
        table.add_row(one["report_id"], one["what"], one["on_record"], Text(one["recomputed"], "red"))
    if len(differences) > MOST_SHOWN:
        table.add_row(f"… and {len(differences) - MOST_SHOWN} more")
    return table


@sla.command()
def recomputes(
    *,
    follow: Annotated[
        bool, typer.Option("--follow", help="Keep showing until everything is computed.")
    ] = False,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Show how far amendments have been carried to the open clocks, and how many deadlines they moved."""
    console = screen()
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        rows = _rows(lapor)
        if json:
            console.print_json(data=rows)
            return
        if not rows:
            console.print("Nothing was ever amended.")
            return
        if not follow:
            console.print(_progress(rows))
            return
        with Live(_progress(rows), console=console) as live:
            while any(row["done_at"] is None for row in rows):
                time.sleep(0.5)
                rows = _rows(lapor)
                live.update(_progress(rows))


def _rows(lapor: Gateway) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = lapor.get("/v1/recomputes")["recomputes"]
    return rows


def _progress(rows: list[dict[str, Any]]) -> Table:
    table = plain_table("amendment", "began", *right("cases", "deadlines moved"), "state")
    for row in rows:
        known = "" if row["found_at"] else "+"
        state = Text("done", "green") if row["done_at"] else Text("running", "yellow")
        table.add_row(
            row["amendment"] or f"new files: {row['packaged'] or 'all'}",
            row["began_at"][:19].replace("T", " "),
            f"{row['done']} of {row['total']}{known}",
            str(row["moved"]),
            state,
        )
    return table
