"""The wall of partners' systems, which file reports over the broker: what one may reach, and nothing else.

A partner publishes to one topic and hears the answers to its own messages. The broker proves who it is:
a message carries its user in the property `user_id`, and RabbitMQ refuses one that names another user.
"""

import re

from shared.contracts.base import INBOUND, REPLIES
from shared.messaging.agencies import CODE, NOTHING, BrokerUser, own_queues, queue_policies

PARTNER = "partner"
KEY = "inbound.api"
MARK = f"{PARTNER}."

POLICIES = queue_policies(PARTNER)


def partner_user(code: str) -> BrokerUser:
    """Files reports, and hears what became of them. Raises ValueError."""
    if not CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no partner's code such as bpjs-kesehatan")
    name = f"{MARK}{code}"
    own = own_queues(name)
    return BrokerUser(
        name,
        binding=name,
        configure=f"^{own}$",
        write=rf"^({own}|{re.escape(INBOUND)})$",
        read=rf"^({own}|{re.escape(name)}\.dead|{re.escape(REPLIES)})$",
        topics={
            INBOUND: (f"^{re.escape(KEY)}$", NOTHING),
            REPLIES: (NOTHING, f"^{re.escape(name)}$"),
        },
        exchange=REPLIES,
    )


def partner_of(user: str | None) -> str | None:
    """The code of the partner whose broker user this is; None for anybody else's."""
    code = (user or "").removeprefix(MARK)
    return code if user and user.startswith(MARK) and CODE.fullmatch(code) else None
