"""`lapor partner`: connects partners' systems, which file reports over the broker."""

import asyncio
import secrets
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Table

from deploy.cli.problems import Problem
from deploy.cli.screen import screen
from deploy.cli.target import DEFAULT_FOLDER, Broker, BrokerUrl, Folder, ManagementUrl, broker
from deploy.provision.agency import accesses, grant, granted_users, revoke, rotate
from shared.contracts.base import INBOUND
from shared.messaging.agencies import BrokerUser
from shared.messaging.partners import KEY, PARTNER, POLICIES, partner_user

Code = Annotated[str, typer.Argument(help="A short code of your own, e.g. bpjs-kesehatan.", metavar="CODE")]
Host = Annotated[
    str | None, typer.Option(help="Host and port that the partner reaches the broker by.", show_default=False)
]

partner = typer.Typer(
    help="Connect partners' systems that file reports over the broker.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(partner, name="partner")


@partner.command("grant")
def grant_access(
    code: Code,
    *,
    host: Host = None,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Give a partner its broker user and the queue of its answers, and show how to connect.

    The password is shown once, here. The user files reports and reads its own answers, and nothing else.
    """
    target, user = broker(folder, management_url, broker_url), _user(code)
    if user.name in _granted(target):
        raise Problem(f"{user.name} has access already. `lapor partner rotate {code}` makes a new password.")
    password = secrets.token_urlsafe(24)
    asyncio.run(grant(target.management_url, user, password, POLICIES))
    _show(target, user, password, host)


@partner.command("rotate")
def rotate_password(
    code: Code,
    *,
    host: Host = None,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """A new password, shown once. Connections that are open stay open; new ones need it."""
    target, user = broker(folder, management_url, broker_url), _user(code)
    _require(target, user, code)
    password = secrets.token_urlsafe(24)
    asyncio.run(rotate(target.management_url, user.name, password))
    _show(target, user, password, host)


@partner.command("revoke")
def revoke_access(
    code: Code,
    *,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Take access away at once, open connections included. The queue stays, and what waits in it."""
    target, user = broker(folder, management_url, broker_url), _user(code)
    _require(target, user, code)
    asyncio.run(revoke(target.management_url, user.name))
    screen().print(f"{user.name} has no access any more. Its queue stays: `lapor queues` shows what waits.")


@partner.command("list")
def list_access(
    *,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
    json: Annotated[bool, typer.Option("--json", help="A JSON list instead of a table.")] = False,
) -> None:
    """Show which partners have access, who is connected, and what waits for whom."""
    rows = asyncio.run(accesses(broker(folder, management_url, broker_url).management_url, (PARTNER,)))
    if json:
        screen().print_json(data=[asdict(row) for row in rows])
        return
    table = Table(box=None, header_style="bold")
    for title in ("user", "consumers", "waiting", "dead"):
        table.add_column(title)
    for row in rows:
        table.add_row(row.user, str(row.consumers), str(row.waiting), str(row.dead))
    screen().print(table)


def _user(code: str) -> BrokerUser:
    try:
        return partner_user(code)
    except ValueError as error:
        raise Problem(f"{str(error).capitalize()}.") from error


def _granted(target: Broker) -> list[str]:
    return asyncio.run(granted_users(target.management_url, (PARTNER,)))


def _require(target: Broker, user: BrokerUser, code: str) -> None:
    if user.name not in _granted(target):
        raise Problem(f"{user.name} has no access. `lapor partner grant {code}` gives it.")


def _show(target: Broker, user: BrokerUser, password: str, host: str | None) -> None:
    """Everything a technician needs to connect, ready to be pasted."""
    parts = urlsplit(target.amqp_url)
    place = host or f"{parts.hostname}:{parts.port or 5672}"
    table = Table.grid(padding=(0, 2))
    table.add_row("address", f"{parts.scheme}://{user.name}:{password}@{place}/   (shown this once)")
    table.add_row("reports", f"exchange {INBOUND}, key {KEY}, with message_id and user_id={user.name}")
    table.add_row("answers", f"queue {user.name}")
    table.add_row("dead letters", user.dead_queue)
    screen().print(table, soft_wrap=True)
    screen().print("\ndocs/channels.md tells what a message holds.")
