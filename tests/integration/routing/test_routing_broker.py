"""The whole way over the real broker: a verified case, an agency with its own user, its words, the facts."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pytest
from uuid_utils.compat import uuid7

from deploy.provision.agency import grant_agency, revoke_agency
from services.routing.handlers import subscriptions
from shared import contracts as c
from shared.contracts.codec import decode, encode
from shared.messaging.broker import Worker
from shared.messaging.relay import Relay
from shared.messaging.topology import QUEUES
from tests.unit.routing.stories import (
    ANSWER,
    DONE,
    HOUR,
    WHY_NOT,
    accepted,
    objected,
    rated,
    replied,
    supplemented,
    verified,
    withdrawn,
)

ROADS, TRANSPORT, PASSWORD = "35.3578.dpubm", "35.3578.dishub", "a-long-password"


@pytest.fixture
async def channel(stack):
    """The administrator's, on empty queues."""
    connection = await aio_pika.connect(stack.admin_amqp_url)
    channel = await connection.channel()
    await empty(channel)
    yield channel
    await empty(channel)
    await connection.close()


async def empty(channel) -> None:
    for queue in QUEUES:
        await (await channel.get_queue(queue.name, ensure=False)).purge()


@pytest.fixture
async def service(stack, routing, channel):
    """The worker and relay of the routing service, with its own users."""
    worker = Worker(stack.amqp_url("routing"), subscriptions("30/minute"), routing.database)
    relay = Relay(stack.database_url("routing"), stack.amqp_url("routing"))
    routing.database.said = relay.wake
    task = asyncio.create_task(relay.run())
    await worker.start()
    yield routing
    await worker.stop(5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@dataclass
class AgencySystem:
    """What an agency runs: reads its own queue, publishes its own words, and knows nothing else."""

    code: str
    channel: Any
    heard: list[c.DispositionFact] = field(default_factory=list)

    async def listen(self) -> None:
        queue = await self.channel.get_queue(f"agency.{self.code}", ensure=False)
        async with queue.iterator() as messages:
            async for message in messages:
                self.heard.append(decode(message.type, message.body))
                await message.ack()

    async def say(self, kind: str, body: dict | bytes, *, key: str | None = None, **message: Any) -> UUID:
        raw = body if isinstance(body, bytes) else json.dumps(body, default=str).encode()
        message_id = message.pop("message_id", str(uuid7()))
        exchange = await self.channel.get_exchange("lapor.responses", ensure=False)
        await exchange.publish(
            aio_pika.Message(raw, message_id=message_id, **message), key or f"response.{self.code}.{kind}"
        )
        return UUID(message_id)

    async def next(self, kind: type[c.DispositionFact], count: int = 1) -> Any:
        """The `count`-th fact of a kind, waiting for it."""
        async with asyncio.timeout(40):
            while len(found := [fact for fact in self.heard if type(fact) is kind]) < count:
                await asyncio.sleep(0.02)
        return found[count - 1]


@contextlib.asynccontextmanager
async def agency_system(stack, code: str):
    name = await grant_agency(stack.management_url, code, PASSWORD)
    connection = await aio_pika.connect(stack.amqp_url(name, PASSWORD))
    async with connection:
        system = AgencySystem(code, await connection.channel())
        await (await system.channel.get_queue(name, ensure=False)).purge()
        listening = asyncio.create_task(system.listen())
        yield system
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await system.channel.queue_delete(name)
    await revoke_agency(stack.management_url, code)


@pytest.fixture
async def roads(stack, service):
    async with agency_system(stack, ROADS) as system:
        yield system


@pytest.fixture
async def transport(stack, service):
    async with agency_system(stack, TRANSPORT) as system:
        yield system


async def verify(channel, *, copies: int = 1, **more: Any) -> c.CaseVerified:
    """As the verification service says it."""
    fact = verified(report_id=uuid4(), **more)
    exchange = await channel.get_exchange("lapor.events", ensure=False)
    event_id = str(uuid7())
    for _ in range(copies):
        message = aio_pika.Message(encode(fact), type=fact.schema_name(), message_id=event_id)
        await exchange.publish(message, fact.routing_key)
    return fact


async def dead_letters(channel, queue: str) -> int:
    declared = await channel.declare_queue(f"{queue}.dead", passive=True)
    return declared.declaration_result.message_count


async def test_an_agency_is_told_answers_and_learns_that_it_was_heard(channel, roads):
    fact = await verify(channel, copies=2)
    created = await roads.next(c.DispositionCreated)
    await roads.say("acknowledgement", {"leg_id": created.leg_id})
    await roads.next(c.DispositionAcknowledged)
    await roads.say("response", {"leg_id": created.leg_id, "text": ANSWER})
    await roads.next(c.DispositionResponded)
    await roads.say("completion", {"leg_id": created.leg_id, **DONE})
    completed = await roads.next(c.DispositionCompleted)
    assert (created.report_id, created.text, completed.leg_version) == (fact.report_id, fact.text, 4)
    assert len([told for told in roads.heard if isinstance(told, c.DispositionCreated)]) == 1


async def test_what_was_accepted_names_the_message_that_it_answers(channel, roads):
    await verify(channel)
    created = await roads.next(c.DispositionCreated)
    said = await roads.say("acknowledgement", {"leg_id": created.leg_id})
    assert (await roads.next(c.DispositionAcknowledged)).response_id == str(said)


async def test_what_one_agency_returns_the_next_one_gets(channel, roads, transport):
    await verify(channel)
    created = await roads.next(c.DispositionCreated)
    await roads.say("return", {"leg_id": created.leg_id, "text": WHY_NOT, "suggested_agency": TRANSPORT})
    redirected = await roads.next(c.DispositionRedirected)
    following = await transport.next(c.DispositionCreated)
    assert (redirected.to_agency, redirected.to_leg_id, following.hop) == (TRANSPORT, following.leg_id, 2)


async def test_a_message_sent_twice_counts_once(channel, roads):
    await verify(channel)
    created = await roads.next(c.DispositionCreated)
    message_id = str(uuid7())
    for _ in range(2):
        await roads.say("response", {"leg_id": created.leg_id, "text": ANSWER}, message_id=message_id)
    await roads.say("completion", {"leg_id": created.leg_id, **DONE})
    assert (await roads.next(c.DispositionCompleted)).leg_version == 3


async def test_a_completion_without_substance_is_answered_with_every_field(channel, roads):
    await verify(channel)
    created = await roads.next(c.DispositionCreated)
    await roads.say("completion", {"leg_id": created.leg_id, "text": "Sudah ditindaklanjuti."})
    refused = await roads.next(c.DispositionRefused)
    assert [error.field for error in refused.errors] == ["text", "evidence"]


async def test_a_message_that_is_no_json_is_answered_and_blocks_nobody(channel, roads):
    response_id = await roads.say("response", b"bukan json")
    refused = await roads.next(c.DispositionRefused)
    assert (refused.response_id, await dead_letters(channel, "routing.responses")) == (str(response_id), 0)


async def test_an_agency_does_not_answer_for_another(channel, roads, transport):
    await verify(channel)
    created = await roads.next(c.DispositionCreated)
    await transport.say("completion", {"leg_id": created.leg_id, **DONE})
    refused = await transport.next(c.DispositionRefused)
    assert (refused.report_id, created.leg_version) == (UUID(int=0), 1)


async def test_a_header_makes_nobody_another_agency(channel, roads, transport):
    await verify(channel)
    created = await roads.next(c.DispositionCreated)
    disguise = {"x-lapor-routing-key": f"response.{ROADS}.completion"}
    await transport.say("completion", {"leg_id": created.leg_id, **DONE}, headers=disguise)
    await transport.next(c.DispositionRefused)
    assert not [told for told in roads.heard if isinstance(told, c.DispositionCompleted)]


async def test_a_key_that_means_nothing_is_a_dead_letter(channel, roads):
    exchange = await channel.get_exchange("lapor.responses", ensure=False)
    await exchange.publish(aio_pika.Message(b"{}", message_id="1"), f"response.{ROADS}.shouting")
    async with asyncio.timeout(40):
        while await dead_letters(channel, "routing.responses") == 0:
            await asyncio.sleep(0.05)


async def publish(channel, fact: c.Fact) -> None:
    exchange = await channel.get_exchange("lapor.events", ensure=False)
    message = aio_pika.Message(encode(fact), type=fact.schema_name(), message_id=str(uuid7()))
    await exchange.publish(message, fact.routing_key)


async def test_an_agency_asks_and_hears_the_reporter(channel, roads):
    await verify(channel)
    created = await roads.next(c.DispositionCreated)
    said = await roads.say("question", {"leg_id": created.leg_id, "text": "Lubangnya di sisi mana?"})
    asked = await roads.next(c.DispositionAsked)
    assert asked.response_id == str(said)
    later = asked.occurred_at + HOUR
    await publish(channel, replied(later).model_copy(update={"report_id": created.report_id}))
    heard = await roads.next(c.DispositionReporterSaid)
    assert (heard.word, heard.text, heard.answers_question) == ("reply", "Kapan dikerjakan?", True)


@pytest.mark.parametrize(
    "word", [supplemented, replied, objected, accepted, withdrawn, rated], ids=lambda word: word.__name__
)
async def test_every_word_of_the_reporter_reaches_the_agency(channel, roads, word):
    fact = await verify(channel)
    created = await roads.next(c.DispositionCreated)
    await publish(channel, word(fact.occurred_at + HOUR).model_copy(update={"report_id": fact.report_id}))
    assert (await roads.next(c.DispositionReporterSaid)).leg_id == created.leg_id


async def test_a_flood_of_one_agency_is_refused_and_another_is_heard(channel, roads, transport):
    await verify(channel)
    created = await roads.next(c.DispositionCreated)
    for _ in range(100):
        await transport.say("response", {"leg_id": uuid4(), "text": ANSWER})
    await roads.say("completion", {"leg_id": created.leg_id, **DONE})
    assert await roads.next(c.DispositionCompleted)
    last = await transport.next(c.DispositionRefused, 100)
    assert last.retry_after_seconds
    assert await dead_letters(channel, "routing.responses") == 0
