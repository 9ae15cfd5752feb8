"""Every exchange, queue, policy and permission as data; `deploy.provision` declares it before services start.

Works on RabbitMQ 3.10 and 4.x: quorum queues only, tunables in policies, no priorities, no global prefetch.
"""

import re
from dataclasses import dataclass

from shared.contracts.base import DISPOSITIONS, EVENTS, INBOUND, PRIVATE, REPLIES, RESPONSES
from shared.contracts.enums import Channel

DEAD = "lapor.dead"
SERVICES = ("intake", "verification", "routing", "sla", "notify")

RETRY_DELAYS = {"1s": 1_000, "5s": 5_000, "30s": 30_000, "5m": 300_000}
"""The ladder, in milliseconds. After the last rung a message is parked among the dead letters."""


def retry_exchange(delay: str) -> str:
    """Exchange and queue of one rung; a message keeps the name of its own queue as routing key."""
    return f"lapor.retry.{delay}"


EXCHANGES = (
    EVENTS, DISPOSITIONS, RESPONSES, PRIVATE, INBOUND, REPLIES, DEAD, *map(retry_exchange, RETRY_DELAYS)
)  # fmt: skip
"""All topic exchanges, all durable."""


@dataclass(frozen=True)
class Queue:
    """A durable quorum queue, what it hears, and whether failures park beside it."""

    name: str
    bindings: tuple[tuple[str, str], ...]
    dead_letters: bool = True

    @property
    def arguments(self) -> dict[str, str]:
        """What is declared and so can never be changed: the type, and where dead letters go."""
        if not self.dead_letters:
            return {"x-queue-type": "quorum"}
        return {
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": DEAD,
            "x-dead-letter-routing-key": self.name,
        }


QUEUED_CHANNELS = (
    Channel.API, Channel.SMS, Channel.WHATSAPP, Channel.TELEGRAM, Channel.EMAIL, Channel.X
)  # fmt: skip
"""Whose messages wait in a queue each. By the others people file and wait for the receipt: the report is in
the database before they are answered, so there is nothing to queue. `api`: partners' systems on the broker.
"""


def inbound_queue(channel: Channel) -> str:
    """Where a channel's messages wait for intake's worker."""
    return f"intake.inbound.{channel}"


WORK = (
    Queue("intake.facts", ((EVENTS, "case.#"), (EVENTS, "sla.#"), (DISPOSITIONS, "disposition.#"))),
    *(Queue(inbound_queue(c), ((INBOUND, f"inbound.{c}"),)) for c in QUEUED_CHANNELS),
    Queue(
        "verification.facts",
        (
            (EVENTS, "report.#"),
            (EVENTS, "evidence.#"),
            (EVENTS, "sla.expired.#"),
            (EVENTS, "sla.warning.verification"),
            (EVENTS, "sla.breached.verification"),
            (EVENTS, "sla.deadlines-amended"),
            (EVENTS, "sla.calendar-amended"),
            (EVENTS, "sla.policy-amended"),
            (DISPOSITIONS, "disposition.#"),
        ),
    ),
    Queue(
        "routing.facts",
        (
            (EVENTS, "case.#"),
            (EVENTS, "report.supplemented"),
            (EVENTS, "report.replied"),
            (EVENTS, "report.objected"),
            (EVENTS, "report.accepted"),
            (EVENTS, "report.withdrawn"),
            (EVENTS, "report.rated"),
            (EVENTS, "evidence.attached"),
            (EVENTS, "sla.expired.reporter-completion"),
            (EVENTS, "sla.calendar-amended"),
            (EVENTS, "sla.policy-amended"),
        ),
    ),
    Queue("routing.responses", ((RESPONSES, "response.#"),)),
    Queue("sla.facts", ((EVENTS, "report.#"), (EVENTS, "case.#"), (DISPOSITIONS, "disposition.#"))),
    Queue(
        "notify.facts",
        (
            (EVENTS, "case.status-changed"),
            (EVENTS, "case.escalated"),
            (EVENTS, "case.lead-status-changed"),
            (EVENTS, "case.supported-status-changed"),
            (EVENTS, "case.rating-requested"),
            (EVENTS, "report.identity-revealed"),
            (EVENTS, "public.#"),
            (EVENTS, "sla.warning.#"),
            (EVENTS, "sla.breached.#"),
            (EVENTS, "sla.reminded.#"),
            (EVENTS, "sla.deadlines-amended"),
            (EVENTS, "sla.calendar-amended"),
            (EVENTS, "sla.policy-amended"),
            (DISPOSITIONS, "disposition.#.created"),
            (DISPOSITIONS, "disposition.#.responded"),
            (DISPOSITIONS, "disposition.#.completed"),
            (DISPOSITIONS, "disposition.#.asked"),
            (DISPOSITIONS, "disposition.#.reporter-said"),
        ),
    ),
    Queue(
        "notify.contacts",
        (
            (PRIVATE, "contact.registered"),
            (PRIVATE, "answer.requested"),
            (PRIVATE, "preferences.changed"),
            (PRIVATE, "push.subscribed"),
            (PRIVATE, "follow.changed"),
        ),
    ),
)

