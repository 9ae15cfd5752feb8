"""The agency wall: an agency's broker user reaches its own topic and its own answers, and nothing else."""

import re

from deploy.provision.broker import set_permissions
from deploy.provision.management import VHOST, Management
from shared.contracts.base import DISPOSITIONS, RESPONSES

CODE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")


def agency_name(code: str) -> str:
    """The name of an agency's broker user and of its queue. Raises ValueError for what is no agency path."""
    if not CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no agency path such as 35.3578.dishub")
    return f"agency.{code}"


async def grant_agency(management_url: str, code: str, password: str) -> str:
    """Make or renew an agency's user and its queue, which hears all for it and below it; returns the name.

    The queue is durable and belongs to the agency: dispositions wait there while the agency is away.
    """
    name, escaped = agency_name(code), re.escape(code)
    own = rf"agency\.{escaped}(\..*)?"
    async with Management(management_url) as management:
        await management.put(
            "queues", VHOST, name, body={"durable": True, "arguments": {"x-queue-type": "quorum"}}
        )
        binding = {"routing_key": f"disposition.{code}.#"}
        await management.post("bindings", VHOST, "e", DISPOSITIONS, "q", name, body=binding)
        await management.put("users", name, body={"password": password, "tags": ""})
        await set_permissions(
            management,
            name,
            (
                f"^{own}$",
                rf"^({own}|{re.escape(RESPONSES)})$",
                rf"^({own}|{re.escape(DISPOSITIONS)})$",
            ),
            {
                DISPOSITIONS: ("^$", rf"^disposition\.{escaped}(\..*)?$"),
                RESPONSES: (rf"^response\.{escaped}(\..*)?$", "^$"),
            },
        )
    return name


async def revoke_agency(management_url: str, code: str) -> None:
    """Take an agency's access away at once. Its queue stays: what waits there is not lost."""
    name = agency_name(code)
    async with Management(management_url) as management:
        await management.delete("users", name)
