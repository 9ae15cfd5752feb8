"""Plays the journeys in a place and tells whether every promise was kept."""

import asyncio
import time

from rich.console import Console
from rich.table import Table

from deploy.demo import journeys, messenger
from deploy.demo.place import Place
from deploy.demo.timeline import Timeline
from deploy.demo.world import START, ExpectationFailed, World
from deploy.provision.management import Management
from shared.clock import FileClock, write_clock

UNHURRIED = 60.0
"""While people act, a minute passes each second."""
FAST = 86_400.0 * 7
"""While nobody acts, a week passes each second."""


async def play(place: Place, console: Console) -> bool:
    """Run all journeys; true if every expectation held."""
    started = time.monotonic()
    start = max(START, FileClock(place.clock_file).now()) if place.clock_file.exists() else START
    write_clock(place.clock_file, start, UNHURRIED)
    await asyncio.sleep(0.1)
    timeline = Timeline(console)
    async with World(place, timeline) as world:
        try:
            await _journeys(world)
            await _settled(world)
        except ExpectationFailed as failure:
            console.print(f"\n[bold red]A promise was not kept:[/] {failure}", soft_wrap=True)
            return False
        finally:
            world.run_time(1.0)
        await _show_messages(world, console)
        clean = await show_queues(place, console)
        seconds = time.monotonic() - started
        console.print(f"\n[bold green]All {world.expectations} expectations held[/] in {seconds:.0f} s.")
        return clean


async def _journeys(world: World) -> None:
    timeline = world.timeline
    timeline.heading("A", "Web, with a photo: returned by one agency, settled by another, accepted, rated")
    await journeys.web(world)
    timeline.heading("D", "Incomplete: a supplement, an objection, the agency's question, a second answer")
    await journeys.incomplete(world)
    timeline.heading("E", "Archived, and told why")
    await journeys.archived(world)
    timeline.heading("F", "WhatsApp: a position added, and withdrawn by a button")
    await messenger.whatsapp(world)
    timeline.heading("B", "SMS in two parts; the reporter stays silent")
    sms_report = await journeys.sms(world)
    timeline.heading("C", "Anonymous and secret; the agency never answers")
    secret = await journeys.anonymous(world)
    await world.settle()
    timeline.heading("C", "A holiday is decreed while the agency is silent: deadlines move, and say why")
    await journeys.decreed(world, secret)
    timeline.heading("C", "The weeks pass: one second is one week from here on")
    world.run_time(FAST)
    await journeys.silence(world, sms_report, secret)


async def _settled(world: World) -> None:
    """What was said last is still being told: wait for the messages before counting them."""
    world.run_time(1.0)
    await world.settle()


async def _show_messages(world: World, console: Console) -> None:
    table = Table(title="Mails and SMS delivered", title_justify="left", header_style="bold", expand=False)
    table.add_column("to", no_wrap=True, min_width=42)
    table.add_column(
        "subject or text", no_wrap=True, overflow="ellipsis", max_width=max(30, console.width - 50)
    )
    for message in await world.messages():
        words = message["subject"] or " ".join(message["text"].split())
        table.add_row(f"{message['kind']:<5}{', '.join(message['to'])}", words)
    console.print()
    console.print(table)


async def show_queues(place: Place, console: Console) -> bool:
    """Queues that hold anything, and whether no letter is dead."""
    async with Management(place.management_url) as management:
        queues = await management.get("queues", "/")
    waiting = [(q["name"], q.get("messages", 0)) for q in queues if q.get("messages", 0)]
    dead = [(name, count) for name, count in waiting if name.endswith(".dead")]
    console.print(
        f"\nQueues: {len(queues)} in all, {sum(count for _, count in waiting)} messages waiting; "
        f"dead letters: {sum(count for _, count in dead)}"
    )
    for name, count in waiting:
        console.print(f"  {name}: {count}")
    return not dead
