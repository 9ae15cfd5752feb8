"""Fixtures for channels: the queues they read, the mail server they listen with, a partner's broker user."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aio_pika
import pytest

from deploy.local.ports import choose
from deploy.local.probes import answers
from deploy.provision.agency import grant
from services.intake.channels.mail.channel import MailHandler
from services.intake.channels.mail.server import MailServer
from shared.contracts import Channel
from shared.messaging.broker import Worker
from shared.messaging.partners import POLICIES, partner_user

from .gateways import Gateway, gateways

if TYPE_CHECKING:
    from .conftest import Intake

NAMES = ("sms", "whatsapp", "telegram", "x", "email", "api")
SECONDS = 20


@pytest.fixture(scope="module")
async def partner_url(stack) -> str:
    """A partner that may file over the broker."""
    password = secrets.token_urlsafe(12)
    user = partner_user("bpjs")
    await grant(stack.management_url, user, password, POLICIES)
    return str(stack.amqp_url(user.name, password))


@pytest.fixture
async def broker(stack) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    """The broker as its administrator, with every inbound queue empty."""
    connection = await aio_pika.connect(stack.admin_amqp_url)
    channel = await connection.channel()
    for name in NAMES:
        await (await channel.get_queue(f"intake.inbound.{name}", ensure=False)).purge()
    yield channel
    await connection.close()


@pytest.fixture
async def served(open_intake: Callable[..., Any], broker: Any) -> AsyncIterator["Intake"]:
    """Intake with every channel, and its mail server."""
    port = choose(["lmtp"], {})["lmtp"]
    intake = await open_intake(mail_port=port, mail_max_bytes=2_000_000)
    handler = MailHandler(intake.desk, intake.desk.keys)
    listening = asyncio.create_task(MailServer(handler, intake.desk.settings).serve())
    async with asyncio.timeout(SECONDS):
        while not await answers(port):
            await asyncio.sleep(0.02)
    yield intake
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


@pytest.fixture
def gateway(request: Any, partner_url: str) -> Gateway:
    return gateways(partner_url)[request.param]


@asynccontextmanager
async def at_work(intake: "Intake", stack: Any, channel: Channel) -> AsyncIterator[None]:
    """The channel's worker, for as long as the block runs."""
    subscriptions = intake.desk.adapters[channel].subscriptions()
    worker = Worker(stack.amqp_url("intake"), subscriptions, intake.database)
    await worker.start()
    try:
        yield
    finally:
        await worker.stop(5)


async def until(holds: Callable[[], Any]) -> None:
    """Wait for what happens a moment later."""
    async with asyncio.timeout(SECONDS):
        while not await holds():
            await asyncio.sleep(0.03)


async def waiting(broker: Any, channel: Channel) -> int:
    """Messages in the channel's queue that nobody has taken."""
    queue = await broker.declare_queue(f"intake.inbound.{channel}", passive=True)
    return int(queue.declaration_result.message_count)
