"""`lapor queues`: what waits where, who reads it, and for how long. Changes nothing."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import aio_pika
import typer
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelClosed
from rich.table import Column, Table

from deploy.cli.letters import SUFFIX, age, peek_age
from deploy.cli.screen import JsonList, plain_table, right, screen
from deploy.cli.target import DEFAULT_FOLDER, Broker, BrokerUrl, Folder, ManagementUrl, broker
from deploy.provision.management import VHOST, Management


@dataclass(frozen=True)
class Row:
    """One queue. Counts of waiting messages are exact; `in_hand` may be a few seconds old."""

    queue: str
    waiting: int
    in_hand: int
    """Delivered to a consumer and not yet acknowledged."""
    consumers: int
    oldest_seconds: float | None
    """Age of the oldest waiting message; None when empty, or when telling would disturb it."""
    dead: int | None
    """Parked beside it; None if nothing can be."""
    oldest_dead_seconds: float | None


def register(app: typer.Typer) -> None:
    app.command()(queues)


def queues(
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
    peek: Annotated[
        bool,
        typer.Option(
            "--peek", help="Tell the age in work queues too. Each look counts as one of 20 deliveries."
        ),
    ] = False,
    json: JsonList = False,
) -> None:
    """Show every queue: waiting, in hand, consumers, age of the oldest message, dead letters beside it.

    Each channel of messages has a queue (intake.inbound.…), so that it can be seen to stall on its own.
    Reports by web, application, call centre and desk are filed at once and wait in none.
    RabbitMQ does not tell the age of a quorum queue's oldest message. It is read by looking at that message
    and handing it back, which is harmless for parked messages; in work queues only --peek does it.
    """
    rows = asyncio.run(look(broker(folder, management_url, broker_url), peek_all=peek))
    console = screen()
    if json:
        console.print_json(data=[asdict(row) for row in rows])
        return
    console.print(_table(rows))
    waiting, dead = sum(row.waiting for row in rows), sum(row.dead or 0 for row in rows)
    console.print(f"\n{waiting} waiting, {dead} dead." + (" `lapor dead list` tells why." if dead else ""))


async def look(target: Broker, *, peek_all: bool = False) -> list[Row]:
    """Every queue but the dead-letter queues, which are a number beside the queue they belong to."""
    async with Management(target.management_url) as management:
        listed = {entry["name"]: entry for entry in await management.get("queues", VHOST)}
    connection = await aio_pika.connect(target.amqp_url)
    async with connection:
        counts = {name: await _count(connection, name) for name in listed}
        work = [name for name in sorted(listed) if not name.endswith(SUFFIX)]
        return [await _row(connection, name, listed[name], counts, peek=peek_all) for name in work]


async def _row(
    connection: AbstractConnection,
    name: str,
    entry: dict[str, Any],
    counts: dict[str, tuple[int, int]],
    *,
    peek: bool,
) -> Row:
    waiting, consumers = counts[name]
    dead = counts[f"{name}{SUFFIX}"][0] if f"{name}{SUFFIX}" in counts else None
    return Row(
        queue=name,
        waiting=waiting,
        in_hand=int(entry.get("messages_unacknowledged", 0)),
        consumers=consumers,
        oldest_seconds=await peek_age(connection, name) if waiting and peek else None,
        dead=dead,
        oldest_dead_seconds=await peek_age(connection, f"{name}{SUFFIX}") if dead else None,
    )


async def _count(connection: AbstractConnection, name: str) -> tuple[int, int]:
    """(waiting, consumers) as the queue itself counts them now; one that was deleted meanwhile is empty."""
    async with connection.channel() as channel:
        try:
            declared = (await channel.declare_queue(name, passive=True)).declaration_result
        except ChannelClosed:
            return 0, 0
        return declared.message_count or 0, declared.consumer_count or 0


def _table(rows: list[Row]) -> Table:
    titles = ("waiting", "in hand", "consumers", "oldest", "dead", "oldest dead")
    table = plain_table(Column("queue", no_wrap=True), *right(*titles))
    for row in rows:
        oldest = age(row.oldest_seconds) if row.waiting else ""
        dead = "" if row.dead is None else f"[red]{row.dead}[/red]" if row.dead else "0"
        oldest_dead = age(row.oldest_dead_seconds) if row.dead else ""
        counts = (str(row.waiting), str(row.in_hand), str(row.consumers))
        table.add_row(row.queue, *counts, oldest, dead, oldest_dead)
    return table
