"""Messages that a client library cannot even read: parked like any other, and nobody waits for them."""

import asyncio

import pytest

from shared.contracts import Channel
from tests.support.broker import channel_of

from .channel_servers import at_work, until
from .test_channels_partners import REPORT, publish


class Latin(str):
    """A text that goes out in another encoding than AMQP's."""

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def encode(self, *_: str) -> bytes:
        return super().encode("latin-1")


@pytest.mark.parametrize("name", ["message_id", "correlation_id", "type"])
async def test_properties_that_are_no_text_stop_nobody(intake, stack, partner_url, broker, name):
    dead = await broker.get_queue("intake.inbound.api.dead", ensure=False)
    await dead.purge()
    async with channel_of(partner_url) as channel:
        await publish(channel, REPORT, **{name: Latin("pengaduan-é")})
        await publish(channel, REPORT, message_id="m-2")
    async with at_work(intake, stack, Channel.API):

        async def filed() -> bool:
            return await intake.count("reports") == 1

        await until(filed)
        async with asyncio.timeout(20):
            while (parked := await dead.get(fail=False)) is None:
                await asyncio.sleep(0.05)
            await parked.ack()
    assert "user_id names no partner" in str(parked.headers["x-lapor-reason"])
