"""`lapor agency`: connects agencies' systems, renews and takes away their access, tries them out."""

import asyncio
import secrets
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.agency_trials import register as register_trials
from deploy.cli.directory_lookup import refuse_unknown
from deploy.cli.problems import Problem
from deploy.cli.screen import screen
from deploy.cli.target import DEFAULT_FOLDER, Broker, BrokerUrl, Folder, ManagementUrl, broker
from deploy.provision.agency import Access, accesses, grant, granted_users, revoke, rotate, user_of
from shared.contracts import ResponseKind
from shared.messaging.agencies import BrokerUser

Code = Annotated[str, typer.Argument(help="The agency's path, e.g. 35.3578.dishub.", metavar="CODE")]
ReadOnly = Annotated[
    bool, typer.Option("--read-only", help="A supervisor's user: hears of the agency, can say nothing.")
]
Host = Annotated[
    str | None, typer.Option(help="Host and port that the agency reaches the broker by.", show_default=False)
]

agency = typer.Typer(help="Connect agencies' own systems, and try them out.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    register_trials(agency)
    app.add_typer(agency, name="agency")


@agency.command("grant")
def grant_access(
    code: Code,
    *,
    read_only: ReadOnly = False,
    subtree: Annotated[
        bool, typer.Option("--subtree", help="With --read-only: everything below the agency too.")
    ] = False,
    host: Host = None,
    unlisted: Annotated[
        bool, typer.Option("--unlisted", help="Do not ask the directory whether there is such an agency.")
    ] = False,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Give an agency its broker user, its durable queue and its dead letters, and show how to connect.

    The password is shown once, here. The user reaches its own topic and answers, and nothing else.
    """
    if subtree and not read_only:
        raise Problem("--subtree goes with --read-only: an agency always hears of what lies below it.")
    target, user = broker(folder, management_url, broker_url), _user(code, read_only, subtree=subtree)
    if not unlisted:
        refuse_unknown(folder, code)
    if user.name in asyncio.run(granted_users(target.management_url)) and not (read_only):
        raise Problem(f"{user.name} has access already. `lapor agency rotate {code}` makes a new password.")
    password = secrets.token_urlsafe(24)
    asyncio.run(grant(target.management_url, user, password))
    _show(screen(), target, user, password, host)


@agency.command("rotate")
def rotate_password(
    code: Code,
    *,
    read_only: ReadOnly = False,
    host: Host = None,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """A new password, shown once. Connections that are open stay open; new ones need it."""
    target, user = broker(folder, management_url, broker_url), _user(code, read_only)
    _require(target, user, code)
    password = secrets.token_urlsafe(24)
    asyncio.run(rotate(target.management_url, user.name, password))
    _show(screen(), target, user, password, host)


@agency.command("revoke")
def revoke_access(
    code: Code,
    *,
    read_only: ReadOnly = False,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Take access away at once, open connections included. The queue stays, and what waits in it."""
    target, user = broker(folder, management_url, broker_url), _user(code, read_only)
    _require(target, user, code)
    asyncio.run(revoke(target.management_url, user.name))
    screen().print(f"{user.name} has no access any more. Its queue stays: `lapor queues` shows what waits.")


@agency.command("list")
def list_access(
    *,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
    json: Annotated[bool, typer.Option("--json", help="A JSON list instead of a table.")] = False,
) -> None:
    """Show who has access, who is connected, and what waits for whom."""
    rows = asyncio.run(accesses(broker(folder, management_url, broker_url).management_url))
    console = screen()
    if json:
        console.print_json(data=[asdict(row) for row in rows])
    else:
        console.print(_table(rows))


def _user(code: str, read_only: bool, *, subtree: bool = False) -> BrokerUser:
    try:
        return user_of(code, read_only=read_only, subtree=subtree)
    except ValueError as error:
        raise Problem(f"{str(error).capitalize()}.") from error


def _require(target: Broker, user: BrokerUser, code: str) -> None:
    if user.name not in asyncio.run(granted_users(target.management_url)):
        raise Problem(f"{user.name} has no access. `lapor agency grant {code}` gives it.")


def _show(console: Console, target: Broker, user: BrokerUser, password: str, host: str | None) -> None:
    """Everything a technician needs to connect, ready to be pasted."""
    parts = urlsplit(target.amqp_url)
    place = host or f"{parts.hostname}:{parts.port or 5672}"
    url = f"{parts.scheme}://{user.name}:{password}@{place}/"
    code = user.name.partition(".")[2]
    table = Table.grid(padding=(0, 2))
    table.add_row("user", user.name)
    table.add_row("password", f"{password}   (shown this once)")
    table.add_row("queue", f"{user.name}, hears {user.binding}")
    table.add_row("dead letters", user.dead_queue)
    if not user.name.startswith("supervisor."):
        table.add_row("answers", f"lapor.responses, key response.{code}.<{'|'.join(ResponseKind)}>")
    console.print(table, soft_wrap=True)
    console.print("\nTo try it from deploy/agency-kit:\n")
    console.print(f"  export LAPOR_AMQP_URL='{url}'", soft_wrap=True)
    sample = "read_only.py" if user.name.startswith("supervisor.") else "aio_pika_consumer.py"
    console.print(f"  python {sample} {code}\n")
    console.print("docs/agencies/ tells the rest; `lapor agency check` tries the agency's system out.")


def _table(rows: list[Access]) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("user", no_wrap=True)
    for title in ("consumers", "waiting", "dead"):
        table.add_column(title, justify="right")
    for row in rows:
        dead = f"[red]{row.dead}[/red]" if row.dead else "0"
        consumers = str(row.consumers) if row.consumers else "[yellow]0[/yellow]"
        table.add_row(row.user, consumers, str(row.waiting), dead)
    return table
