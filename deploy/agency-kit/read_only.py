"""A supervisor's reader: prints what happens to the legs of an agency, or of everything below it.

LAPOR_AMQP_URL=amqp://supervisor.35:…@… python read_only.py 35
"""

import asyncio
import json
import os
import sys

import aio_pika


async def main(code: str) -> None:
    connection = await aio_pika.connect_robust(os.environ["LAPOR_AMQP_URL"])
    channel = await connection.channel()
    queue = await channel.get_queue(f"supervisor.{code}", ensure=False)
    async with queue.iterator() as messages:
        async for message in messages:
            async with message.process():
                fact = json.loads(message.body)
                print(fact["occurred_at"], fact["agency"], message.type, fact["leg_id"], flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

# ruff: noqa: INP001
