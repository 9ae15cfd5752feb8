"""`lapor dead`: why messages were parked, and their way back. Shows no body unasked: it can be personal."""

import asyncio
import json as jsonlib
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from typing import Annotated, Any

import aio_pika
import typer
from aio_pika.abc import AbstractChannel
from rich.markup import escape
from rich.table import Table

from deploy.cli.letters import Letter, age, dead_queues, hold
from deploy.cli.letters import replay as replay_letter
from deploy.cli.problems import Problem
from deploy.cli.screen import JsonList, screen
from deploy.cli.target import DEFAULT_FOLDER, Broker, BrokerUrl, Folder, ManagementUrl, broker

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of messages, as `lapor dead list` shows them.")]
Queue = Annotated[
    str | None, typer.Option(help="Only what failed in this queue, e.g. routing.facts.", show_default=False)
]
All = Annotated[bool, typer.Option("--all", help="Everything there is (in --queue, if that is given).")]

dead = typer.Typer(
    help="Look at parked messages (dead letters), put them back to work, or throw them away.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(dead, name="dead")


@dead.command("list")
def list_letters(
    *,
    queue: Queue = None,
    limit: Annotated[int, typer.Option(help="How many to show.", min=1)] = 50,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
    json: JsonList = False,
) -> None:
    """List parked messages: where they failed, what they are, why, how often they were tried, since when.

    Takes nothing away: every message is handed back to the broker.
    """
    letters: list[Letter] = []

    async def note(_: AbstractChannel, letter: Letter) -> None:
        letters.append(letter)

    asyncio.run(each_letter(broker(folder, management_url, broker_url), queue, None, note))
    console = screen()
    shown = letters[:limit]
    if json:
        console.print_json(data=[_as_json(letter, body=False) for letter in shown])
    elif not letters:
        console.print("There are no dead letters.")
    else:
        console.print(_table(shown))
        console.print(
            f"\n{len(letters)} dead letter(s), {len(shown)} shown. `lapor dead show ID` tells more."
        )


@dead.command()
def show(
    ids: Annotated[list[str], typer.Argument(help="Ids of messages, as `lapor dead list` shows them.")],
    *,
    queue: Queue = None,
    body: Annotated[
        bool, typer.Option("--body", help="Show the content too. It can be personal data.")
    ] = False,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Show everything about single messages: reason, every attempt, headers. Takes nothing away."""
    found: list[dict[str, Any]] = []

    async def note(_: AbstractChannel, letter: Letter) -> None:
        found.append(_as_json(letter, body=body))

    asyncio.run(each_letter(broker(folder, management_url, broker_url), queue, ids, note))
    _require_found({letter["id"] for letter in found}, ids)
    for letter in found:
        screen().print_json(data=letter)


@dead.command()
def replay(
    ids: Ids = None,
    *,
    queue: Queue = None,
    everything: All = False,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Put messages back into the queues they failed in, to be tried anew from the first attempt.

    A message leaves the dead letters only after the broker has confirmed it in its queue: interrupted at any
    moment, nothing is lost, and what is then in both places is acted on once.
    """
    done = _settle(ids, queue, everything, broker(folder, management_url, broker_url), replay_letter)
    typer.echo(f"{done} message(s) put back to work.")


@dead.command()
def discard(
    ids: Ids = None,
    *,
    queue: Queue = None,
    everything: All = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    folder: Folder = DEFAULT_FOLDER,
    management_url: ManagementUrl = None,
    broker_url: BrokerUrl = None,
) -> None:
    """Throw messages away for good. What they would have done never happens."""
    _require_choice(ids, everything)
    target = broker(folder, management_url, broker_url)
    if not yes:
        typer.confirm("Discarded messages cannot be brought back. Go on?", abort=True)

    async def drop(_: AbstractChannel, letter: Letter) -> None:
        await letter.message.ack()

    done = _settle(ids, queue, everything, target, drop)
    typer.echo(f"{done} message(s) discarded.")


def _settle(
    ids: list[str] | None,
    queue: str | None,
    everything: bool,
    target: Broker,
    act: Callable[[AbstractChannel, Letter], Awaitable[None]],
) -> int:
    _require_choice(ids, everything)
    settled = asyncio.run(each_letter(target, queue, ids or None, act))
    _require_found(set(settled), ids or ())
    return len(settled)


async def each_letter(
    target: Broker,
    queue: str | None,
    ids: Collection[str] | None,
    act: Callable[[AbstractChannel, Letter], Awaitable[None]],
) -> list[str]:
    """Do something with every wanted letter; returns their ids. The others go back untouched."""
    names = await dead_queues(target.management_url, queue)
    if queue and not names:
        raise Problem(f"There are no dead letters kept for a queue named {queue}.")
    done = []
    connection = await aio_pika.connect(target.amqp_url)
    async with connection:
        for name in names:
            async with connection.channel(publisher_confirms=True, on_return_raises=True) as channel:
                async for letter in hold(channel, name):
                    if ids is None or letter.id in ids:
                        await act(channel, letter)
                        done.append(letter.id)
    return done


def _require_choice(ids: list[str] | None, everything: bool) -> None:
    if bool(ids) == everything:
        raise Problem("Name the messages by their ids, or say --all (with --queue for one queue's).")


def _require_found(found: Collection[str], wanted: Collection[str]) -> None:
    if missing := [identity for identity in wanted if identity not in found]:
        raise Problem(f"Not among the dead letters: {', '.join(missing)}.")


def _table(letters: list[Letter]) -> Table:
    table = Table(box=None, header_style="bold")
    for title in ("queue", "id", "type", "reason", "attempts", "since"):
        table.add_column(title, overflow="fold", no_wrap=title == "id")
    for letter in letters:
        table.add_row(
            letter.queue,
            letter.id,
            escape(letter.type),
            escape(letter.reason),
            str(letter.attempts),
            _since(letter),
        )
    return table


def _since(letter: Letter) -> str:
    if letter.parked_at is None:
        return "–"
    return age((datetime.now(UTC) - letter.parked_at).total_seconds())


def _as_json(letter: Letter, *, body: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": letter.id,
        "queue": letter.queue,
        "type": letter.type,
        "routing_key": letter.routing_key,
        "reason": letter.reason,
        "attempts": letter.attempts,
        "parked_at": letter.parked_at.isoformat() if letter.parked_at else None,
        "history": list(letter.history),
        "bytes": len(letter.message.body),
    }
    if body:
        try:
            told["body"] = jsonlib.loads(letter.message.body)
        except ValueError:
            told["body"] = letter.body
    return told
