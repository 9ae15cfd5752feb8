"""The sample consumers, run as processes, pass the conformance check; broken ones are told why."""

import asyncio
import json
import os
import secrets
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest
from uuid_utils.compat import uuid7

from deploy.conformance.check import Check, Finding
from deploy.conformance.watch import Watch
from deploy.provision.agency import grant_agency, revoke_agency
from services.routing.handlers import subscriptions
from shared.contracts import ResponseKind
from shared.contracts.codec import encode
from shared.db.database import Database
from shared.messaging.broker import Worker
from shared.messaging.relay import Relay
from tests.integration.routing.test_routing_broker import empty
from tests.support.clocks import ManualClock
from tests.unit.routing.stories import ANSWER, verified

ROOT = Path(__file__).resolve().parents[3]
KIT = ROOT / "deploy" / "agency-kit"

SAMPLES = {
    "aio-pika": ("35.3518", ["aio_pika_consumer.py", "--answer", ANSWER]),
    "faststream": ("kl.kemensos", ["faststream_consumer.py", "--ask", "Di sisi mana jalan itu?"]),
}
BROKEN = {
    "absent": "kl.kemenkeu",
    "silent": "kl.kemenkes",
    "no-ack": "kl.kemendagri",
    "twice": "kl.kemenhub",
    "meddles": "35",
    "insists": "kl.kemnaker",
    "dies": "kl.polri",
    "wrong-field": "kl.pln",
    "fleeting": "35.3578.dpubm",
    "strict": "33.3374",
    "starts-over": "32.3273",
    "deaf": "33.3372",
}
"""Each consumer has an agency of its own, so that all are checked at once."""
REJECTED = {("disposition.invented.v7", "strict"), ("disposition.reporter-said.v1", "deaf")}


@asynccontextmanager
async def sample(url: str, code: str, command: list[str]):
    """One of the kit's programs, as an agency would start it."""
    program, *options = command
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(KIT / program), code, "--store", ":memory:", *options,
        env={**os.environ, "LAPOR_AMQP_URL": url}, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.kill()
        await process.wait()


class Broken:
    """A consumer with one fault."""

    def __init__(self, code: str, fault: str) -> None:
        self.code, self.fault, self.seen = code, fault, set()

    async def start(self, connection) -> None:
        self.connection, self.channel = connection, await connection.channel()
        await self.channel.set_qos(prefetch_count=16)
        self.responses = await self.channel.get_exchange("lapor.responses", ensure=False)
        queue = await self.channel.get_queue(f"agency.{self.code}", ensure=False)
        if self.fault != "absent":
            await queue.consume(self.hear, no_ack=self.fault == "no-ack")

    async def hear(self, message) -> None:
        if self.fault == "silent":
            return
        try:
            fact = json.loads(message.body)
        except ValueError:
            await (self.connection.close() if self.fault == "dies" else message.reject())
            return
        if message.type == "disposition.created.v1":
            await self.created(fact, message)
        elif message.type == "disposition.refused.v1" and self.fault == "insists":
            await self.say(fact["leg_id"], str(uuid4()))
        if message.type == "disposition.reporter-said.v1" and self.fault == "starts-over":
            await self.say(fact["leg_id"], str(uuid4()))
        if (message.type, self.fault) in REJECTED:
            await message.reject()
        elif self.fault != "no-ack":
            await message.ack()

    async def created(self, fact, message) -> None:
        if fact["agency"] != self.code and self.fault != "meddles":
            return
        if self.fault == "twice":
            await self.say(fact["leg_id"], str(uuid4()))
        elif message.message_id not in self.seen:
            await self.say(fact["leg_id"], fact["leg_id"])
        self.seen.add(message.message_id)

    async def say(self, leg_id: str, message_id: str) -> None:
        body = {"leg": leg_id} if self.fault == "wrong-field" else {"leg_id": leg_id}
        mode = 1 if self.fault == "fleeting" else 2
        message = aio_pika.Message(json.dumps(body).encode(), message_id=message_id, delivery_mode=mode)
        await self.responses.publish(message, f"response.{self.code}.acknowledgement")


