"""A message as it arrived: its identity, its attempts so far, and its still unread body."""

import contextlib
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from aio_pika.abc import AbstractIncomingMessage
from pamqp.commands import Basic

from shared.contracts.base import INBOUND, RESPONSES
from shared.messaging.topology import DEAD

ATTEMPTS = "x-lapor-attempts"
REASON = "x-lapor-reason"
HISTORY = "x-lapor-history"
QUEUE = "x-lapor-queue"
TYPE = "x-lapor-type"
KEY = "x-lapor-routing-key"
SAID = "x-lapor-said-id"
USER = "x-lapor-user"


def properties(message_id: UUID | str, type_: str, traceparent: str | None, **more: Any) -> Basic.Properties:
    """What travels beside a body in JSON that the broker is to keep on disk."""
    return Basic.Properties(
        message_id=str(message_id),
        message_type=type_,
        content_type="application/json",
        delivery_mode=2,  # persistent
        headers={"traceparent": traceparent} if traceparent else {},
        **more,
    )


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
    correlation_id: str | None = None
    said_id: str | None = None
    """The sender's own id of the message, to answer with."""
    user: str | None = None
    """The broker user that published it, where it said so: the broker refuses one that says another."""
    reply_to: str | None = None
    """The queue that the sender wants the answer in, if it was told on the first attempt."""

    @classmethod
    def of(cls, message: AbstractIncomingMessage) -> "Envelope":
        # The ladder and a replay bring messages back by the default exchange, where no outsider may write:
        # nobody else is believed about topic, attempts or identity.
        ours = message.exchange in {"", DEAD}
        headers = (
            message.headers if ours else {k: v for k, v in message.headers.items() if k == "traceparent"}
        )
        routing_key = str(headers.get(KEY) or message.routing_key or "")
        user = _text(headers.get(USER)) if ours else message.user_id
        outsider = message.exchange == RESPONSES or (message.exchange == INBOUND and user is not None)
        scope = f"{routing_key}:{user}" if user else routing_key
        return cls(
            message_id=_identity(message.message_id, scope, message.body, outsider=outsider),
            type=message.type,
            routing_key=routing_key,
            body=message.body,
            traceparent=_text(headers.get("traceparent")),
            attempts=_count(headers.get(ATTEMPTS)),
            history=_history(headers.get(HISTORY)),
            correlation_id=message.correlation_id,
            said_id=_text(headers.get(SAID)) or message.message_id,
            user=user,
            reply_to=message.reply_to,
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
            KEY: self.routing_key,
        }
        if self.traceparent:
            headers["traceparent"] = self.traceparent
        if self.said_id:
            headers[SAID] = self.said_id
        if self.user:
            headers[USER] = self.user
        return headers


def _identity(message_id: str | None, scope: str, body: bytes, *, outsider: bool) -> UUID:
    """A fact's own id; for outsiders one bound to their topic and user, so that none can use up another's."""
    if message_id and not outsider:
        with contextlib.suppress(ValueError):
            return UUID(message_id)
    identity = message_id or hashlib.sha256(body).hexdigest()
    return uuid5(NAMESPACE_URL, f"{scope}:{identity}")


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    return value if isinstance(value, str) else None


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _history(value: Any) -> tuple[dict[str, Any], ...]:
    if value is None:
        return ()
    try:
        entries = json.loads(_text(value) or "[]")
    except ValueError:
        return ()
    return tuple(e for e in entries if isinstance(e, dict)) if isinstance(entries, list) else ()
