"""A message as it arrived: its identity, its attempts so far, and its still unread body."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from aio_pika.abc import AbstractIncomingMessage

ATTEMPTS = "x-lapor-attempts"
REASON = "x-lapor-reason"
HISTORY = "x-lapor-history"
QUEUE = "x-lapor-queue"
TYPE = "x-lapor-type"


@dataclass(frozen=True)
class Envelope:
    """`message_id` is the inbox key: a fact's own UUID, or one derived from topic and id for outsiders."""

    message_id: UUID
    type: str | None
    routing_key: str
    body: bytes
    traceparent: str | None
    attempts: int
    history: tuple[dict[str, Any], ...]
    correlation_id: str | None
    user_id: str | None

    @classmethod
    def of(cls, message: AbstractIncomingMessage) -> "Envelope":
        headers = message.headers
        # A message that came back by the ladder carries its queue's name as routing key.
        routing_key = str(headers.get("x-lapor-routing-key") or message.routing_key or "")
        return cls(
            message_id=_identity(message.message_id, routing_key, message.body),
            type=message.type,
            routing_key=routing_key,
            body=message.body,
            traceparent=_text(headers.get("traceparent")),
            attempts=_count(headers.get(ATTEMPTS)),
            history=_history(headers.get(HISTORY)),
            correlation_id=message.correlation_id,
            user_id=message.user_id,
        )

    def failed(self, queue: str, reason: str, at: str) -> dict[str, Any]:
        """Headers for the next attempt, or for the dead letter: why, how often, and each time before."""
        attempt = {"attempt": self.attempts + 1, "at": at, "reason": reason}
        headers: dict[str, Any] = {
            ATTEMPTS: self.attempts + 1,
            REASON: reason,
            HISTORY: json.dumps([*self.history, attempt][-20:]),
            QUEUE: queue,
            TYPE: self.type or "",
            "x-lapor-routing-key": self.routing_key,
        }
        if self.traceparent:
            headers["traceparent"] = self.traceparent
        return headers


def _identity(message_id: str | None, routing_key: str, body: bytes) -> UUID:
    try:
        return UUID(message_id or "")
    except ValueError:
        identity = message_id or hashlib.sha256(body).hexdigest()
        return uuid5(NAMESPACE_URL, f"{routing_key}:{identity}")


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    return value if isinstance(value, str) else None


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _history(value: Any) -> tuple[dict[str, Any], ...]:
    try:
        entries = json.loads(_text(value) or "[]")
    except ValueError:
        return ()
    return tuple(e for e in entries if isinstance(e, dict)) if isinstance(entries, list) else ()