QUEUES = (
    *WORK,
    *(Queue(f"{q.name}.dead", ((DEAD, q.name),), dead_letters=False) for q in WORK),
    *(Queue(retry_exchange(d), ((retry_exchange(d), "#"),), dead_letters=False) for d in RETRY_DELAYS),
)

RETIRED = tuple(
    f"{inbound_queue(channel)}{ending}"
    for channel in Channel
    if channel not in QUEUED_CHANNELS
    for ending in ("", ".dead")
)
"""Queues of earlier versions that nobody writes or reads; provisioning deletes those that are empty."""

_SAFE = {"dead-letter-strategy": "at-least-once", "overflow": "reject-publish"}

POLICIES: dict[str, tuple[str, dict[str, str | int]]] = {
    # Retired queues have none: a broker that has just started does not survive deleting one while it hands
    # that queue's dead letters on (at-least-once).
    "lapor-work": (
        rf"^(?!({'|'.join(map(re.escape, RETIRED))})$)({'|'.join(SERVICES)})\.(?!.*\.dead$)",
        {"delivery-limit": 20, **_SAFE},
    ),
    "lapor-dead": (r"^.*\.dead$", {"delivery-limit": 1_000_000}),
    **{
        f"lapor-retry-{delay}": (
            f"^{re.escape(retry_exchange(delay))}$",
            {"message-ttl": ttl, "dead-letter-exchange": "", "delivery-limit": 1_000_000, **_SAFE},
        )
        for delay, ttl in RETRY_DELAYS.items()
    },
}
"""Name → (pattern over queue names, definition): the tunables, which an operator may change while running."""

_SPEAKS = {
    "intake": {
        EVENTS: r"^(report|evidence|public)\.",
        PRIVATE: r"^(contact|answer|preferences|push|follow)\.",
        INBOUND: rf"^inbound\.({'|'.join(QUEUED_CHANNELS)})$",
        REPLIES: r"^partner\.",
    },
    "verification": {EVENTS: r"^case\."},
    "routing": {DISPOSITIONS: r"^disposition\."},
    "sla": {EVENTS: r"^sla\."},
    "notify": {EVENTS: r"^notification\."},
}
"""The single writer of each kind of fact, as the broker enforces it."""


@dataclass(frozen=True)
class Permissions:
    """Regular expressions as RabbitMQ wants them; `topics` maps an exchange to its writable keys."""

    configure: str
    write: str
    read: str
    topics: dict[str, str]


def service_permissions(service: str) -> Permissions:
    """What a service's broker user may do: read its own queues, say its own facts, park its own failures."""
    ladder = {**{retry_exchange(d): rf"^{service}\." for d in RETRY_DELAYS}, DEAD: rf"^{service}\."}
    topics = {**_SPEAKS[service], **ladder}
    exchanges = "|".join(re.escape(name) for name in topics)
    return Permissions(configure="^$", write=f"^({exchanges})$", read=rf"^{service}\.", topics=topics)
