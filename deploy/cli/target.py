"""Which LAPOR a command means: the embedded stack of a folder, or any other by its addresses."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.problems import Problem
from deploy.local import detached, state
from deploy.local.errors import StackError
from deploy.local.stack import DEFAULT_FOLDER

Folder = Annotated[
    Path,
    typer.Option(
        envvar="LAPOR_FOLDER", help="Folder of the embedded stack.", show_default=".local", resolve_path=True
    ),
]
ManagementUrl = Annotated[
    str | None,
    typer.Option(
        envvar="LAPOR_MANAGEMENT_URL",
        help="RabbitMQ's management API, e.g. http://user:password@localhost:15672. "
        "Without it: the embedded stack's.",
        show_default=False,
    ),
]
BrokerUrl = Annotated[
    str | None,
    typer.Option(
        envvar="LAPOR_ADMIN_BROKER_URL",
        help="RabbitMQ itself, as an administrator, e.g. amqp://user:password@localhost:5672/. "
        "Without it: the embedded stack's.",
        show_default=False,
    ),
]

__all__ = [
    "DEFAULT_FOLDER",
    "Broker",
    "BrokerUrl",
    "Folder",
    "ManagementUrl",
    "broker",
    "database",
    "token_key",
]


@dataclass(frozen=True)
class Broker:
    """The two ways into one RabbitMQ."""

    management_url: str
    amqp_url: str


def broker(folder: Path, management_url: str | None, amqp_url: str | None) -> Broker:
    """The broker that was named, else the embedded one. Raises Problem if half is named, or none runs."""
    if management_url and amqp_url:
        return Broker(management_url, amqp_url)
    if management_url or amqp_url:
        raise Problem("Name both --management-url and --broker-url, or neither for the embedded stack.")
    if not state.holder_of(folder):
        raise Problem(
            f"No embedded stack runs in {folder}: start one with `lapor up`, "
            "or name another broker with --management-url and --broker-url."
        )
    addresses = detached.addresses(folder)
    return Broker(addresses.management_url, addresses.admin_amqp_url)


def database(folder: Path, given: str | None, service: str) -> str:
    """A service's database: the one that was named, else the embedded one. Raises Problem if none runs."""
    try:
        return given or detached.addresses(folder).database_url(service)
    except StackError as error:
        raise Problem(
            f"Name the database with --database-url; no embedded stack runs in {folder}."
        ) from error


def token_key(folder: Path) -> str:
    """The key that signs officers' tokens: the environment's, else the embedded stack's. Raises Problem."""
    if key := os.environ.get("LAPOR_TOKEN_PRIVATE_KEY"):
        return key
    try:
        return detached.addresses(folder).secrets["LAPOR_TOKEN_PRIVATE_KEY"]
    except StackError as error:
        raise Problem(f"LAPOR_TOKEN_PRIVATE_KEY is not set, and {folder} holds no key.") from error
