"""An agency's consumer with aio-pika: stores what arrives, acknowledges it once, answers when told to.

    LAPOR_AMQP_URL=amqp://… python aio_pika_consumer.py 35.3578.dishub [--answer "…"] [--ask "…?"]

A message is stored before it is acknowledged to the broker, so that nothing is lost when this dies.
"""

import argparse
import asyncio
import json
import os
import sqlite3
from uuid import NAMESPACE_URL, uuid5

import aio_pika
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage


def store_of(path: str) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("CREATE TABLE IF NOT EXISTS inbox (message_id TEXT PRIMARY KEY, type TEXT, body TEXT)")
    return store


def keep(store: sqlite3.Connection, message: AbstractIncomingMessage) -> bool:
    """Store the message; false if it was there already: a message may come twice."""
    row = (message.message_id, message.type, message.body.decode())
    return store.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)", row).rowcount == 1


async def say(exchange: AbstractExchange, code: str, kind: str, leg_id: str, **body: str) -> None:
    """One word about a leg. The same word has the same id, so saying it twice does no harm."""
    message = aio_pika.Message(
        json.dumps({"leg_id": leg_id, **body}).encode(),
        message_id=str(uuid5(NAMESPACE_URL, f"{leg_id}/{kind}")),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    await exchange.publish(message, f"response.{code}.{kind}")


async def main(code: str, answer: str | None, ask: str | None, path: str) -> None:
    store = store_of(path)
    connection = await aio_pika.connect_robust(os.environ["LAPOR_AMQP_URL"])
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=16)
    responses = await channel.get_exchange("lapor.responses", ensure=False)
    queue = await channel.get_queue(f"agency.{code}", ensure=False)
    async with queue.iterator() as messages:
        async for message in messages:
            try:
                fact = json.loads(message.body)
            except ValueError:
                await message.reject()  # unreadable for ever: it waits among the dead letters
                continue
            if keep(store, message):
                print(message.type, fact.get("leg_id"), fact.get("word") or fact.get("reason"), flush=True)
            # Ours to acknowledge; those of agencies below us are for reading. Unknown types are kept, too.
            if message.type == "disposition.created.v1" and fact["agency"] == code:
                await say(responses, code, "acknowledgement", fact["leg_id"])
                if ask:  # what the reporter says to it comes as disposition.reporter-said
                    await say(responses, code, "question", fact["leg_id"], text=ask)
                if answer:
                    await say(responses, code, "response", fact["leg_id"], text=answer)
            await message.ack()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("code")
    arguments.add_argument("--answer", help="answer every new leg with this text (20 characters or more)")
    arguments.add_argument("--ask", help="ask the reporter this about every new leg (10 characters or more)")
    arguments.add_argument("--store", default="lapor-inbox.sqlite3")
    given = arguments.parse_args()
    asyncio.run(main(given.code, given.answer, given.ask, given.store))

# ruff: noqa: INP001
