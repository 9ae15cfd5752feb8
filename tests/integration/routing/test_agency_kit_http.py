"""The kit's receiver of web hooks, its cron script and its supervisor's reader, run as programs."""

import asyncio
import json
import os
import secrets
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aio_pika
import pytest
import uvicorn
from uuid_utils.compat import uuid7

from deploy.local.ports import choose
from deploy.provision.agency import grant, user_of
from services.routing.api import router
from services.routing.webhooks import signing
from services.routing.webhooks.sender import post
from services.routing.webhooks.store import Claimed
from shared.contracts.codec import encode
from shared.security.tokens import Role
from shared.web.outbound import Outbound
from tests.contract.samples import sample
from tests.integration.routing.conftest import VAULT
from tests.unit.routing.stories import verified

KIT = Path(__file__).resolve().parents[3] / "deploy" / "agency-kit"
ROADS = "35.3578.dpubm"


@asynccontextmanager
async def program(*command: str, **env: str):
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **env}, stdout=asyncio.subprocess.PIPE
    )
    yield process
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def free_port() -> int:
    return choose(["kit"], {})["kit"]


@asynccontextmanager
async def receiver(secret: bytes):
    """The sample receiver; yields its address."""
    port = free_port()
    command = (sys.executable, str(KIT / "webhook_receiver.py"), str(port))
    async with program(*command, LAPOR_WEBHOOK_SECRET=signing.shown(secret)) as process:
        async with asyncio.timeout(20):
            while True:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}/", process


async def deliver(url: str, *keys: bytes) -> str | None:
    """What was wrong with a delivery that was signed with these keys."""
    webhook_id = uuid7()
    closed = [VAULT.close(key, webhook_id) for key in keys]
    delivery = Claimed(
        id=0, delivery_id=uuid7(), webhook_id=webhook_id, event_id=uuid7(), type="webhook.test",
        body=b'{"agency":"35"}', attempts=1, age=0, agency="35", url=url, secret=closed[0],
        old_secret=closed[1] if len(closed) > 1 else None,
    )  # fmt: skip
    outbound = Outbound(seconds=5, loopback=True)
    try:
        return (await post(outbound, VAULT, delivery))[1]
    finally:
        await outbound.close()


async def test_the_sample_receiver_takes_what_is_signed_with_its_secret_and_nothing_else():
    secret, other = signing.new_secret(), signing.new_secret()
    async with receiver(secret) as (url, process):
        outcomes = [await deliver(url, secret), await deliver(url, other, secret), await deliver(url, other)]
        assert process.stdout is not None
        assert (await process.stdout.readline()).startswith(b"webhook.test")
    assert outcomes == [None, None, "HTTP 401"]


@pytest.fixture
async def served(assembled):
    """The routing service's API on a port of its own."""
    app = assembled(router)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def test_the_cron_script_acknowledges_everything_new(routing, served, sign):
    for _ in range(3):
        await routing.hear(verified(report_id=uuid7()))
    token = sign(Role.LIAISON, ROADS)["Authorization"].removeprefix("Bearer ")
    script = ("sh", str(KIT / "acknowledge.sh"))
    async with program(*script, LAPOR_URL=served, LAPOR_TOKEN=token, NO_PROXY="127.0.0.1") as process:
        await process.communicate()
        assert process.returncode == 0
    assert {leg.state for leg in await routing.legs()} == {"acknowledged"}


async def test_the_cron_script_fails_when_the_token_is_wrong(served):
    script = ("sh", str(KIT / "acknowledge.sh"))
    async with program(*script, LAPOR_URL=served, LAPOR_TOKEN="x", NO_PROXY="127.0.0.1") as process:
        await process.communicate()
        assert process.returncode != 0


async def test_the_supervisors_reader_prints_what_happens_below(stack):
    from shared.contracts import DispositionAcknowledged

    user, password = user_of("35", read_only=True, subtree=True), secrets.token_urlsafe(12)
    await grant(stack.management_url, user, password)
    fact = sample(DispositionAcknowledged)
    connection = await aio_pika.connect(stack.amqp_url("routing"))
    async with connection:
        exchange = await (await connection.channel()).get_exchange("lapor.dispositions", ensure=False)
        message = aio_pika.Message(encode(fact), type=fact.schema_name(), message_id=str(uuid7()))
        await exchange.publish(message, fact.routing_key)
    reader = (sys.executable, str(KIT / "read_only.py"), "35")
    async with program(*reader, LAPOR_AMQP_URL=stack.amqp_url(user.name, password)) as process:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            line = (await process.stdout.readline()).decode().split()
    assert line[1:] == [fact.agency, "disposition.acknowledged.v1", json.loads(encode(fact))["leg_id"]]
