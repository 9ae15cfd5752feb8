"""`lapor partner`: connects partners' systems, which file reports over the broker."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

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
from deploy.cli.screen import JsonList, screen
from deploy.cli.target import DEFAULT_FOLDER, Broker, BrokerUrl, Folder, ManagementUrl, broker
from deploy.provision.agency import accesses, grant
from shared.contracts.base import INBOUND
from shared.messaging.agencies import BrokerUser
from shared.messaging.partners import KEY, PARTNER, POLICIES, partner_user

Code = Annotated[str, typer.Argument(help="A short code of your own, e.g. bpjs-kesehatan.", metavar="CODE")]

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
    target, user = broker(folder, management_url, broker_url), named(partner_user, code)
    refuse_granted(target, user, f"lapor partner rotate {code}")
    password = new_password()
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
    target, user = broker(folder, management_url, broker_url), named(partner_user, code)
    require_granted(target, user, f"lapor partner grant {code}")
    _show(target, user, renew(target, user), host)


@partner.command("revoke")
def revoke_access(
    code: Code,
    *,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Take access away at once, open connections included. The queue stays, and what waits in it."""
    target, user = broker(folder, management_url, broker_url), named(partner_user, code)
    require_granted(target, user, f"lapor partner grant {code}")
    take_away(target, user)


@partner.command("list")
def list_access(
    *,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
    json: JsonList = False,
) -> None:
    """Show which partners have access, who is connected, and what waits for whom."""
    target = broker(folder, management_url, broker_url)
    show_accesses(asyncio.run(accesses(target.management_url, (PARTNER,))), as_json=json)


def _show(target: Broker, user: BrokerUser, password: str, host: str | None) -> None:
    """Everything a technician needs to connect, ready to be pasted."""
    table = Table.grid(padding=(0, 2))
    table.add_row("address", f"{address_for(target, user, password, host)}   (shown this once)")
    table.add_row("reports", f"exchange {INBOUND}, key {KEY}, with message_id and user_id={user.name}")
    table.add_row("answers", f"queue {user.name}")
    table.add_row("dead letters", user.dead_queue)
    screen().print(table, soft_wrap=True)
    screen().print("\ndocs/channels.md tells what a message holds.")
