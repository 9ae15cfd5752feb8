"""The agency wall as data: what an agency's or a supervisor's own broker user may reach, and nothing else.

An agency answers for its own path and for its own units. A unit's part of a path begins with a letter
(`35.3578.dishub`); parts that begin with a digit are provinces, regencies and cities, which answer for
themselves: the province `35` hears of `35.3578`, and cannot speak for it.
"""

import re
from dataclasses import dataclass

from shared.contracts.base import DISPOSITIONS, RESPONSES
from shared.contracts.response import ResponseKind
from shared.messaging.topology import DEAD

CODE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
NOTHING = "^$"
AGENCY, SUPERVISOR = "agency", "supervisor"
NATIONAL = "nasional"

Policies = dict[str, tuple[str, dict[str, str | int]]]
"""Name → (pattern over queue names, definition)."""


def queue_policies(*kinds: str) -> Policies:
    """Of the queues of such users, and of their dead letters.

    Whoever is away for ever fills the own queue and no other's: what falls off its head is parked beside it,
    and nobody who publishes is refused for its sake.
    """
    name, users = f"lapor-{kinds[0]}", f"({'|'.join(kinds)})"
    return {
        name: (
            rf"^{users}\.(?!.*\.dead$)",
            {"delivery-limit": 20, "max-length": 100_000, "overflow": "drop-head"},
        ),
        f"{name}-dead": (
            rf"^{users}\..*\.dead$",
            {"delivery-limit": 1_000_000, "max-length": 10_000, "overflow": "drop-head"},
        ),
    }


POLICIES = queue_policies(AGENCY, SUPERVISOR)

LIMITS = {"max-connections": 20, "max-channels": 100}
"""Of one user, so that no agency's system can use up the broker."""


@dataclass(frozen=True)
class BrokerUser:
    """A user, its queue of the same name, and its permissions as RabbitMQ wants them."""

    name: str
    binding: str
    configure: str
    write: str
    read: str
    topics: dict[str, tuple[str, str]]
    """Exchange → (writable, readable) routing keys."""
    exchange: str = DISPOSITIONS
    """What its queue is bound to."""

    @property
    def dead_queue(self) -> str:
        return f"{self.name}.dead"


def agency_user(code: str) -> BrokerUser:
    """Hears of its legs and of those below it; answers for itself and its units. Raises ValueError."""
    name, escaped = f"{AGENCY}.{_checked(code)}", re.escape(code)
    own = own_queues(name)
    return BrokerUser(
        name,
        binding=f"disposition.{code}.#",
        configure=f"^{own}$",
        write=rf"^({own}|{re.escape(RESPONSES)})$",
        read=rf"^({own}|{re.escape(name)}\.dead|{re.escape(DISPOSITIONS)})$",
        topics={
            DISPOSITIONS: (NOTHING, rf"^disposition\.{escaped}(\..*)?$"),
            RESPONSES: (_answers(escaped), NOTHING),
        },
    )


def supervisor_user(code: str, *, subtree: bool) -> BrokerUser:
    """Reads of one agency, or of everything below it too, and can say nothing. Raises ValueError.

    Everything lies below the national desk: its subtree is the Ombudsman's and the executive office's.
    """
    name, escaped = f"{SUPERVISOR}.{_checked(code)}", re.escape(code)
    own = own_queues(name)
    keys = rf"^disposition\.{escaped}(\..*)?$" if subtree else rf"^disposition\.{escaped}\.([a-z-]+|\*)$"
    binding = f"disposition.{code}.{'#' if subtree else '*'}"
    if subtree and code == NATIONAL:
        keys, binding = r"^disposition\.", "disposition.#"
    return BrokerUser(
        name,
        binding=binding,
        configure=f"^{own}$",
        write=f"^{own}$",
        read=rf"^({own}|{re.escape(name)}\.dead|{re.escape(DISPOSITIONS)})$",
        topics={DISPOSITIONS: (NOTHING, keys), RESPONSES: (NOTHING, NOTHING)},
    )


def queue_arguments(user: BrokerUser) -> dict[str, str]:
    """Of the user's own queue: what its system rejects for good is parked, not lost."""
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-routing-key": user.name,
    }


def _answers(escaped: str) -> str:
    return rf"^response\.{escaped}(\.[a-z][a-z0-9-]*)*\.({'|'.join(ResponseKind)})$"


def own_queues(name: str) -> str:
    """The user's queue, and more that it may make: `agency.35.3578:archive`. A unit's queue is the unit's."""
    return rf"{re.escape(name)}(:.*)?"


def _checked(code: str) -> str:
    if not CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no agency path such as 35.3578.dishub")
    return code