@asynccontextmanager
async def broken(url: str, code: str, fault: str):
    async with await aio_pika.connect(url) as connection:
        await Broken(code, fault).start(connection)
        yield


class Verified:
    """Brings legs as the verification service does."""

    def __init__(self, channel) -> None:
        self._channel = channel

    async def file(self, code: str) -> None:
        fact = verified(report_id=uuid4(), agencies=(code,))
        exchange = await self._channel.get_exchange("lapor.events", ensure=False)
        message = aio_pika.Message(encode(fact), type=fact.schema_name(), message_id=str(uuid7()))
        await exchange.publish(message, fact.routing_key)


@asynccontextmanager
async def routing_service(stack):
    database = Database(stack.database_url("routing"), ManualClock(), pool_size=5)
    worker = Worker(stack.amqp_url("routing"), subscriptions(), database)
    relay = asyncio.create_task(Relay(stack.database_url("routing"), stack.amqp_url("routing")).run())
    await worker.start()
    try:
        yield
    finally:
        await worker.stop(5)
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await database.close()


async def checked(stack, channel, code: str, consumer, *how) -> list[Finding]:
    password = secrets.token_urlsafe(12)
    name = await grant_agency(stack.management_url, code, password)
    await (await channel.get_queue(name, ensure=False)).purge()
    url = stack.amqp_url(name, password)
    async with Watch(stack.admin_amqp_url, stack.management_url, code) as watch, consumer(url, code, *how):
        expects = [ResponseKind.ACKNOWLEDGEMENT]
        if consumer is sample:
            await connected(watch)
            expects += [ResponseKind.RESPONSE] if "--answer" in how[0] else []
            expects += [ResponseKind.QUESTION] if "--ask" in how[0] else []
        found = await Check(watch, Verified(channel), expects, patience=8, quiet=0.7).run()
    await revoke_agency(stack.management_url, code)
    await channel.queue_delete(name)
    return found


async def connected(watch: Watch) -> None:
    async with asyncio.timeout(20):
        while not await watch.connected():
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
async def findings(stack) -> dict[str, list[Finding]]:
    connection = await aio_pika.connect(stack.admin_amqp_url)
    async with connection, routing_service(stack):
        channel = await connection.channel()
        await empty(channel)
        checks = {
            **{name: checked(stack, channel, code, sample, how) for name, (code, how) in SAMPLES.items()},
            **{fault: checked(stack, channel, code, broken, fault) for fault, code in BROKEN.items()},
        }
        async with asyncio.TaskGroup() as group:  # where one fails, none goes on beside other tests
            running = {name: group.create_task(check) for name, check in checks.items()}
        await empty(channel)
    return {name: task.result() for name, task in running.items()}


@pytest.mark.parametrize("consumer", ["aio-pika", "faststream"])
async def test_a_sample_consumer_passes_the_check(findings, consumer):
    assert [(one.tried, one.wrong) for one in findings[consumer] if not one.ok] == []
    assert len(findings[consumer]) >= 12


@pytest.mark.parametrize(
    ("consumer", "tried", "wrong"),
    [
        ("absent", "reads its queue", "nobody consumes"),
        ("silent", "answers a new disposition", "no acknowledgement"),
        ("no-ack", "acknowledges to the broker", "without acknowledging"),
        ("twice", "takes a message that comes twice", "something new about a leg"),
        ("meddles", "leaves dispositions of agencies below it alone", "answered one of 35.9999"),
        ("insists", "takes a refusal", "said the refused word again"),
        ("dies", "survives a message nobody can read", "consumer is gone"),
        ("wrong-field", "answers a new disposition", "does not fit the schema: leg_id"),
        ("fleeting", "sends persistent messages", "is lost if the broker restarts"),
        ("strict", "takes unknown types and fields", "rejected the message"),
        ("starts-over", "hears the reporter", "said again what it had said before"),
        ("deaf", "hears the reporter", "rejected the message"),
    ],
)
async def test_a_broken_consumer_is_told_what_is_wrong_and_how_to_mend_it(findings, consumer, tried, wrong):
    (found,) = [one for one in findings[consumer] if one.tried == tried]
    assert wrong in found.wrong
    assert found.remedy
