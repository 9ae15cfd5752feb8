"""Agencies' and supervisors' broker users: made, renewed and taken away."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.provision.broker import set_permissions
from deploy.provision.management import VHOST, Management, ManagementError
from shared.contracts.base import DISPOSITIONS
from shared.messaging.agencies import (
    AGENCY,
    LIMITS,
    POLICIES,
    SUPERVISOR,
    BrokerUser,
    Policies,
    agency_user,
    queue_arguments,
    supervisor_user,
)
from shared.messaging.topology import DEAD

__all__ = [
    "Access",
    "accesses",
    "grant",
    "grant_agency",
    "granted_users",
    "renew_permissions",
    "revoke",
    "revoke_agency",
    "rotate",
    "user_of",
]


@dataclass(frozen=True)
class Access:
    """A user that was granted, who reads its queue, and what waits there. Counts may be seconds old."""

    user: str
    consumers: int
    waiting: int
    dead: int


def user_of(code: str, *, read_only: bool = False, subtree: bool = False) -> BrokerUser:
    """The user that an agency, or who supervises it, is given. Raises ValueError for what is no path."""
    return supervisor_user(code, subtree=subtree) if read_only else agency_user(code)


async def grant_agency(management_url: str, code: str, password: str) -> str:
    """Make or renew an agency's own user; returns its name, which is also its queue's."""
    return await grant(management_url, agency_user(code), password)


async def grant(management_url: str, user: BrokerUser, password: str, policies: Policies = POLICIES) -> str:
    """Make or renew a user and its queue; returns the name. Raises ManagementError.

    The queue is durable and belongs to the user: what is said to it waits there while its system is away.
    """
    async with Management(management_url) as management:
        for name, (pattern, definition) in policies.items():
            body = {"pattern": pattern, "definition": definition, "apply-to": "queues", "priority": 2}
            await management.put("policies", VHOST, name, body=body)
        await _declare(management, user.dead_queue, {"x-queue-type": "quorum"})
        await _declare(management, user.name, queue_arguments(user))
        await _bind(management, DEAD, user.dead_queue, user.name)
        await _bind(management, user.exchange, user.name, user.binding)
        await _unbind_others(management, user)
        await management.put("users", user.name, body={"password": password, "tags": ""})
        for limit, value in LIMITS.items():
            await management.put("user-limits", user.name, limit, body={"value": value})
        await set_permissions(management, user.name, (user.configure, user.write, user.read), user.topics)
    return user.name


async def rotate(management_url: str, name: str, password: str) -> None:
    """A new password from now on; connections that are open stay open."""
    async with Management(management_url) as management:
        await management.put("users", name, body={"password": password, "tags": ""})


async def revoke_agency(management_url: str, code: str) -> None:
    """Take an agency's access away at once. Its queue stays: what waits there is not lost."""
    await revoke(management_url, agency_user(code).name)


async def revoke(management_url: str, name: str) -> None:
    """Take a user's access away, and end the connections it has."""
    async with Management(management_url) as management:
        await management.delete("users", name)


async def granted_users(management_url: str, kinds: Sequence[str] = (AGENCY, SUPERVISOR)) -> list[str]:
    """The names of every agency's and supervisor's user, or of users of another kind."""
    async with Management(management_url) as management:
        users = await management.get("users")
    return sorted(u["name"] for u in users if u["name"].startswith(tuple(f"{kind}." for kind in kinds)))


async def accesses(management_url: str, kinds: Sequence[str] = (AGENCY, SUPERVISOR)) -> list[Access]:
    """Every user of these kinds, and how its queue is doing."""
    names = await granted_users(management_url, kinds)
    async with Management(management_url) as management:
        queues = {queue["name"]: queue for queue in await management.get("queues", VHOST)}
    return [
        Access(
            name,
            int(queues.get(name, {}).get("consumers", 0)),
            int(queues.get(name, {}).get("messages", 0)),
            int(queues.get(f"{name}.dead", {}).get("messages", 0)),
        )
        for name in names
    ]


async def renew_permissions(management_url: str) -> list[str]:
    """Let every agency's user do what agencies may do today; returns those that could do something else.

    Passwords, queues and bindings stay, and so do connections: the broker asks anew with each message.
    """
    async with Management(management_url) as management:
        names = [user["name"] for user in await management.get("users")]
        plain = {
            held["user"]: (held["configure"], held["write"], held["read"])
            for held in await management.get("permissions")
            if held["vhost"] == VHOST
        }
        topics: dict[str, dict[str, tuple[str, str]]] = {}
        for held in await management.get("topic-permissions"):
            if held["vhost"] == VHOST:
                topics.setdefault(held["user"], {})[held["exchange"]] = (held["write"], held["read"])
        renewed = []
        for name in sorted(name for name in names if name.startswith(f"{AGENCY}.")):
            user = agency_user(name.removeprefix(f"{AGENCY}."))
            wanted = (user.configure, user.write, user.read)
            if (plain.get(name), topics.get(name)) != (wanted, user.topics):
                await set_permissions(management, name, wanted, user.topics)
                renewed.append(name)
    return renewed


async def _declare(management: Management, name: str, arguments: dict[str, str]) -> None:
    body = {"durable": True, "arguments": arguments}
    try:
        await management.put("queues", VHOST, name, body=body)
    except ManagementError as error:
        if "inequivalent arg" not in str(error):
            raise
        raise ManagementError(
            f"The queue {name} exists with other arguments. Empty it, delete it "
            "(in RabbitMQ's management), and grant again."
        ) from error


async def _bind(management: Management, exchange: str, queue: str, key: str) -> None:
    await management.post("bindings", VHOST, "e", exchange, "q", queue, body={"routing_key": key})


async def _unbind_others(management: Management, user: BrokerUser) -> None:
    """A supervisor whose scope has shrunk hears no more than it may."""
    if not user.name.startswith(f"{SUPERVISOR}."):
        return
    there = ("bindings", VHOST, "e", DISPOSITIONS, "q", user.name)
    for binding in await management.get(*there):
        if binding["routing_key"] != user.binding:
            await management.delete(*there, binding["properties_key"])
