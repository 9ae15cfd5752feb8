"""What `lapor agency` and `lapor partner` have in common: others' systems as users of the broker."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Column

from deploy.cli.problems import Problem
from deploy.cli.screen import plain_table, right, screen
from deploy.cli.target import Broker
from deploy.provision.agency import Access, granted_users, revoke, rotate
from shared.messaging.agencies import BrokerUser

Host = Annotated[
    str | None, typer.Option(help="Host and port that its system reaches the broker by.", show_default=False)
]


def new_password() -> str:
    return secrets.token_urlsafe(24)


def named(user_of: Callable[..., BrokerUser], code: str, **how: bool) -> BrokerUser:
    """The user of a code. Raises Problem for a code that is none."""
    try:
        return user_of(code, **how)
    except ValueError as error:
        raise Problem(f"{str(error).capitalize()}.") from error


def refuse_granted(target: Broker, user: BrokerUser, rotating: str) -> None:
    """`rotating` is the command that makes a new password."""
    if _has_access(target, user):
        raise Problem(f"{user.name} has access already. `{rotating}` makes a new password.")


def require_granted(target: Broker, user: BrokerUser, granting: str) -> None:
    """`granting` is the command that gives access."""
    if not _has_access(target, user):
        raise Problem(f"{user.name} has no access. `{granting}` gives it.")


def _has_access(target: Broker, user: BrokerUser) -> bool:
    kind = user.name.partition(".")[0]
    return user.name in asyncio.run(granted_users(target.management_url, (kind,)))


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
    table = plain_table(Column("user", no_wrap=True), *right("consumers", "waiting", "dead"))
    for row in rows:
        dead = f"[red]{row.dead}[/red]" if row.dead else "0"
        consumers = str(row.consumers) if row.consumers else "[yellow]0[/yellow]"
        table.add_row(row.user, consumers, str(row.waiting), dead)
    screen().print(table)
