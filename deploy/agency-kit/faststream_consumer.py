"""An agency's consumer with FastStream: the same as aio_pika_consumer.py, in fewer words.

LAPOR_AMQP_URL=amqp://… python faststream_consumer.py 35.3578.dishub [--answer "…"] [--ask "…?"]
"""

import argparse
import asyncio
import json
import os
import sqlite3
from uuid import NAMESPACE_URL, uuid5

from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitExchange, RabbitMessage, RabbitQueue

# Declaring is not ours to do: queue and exchange are there.
RESPONSES = RabbitExchange("lapor.responses", declare=False)


async def undecoded(message: RabbitMessage) -> bytes:
    return message.body


def application(code: str, answer: str | None, ask: str | None, path: str) -> FastStream:
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("CREATE TABLE IF NOT EXISTS inbox (message_id TEXT PRIMARY KEY, type TEXT, body TEXT)")
    broker = RabbitBroker(os.environ["LAPOR_AMQP_URL"], default_channel=Channel(prefetch_count=16))

    async def say(kind: str, leg_id: str, **body: str) -> None:
        """The same word has the same id, so saying it twice does no harm."""
        await broker.publish(
            json.dumps({"leg_id": leg_id, **body}).encode(),
            f"response.{code}.{kind}",
            RESPONSES,
            message_id=str(uuid5(NAMESPACE_URL, f"{leg_id}/{kind}")),
            content_type="application/json",
            persist=True,
        )

    # An error rejects the message, which then waits among the dead letters; otherwise it is acknowledged.
    @broker.subscriber(
        RabbitQueue(f"agency.{code}", declare=False),
        ack_policy=AckPolicy.REJECT_ON_ERROR,
        decoder=undecoded,
    )
    async def hear(body: bytes, message: RabbitMessage) -> None:
        fact = json.loads(body)
        kind = message.raw_message.type
        row = (message.message_id, kind, body.decode())
        if store.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)", row).rowcount:
            print(kind, fact.get("leg_id"), fact.get("word") or fact.get("reason"), flush=True)
        if kind == "disposition.created.v1" and fact["agency"] == code:
            await say("acknowledgement", fact["leg_id"])
            if ask:  # what the reporter says to it comes as disposition.reporter-said
                await say("question", fact["leg_id"], text=ask)
            if answer:
                await say("response", fact["leg_id"], text=answer)

    return FastStream(broker)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("code")
    arguments.add_argument("--answer", help="answer every new leg with this text (20 characters or more)")
    arguments.add_argument("--ask", help="ask the reporter this about every new leg (10 characters or more)")
    arguments.add_argument("--store", default="lapor-inbox.sqlite3")
    given = arguments.parse_args()
    asyncio.run(application(given.code, given.answer, given.ask, given.store).run())

# ruff: noqa: INP001
