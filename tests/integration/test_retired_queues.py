"""A broker that earlier versions prepared: their queues without a use go, and no message goes with them."""

import pytest
from aio_pika.exceptions import ChannelClosed

from deploy.provision.broker import provision_broker
from shared.messaging.topology import RETIRED
from tests.support.broker import REFUSED, channel_of, publish

WEB = "intake.inbound.web"


@pytest.fixture
async def earlier(stack):
    """The queues as they were declared once, with a message in the first."""
    async with channel_of(stack.admin_amqp_url) as admin:
        for name in RETIRED:
            queue = await admin.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
            if name == WEB:
                await queue.bind("lapor.inbound", "inbound.web")
                await publish(admin, "lapor.inbound", "inbound.web")
        yield admin
        await admin.queue_delete(WEB)


async def is_there(stack, name: str) -> bool:
    async with channel_of(stack.admin_amqp_url) as channel:
        try:
            await channel.declare_queue(name, passive=True)
        except ChannelClosed:
            return False
        return True


async def test_provisioning_deletes_what_is_empty_and_leaves_what_holds_a_message(stack, earlier):
    await provision_broker(stack.admin_amqp_url, stack.management_url, {})
    assert [name for name in RETIRED if await is_there(stack, name)] == [WEB]


async def test_intake_may_not_write_to_a_retired_queue(stack, earlier):
    async with channel_of(stack.amqp_url("intake")) as channel:
        with pytest.raises(REFUSED):
            await publish(channel, "lapor.inbound", "inbound.web")
