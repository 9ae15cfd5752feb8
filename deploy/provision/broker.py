"""Declares the topology and the services' broker users from `shared.messaging.topology`.

Deletes no queue but those of earlier versions, and of these none that holds a message or has a reader.
"""

from collections.abc import Mapping

import aio_pika
from aio_pika.abc import AbstractChannel, ExchangeType

from deploy.provision.management import VHOST, Management
from shared.messaging.topology import EXCHANGES, POLICIES, QUEUES, RETIRED, Queue, service_permissions

NOTHING = "^$"


async def provision_broker(broker_url: str, management_url: str, passwords: Mapping[str, str]) -> None:
    """Policies first, so that no queue lives a moment without its limits; users last: none finds half."""
    async with Management(management_url) as management:
        await _set_policies(management)
        await _declare(broker_url)
        await _retire(broker_url, management)
        for service, password in passwords.items():
            await _grant(management, service, password)


async def _set_policies(management: Management) -> None:
    for name, (pattern, definition) in POLICIES.items():
        body = {"pattern": pattern, "definition": definition, "apply-to": "queues", "priority": 1}
        await management.put("policies", VHOST, name, body=body)


async def _declare(broker_url: str) -> None:
    connection = await aio_pika.connect(broker_url)
    async with connection:
        channel = await connection.channel()
        for name in EXCHANGES:
            await channel.declare_exchange(name, ExchangeType.TOPIC, durable=True)
        for queue in QUEUES:
            await _declare_queue(channel, queue)


async def _retire(broker_url: str, management: Management) -> None:
    """RabbitMQ deletes no quorum queue on the condition that it is empty, so its counts are asked first.

    No service may write to a retired queue: none fills between the two.
    """
    listed = {queue["name"] for queue in await management.get("queues", VHOST, columns="name")}
    left = [name for name in RETIRED if name in listed]
    if not left:
        return
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        for name in left:
            counts = (await channel.declare_queue(name, passive=True)).declaration_result
            if not counts.message_count and not counts.consumer_count:
                await channel.queue_delete(name)


async def _declare_queue(channel: AbstractChannel, queue: Queue) -> None:
    declared = await channel.declare_queue(queue.name, durable=True, arguments=dict(queue.arguments))
    for exchange, key in queue.bindings:
        await declared.bind(exchange, key)


async def _grant(management: Management, service: str, password: str) -> None:
    permissions = service_permissions(service)
    await management.put("users", service, body={"password": password, "tags": ""})
    await set_permissions(
        management,
        service,
        (permissions.configure, permissions.write, permissions.read),
        {exchange: (keys, NOTHING) for exchange, keys in permissions.topics.items()},
    )


async def set_permissions(
    management: Management,
    user: str,
    permissions: tuple[str, str, str],
    topics: Mapping[str, tuple[str, str]],
) -> None:
    """(configure, write, read) over names, and exchange → (write, read) over routing keys."""
    # Topic permissions first: without one, a writable exchange would take any key.
    for exchange, (write, read) in topics.items():
        body = {"exchange": exchange, "write": write, "read": read}
        await management.put("topic-permissions", VHOST, user, body=body)
    configure, write, read = permissions
    body = {"configure": configure, "write": write, "read": read}
    await management.put("permissions", VHOST, user, body=body)
