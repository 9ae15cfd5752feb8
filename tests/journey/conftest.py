"""The journeys, played once on everything: servers, five services, gateway; tests look at what they left."""

import io
import os
from dataclasses import dataclass, field
from pathlib import Path

import aio_pika
import asyncpg
import pytest
from rich.console import Console

from deploy.demo.place import Place
from deploy.demo.play import play
from deploy.local.stack import Stack
from shared.messaging.topology import DEAD, EXCHANGES

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Played:
    """What the journeys printed, everything that went over the broker, and the stack they ran on."""

    stack: Stack
    kept: bool
    printed: str
    messages: list[aio_pika.abc.AbstractIncomingMessage] = field(default_factory=list)

    async def rows(self, service: str, sql: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.stack.database_url(service).replace("+asyncpg", ""))
        try:
            return await connection.fetch(sql)
        finally:
            await connection.close()

    def logs(self) -> str:
        """What LAPOR itself wrote; the catcher stands for the providers and may know its mails."""
        files = [path for path in self.stack.log_folder.glob("*.log") if path.stem != "catcher"]
        return "\n".join(path.read_text(errors="replace") for path in files)


@pytest.fixture(scope="module")
async def played():
    os.environ["LAPOR_SAY_DELIVERED"] = "true"  # as `lapor demo` does
    async with Stack(ROOT / ".local" / "journey", fresh=True) as stack:
        connection = await aio_pika.connect(stack.admin_amqp_url)
        channel = await connection.channel()
        everything = await channel.declare_queue(exclusive=True)
        for exchange in (e for e in EXCHANGES if e != DEAD):
            await everything.bind(exchange, "#")
        console = Console(file=io.StringIO(), width=150)
        kept = await play(Place.of(stack), console)
        result = Played(stack, kept, console.file.getvalue())
        while (message := await everything.get(fail=False, no_ack=True)) is not None:
            result.messages.append(message)
        yield result
        await connection.close()
