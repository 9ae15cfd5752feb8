"""`lapor up` and `lapor down`: the embedded stack, left running behind the terminal."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from deploy.cli.gateway import gateway
from deploy.cli.screen import screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from deploy.cli.tokens import SAMPLE_OFFICERS, sign
from deploy.local import detached
from deploy.local.keys import SAMPLE_PASSWORD
from deploy.local.progress import Progress
from shared.messaging.topology import SERVICES
from shared.security.tokens import Role


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(down)


def up(
    folder: Folder = DEFAULT_FOLDER,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin with empty data; what is stored now is deleted.")
    ] = False,
    services: Annotated[
        str,
        typer.Option(
            help="Which services to start, comma-separated; empty for the servers alone.", show_default="all"
        ),
    ] = ",".join(SERVICES),
) -> None:
    """Start everything on this machine and leave it running.

    PostgreSQL, RabbitMQ, an S3 store, a catcher for mail and SMS, the gateway, the five services and the
    console, all as processes of yours on loopback. Prints addresses, and sample officers with their password
    and tokens. `lapor down` stops it.
    """
    progress = Progress()
    detached.start(folder, [name for name in services.split(",") if name], progress, fresh=fresh)
    if "verification" in services:
        welcome_sample_officers(folder)
    progress("everything is ready")
    show(folder)


def down(folder: Folder = DEFAULT_FOLDER) -> None:
    """Stop what `lapor up` started: services finish their work first. Data stays for the next time."""
    stopped = detached.stop(folder)
    typer.echo("Stopped." if stopped else f"Nothing runs in {folder}.")


def welcome_sample_officers(folder: Path) -> None:
    """Give each sample officer an account, unless it has one."""
    addresses = detached.addresses(folder)
    with gateway(folder, None, None, Role.NATIONAL_ADMIN, "lapor-up") as lapor:
        known = {one["login"] for one in lapor.get("/v1/officers", limit=200)["officers"]}
        for officer in SAMPLE_OFFICERS:
            if officer.id not in known:
                account = {"login": officer.id, "name": officer.id.title(), "role": officer.role.value}
                password = addresses.secrets[SAMPLE_PASSWORD]
                lapor.post("/v1/officers", {**account, "agency": officer.agency, "password": password})


def show(folder: Path) -> None:
    """Addresses, then officers with tokens that can be pasted whole."""
    console = screen()
    addresses = detached.addresses(folder)
    table = Table.grid(padding=(0, 2))
    for what, where in (
        ("gateway (the public API)", addresses.gateway_url),
        ("its description", f"{addresses.gateway_url}/openapi/intake.json"),
        ("mail to reports (LMTP)", "lapor@lapor.example at {}:{}".format(*addresses.lmtp_address)),
        ("caught mails and SMS", addresses.catcher_url),
        ("RabbitMQ management", addresses.management_url),
        ("logs", str(folder / "log")),
    ):
        table.add_row(what, where)
    console.print()
    console.print(table, soft_wrap=True)
    password = addresses.secrets[SAMPLE_PASSWORD]
    console.print(
        f"\nSample officers sign in at {addresses.gateway_url}/petugas/masuk with [bold]{password}[/bold],"
        "\nor call the API with a token for `Authorization: Bearer …`, valid for 30 days:",
        soft_wrap=True,
    )
    key = addresses.secrets["LAPOR_TOKEN_PRIVATE_KEY"]
    for officer in SAMPLE_OFFICERS:
        of_agency = f" of {officer.agency}" if officer.agency else ""
        console.print(f"\n[bold]{officer.id}[/bold]: {officer.role.value}{of_agency}")
        console.print(sign(key, officer, timedelta(days=30)), soft_wrap=True)
    console.print("\n`lapor status` shows what runs, `lapor queues` what waits, `lapor down` stops it all.")
