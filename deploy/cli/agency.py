"""`lapor agency`: connects agencies' systems, renews and takes away their access, tries them out."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from deploy.cli.agency_trials import register as register_trials
from deploy.cli.broker_users import (
    Host,
    address_for,
    named,
    new_password,
    refuse_granted,
    renew,
    require_granted,
    show_accesses,
    take_away,
)
from deploy.cli.directory_lookup import refuse_unknown
from deploy.cli.problems import Problem
from deploy.cli.screen import JsonList, screen
from deploy.cli.target import DEFAULT_FOLDER, Broker, BrokerUrl, Folder, ManagementUrl, broker
from deploy.provision.agency import accesses, grant, user_of
from shared.contracts import ResponseKind
from shared.messaging.agencies import BrokerUser

Code = Annotated[str, typer.Argument(help="The agency's path, e.g. 35.3578.dishub.", metavar="CODE")]
ReadOnly = Annotated[
    bool, typer.Option("--read-only", help="A supervisor's user: hears of the agency, can say nothing.")
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
    target = broker(folder, management_url, broker_url)
    user = named(user_of, code, read_only=read_only, subtree=subtree)
    if not unlisted:
        refuse_unknown(folder, code)
    if not read_only:
        refuse_granted(target, user, f"lapor agency rotate {code}")
    password = new_password()
    asyncio.run(grant(target.management_url, user, password))
    _show(target, user, password, host)


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
    target = broker(folder, management_url, broker_url)
    user = named(user_of, code, read_only=read_only)
    require_granted(target, user, f"lapor agency grant {code}")
    _show(target, user, renew(target, user), host)


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
    target = broker(folder, management_url, broker_url)
    user = named(user_of, code, read_only=read_only)
    require_granted(target, user, f"lapor agency grant {code}")
    take_away(target, user)


@agency.command("list")
def list_access(
    *,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
    json: JsonList = False,
) -> None:
    """Show who has access, who is connected, and what waits for whom."""
    target = broker(folder, management_url, broker_url)
    show_accesses(asyncio.run(accesses(target.management_url)), as_json=json)


def _show(target: Broker, user: BrokerUser, password: str, host: str | None) -> None:
    """Everything a technician needs to connect, ready to be pasted."""
    console, url = screen(), address_for(target, user, password, host)
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
