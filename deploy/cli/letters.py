"""Dead letters as operators see them, and their way back to work. A letter leaves its queue only once safe.

Read without acknowledgement: whatever happens to the reader, the broker puts back what it held.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from deploy.provision.management import VHOST, Management
from shared.messaging.envelope import ATTEMPTS, HISTORY, REASON, TYPE

SUFFIX = ".dead"
ROUTING_KEY = "x-lapor-routing-key"
BROKER_REASONS = {
    "delivery_limit": "its consumer died, or gave it back, too often (the broker's delivery limit)",
    "rejected": "its consumer rejected it",
    "expired": "it was not taken in time",
    "maxlen": "its queue was full",
}
CONFIRM_SECONDS = 30


@dataclass(frozen=True)
class Letter:
    """One parked message, with the reason it was parked for and every attempt before."""

    queue: str
    """Where it failed, and where a replay takes it."""
    id: str
    type: str
    reason: str
    attempts: int
    history: tuple[dict[str, Any], ...]
    parked_at: datetime | None
    message: AbstractIncomingMessage

    @classmethod
    def of(cls, message: AbstractIncomingMessage, dead_queue: str) -> Self:
        headers, death = message.headers, _death(message)
        history = _history(headers.get(HISTORY))
        return cls(
            queue=dead_queue.removesuffix(SUFFIX),
            id=message.message_id or f"body-{sha256(message.body).hexdigest()[:12]}",
            type=str(headers.get(TYPE) or message.type or ""),
            reason=str(headers.get(REASON) or BROKER_REASONS.get(death.get("reason", ""), "unknown")),
            attempts=_number(headers.get(ATTEMPTS)) or _number(death.get("count")),
            history=history,
            parked_at=_time(history[-1].get("at") if history else death.get("time")) or message.timestamp,
            message=message,
        )

    @property
    def routing_key(self) -> str:
        """The key it was first published with."""
        keys = _death(self.message).get("routing-keys") or [""]
        return str(self.message.headers.get(ROUTING_KEY) or keys[0] or self.message.routing_key or "")

    @property
    def body(self) -> str:
        return self.message.body.decode(errors="replace")


async def dead_queues(management_url: str, queue: str | None = None) -> list[str]:
    """The dead-letter queues there are, or just the one beside `queue` (its own name will do as well)."""
    async with Management(management_url) as management:
        names = sorted(entry["name"] for entry in await management.get("queues", VHOST, columns="name"))
    wanted = f"{queue.removesuffix(SUFFIX)}{SUFFIX}" if queue else None
    return [name for name in names if name.endswith(SUFFIX) and wanted in {None, name}]


async def hold(channel: AbstractChannel, dead_queue: str) -> AsyncIterator[Letter]:
    """Each letter that lies there now, once. Unless settled, it goes back when the channel closes."""
    queue = await channel.declare_queue(dead_queue, passive=True)
    # As many as there were: one that fails again at once would otherwise be met for ever.
    for _ in range(queue.declaration_result.message_count or 0):
        message = await queue.get(fail=False)
        if message is None:
            return
        yield Letter.of(message, dead_queue)


async def replay(channel: AbstractChannel, letter: Letter) -> None:
    """Give it back to its queue as if new, and take it out of here only once the broker holds it there.

    Killed in between, it is in both places; its consumer knows it by its id and acts once.
    """
    message = letter.message
    kept = {
        k: v
        for k, v in message.headers.items()
        if not k.startswith(("x-death", "x-first-death", "x-last-death"))
    }
    for name in (ATTEMPTS, REASON, "x-delivery-count", "x-acquired-count"):
        kept.pop(name, None)
    again = {
        "attempt": 0,
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "reason": "replayed by an operator",
    }
    headers = {**kept, HISTORY: json.dumps([*letter.history, again][-20:]), ROUTING_KEY: letter.routing_key}
    copy = aio_pika.Message(
        message.body,
        headers=headers,
        message_id=message.message_id,
        type=message.type,
        correlation_id=message.correlation_id,
        content_type=message.content_type,
        content_encoding=message.content_encoding,
        timestamp=message.timestamp,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    await channel.default_exchange.publish(copy, letter.queue, mandatory=True, timeout=CONFIRM_SECONDS)
    await message.ack()


async def peek_age(connection: AbstractConnection, queue: str) -> float | None:
    """Seconds since a queue's first message failed or, if it never did, was sent. Hands it back at once."""
    async with connection.channel() as channel:
        found = await (await channel.declare_queue(queue, passive=True)).get(fail=False)
        if found is None:
            return None
        since = Letter.of(found, queue).parked_at
        await found.nack(requeue=True)
    return max(0.0, (datetime.now(UTC) - since).total_seconds()) if since else None


def _death(message: AbstractIncomingMessage) -> dict[str, Any]:
    deaths = message.headers.get("x-death")
    return deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}


def _history(value: Any) -> tuple[dict[str, Any], ...]:
    try:
        entries = json.loads(value or "[]")
    except (ValueError, TypeError):
        return ()
    return tuple(entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _time(value: Any) -> datetime | None:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def age(seconds: float | None) -> str:
    """An age as a person says it, or a dash when it is not known."""
    if seconds is None:
        return "–"
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
