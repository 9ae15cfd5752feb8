"""What `lapor agency` and `lapor partner` have in common: others' systems as users of the broker."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Table

from deploy.cli.problems import Problem
from deploy.cli.screen import screen
from deploy.cli.target import Broker
from deploy.provision.agency import Access, revoke, rotate
from shared.messaging.agencies import BrokerUser

Host = Annotated[
    str | None, typer.Option(help="Host and port that its system reaches the broker by.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON list instead of a table.")]


def new_password() -> str:
    return secrets.token_urlsafe(24)


def refuse_granted(user: BrokerUser, granted: Sequence[str], rotating: str) -> None:
    """`rotating` is the command that makes a new password."""
    if user.name in granted:
        raise Problem(f"{user.name} has access already. `{rotating}` makes a new password.")


def require_granted(user: BrokerUser, granted: Sequence[str], granting: str) -> None:
    """`granting` is the command that gives access."""
    if user.name not in granted:
        raise Problem(f"{user.name} has no access. `{granting}` gives it.")


def renew(target: Broker, user: BrokerUser) -> str:
    """Returns the new password, which is kept nowhere."""
    password = new_password()
    asyncio.run(rotate(target.management_url, user.name, password))
    return password


def take_away(target: Broker, user: BrokerUser) -> None:
    asyncio.run(revoke(target.management_url, user.name))
    screen().print(f"{user.name} has no access any more. Its queue stays: `lapor queues` shows what waits.")


def address_for(target: Broker, user: BrokerUser, password: str, host: str | None) -> str:
    """By which a system connects."""
    parts = urlsplit(target.amqp_url)
    return f"{parts.scheme}://{user.name}:{password}@{host or f'{parts.hostname}:{parts.port or 5672}'}/"


def show_accesses(rows: Sequence[Access], *, as_json: bool) -> None:
    """Who has access, who is connected, what waits."""
    if as_json:
        screen().print_json(data=[asdict(row) for row in rows])
        return
    table = Table(box=None, header_style="bold")
    table.add_column("user", no_wrap=True)
    for title in ("consumers", "waiting", "dead"):
        table.add_column(title, justify="right")
    for row in rows:
        dead = f"[red]{row.dead}[/red]" if row.dead else "0"
        consumers = str(row.consumers) if row.consumers else "[yellow]0[/yellow]"
        table.add_row(row.user, consumers, str(row.waiting), dead)
    screen().print(table)
