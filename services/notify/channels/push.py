"""Web push (RFC 8030): encrypted for one browser (RFC 8291), signed for its push service (VAPID, RFC 8292).

The endpoint was named by a browser, so the call goes out guarded, as to any address that an outsider named.
"""

import asyncio
import base64
import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from py_vapid import Vapid02

from services.notify.channels.http import failure_of, pause_of
from services.notify.channels.port import (
    SUBSCRIPTION_GONE,
    Refused,
    Rendered,
    Throttled,
    Unavailable,
    Unconfirmed,
)
from shared.web.addresses import ForbiddenAddress
from shared.web.outbound import NoAnswer, Outbound

_TTL_SECONDS = 3 * 86_400
"""How long a push service keeps it for a browser that is away."""
_GONE = frozenset({404, 410})
_LONGEST = 2_000
"""Characters of text: 4,096 bytes encrypted is the most that every push service takes."""


class PushSender:
    """The delivery's id becomes the topic: of two with one topic, a push service keeps only the last."""

    def __init__(self, private_key: str, contact: str, timeout: float, *, loopback: bool = False) -> None:
        self._vapid = Vapid02.from_string(private_key)
        self._contact = contact
        self._outbound = Outbound(seconds=timeout, loopback=loopback)

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> str | None:
        subscription = _subscription(address)
        content = {"title": message.subject, "body": message.sms[:_LONGEST], "url": message.url}
        # Two scalar multiplications and a signature: short, but other messages are waiting.
        headers, body = await asyncio.to_thread(self._seal, subscription, json.dumps(content))
        headers["Topic"] = base64.urlsafe_b64encode(delivery_id.bytes).rstrip(b"=").decode()
        try:
            answer = await self._outbound.call("POST", subscription["endpoint"], headers=headers, body=body)
        except ForbiddenAddress:
            raise Refused("address not allowed") from None
        except NoAnswer as error:
            raise Unavailable(f"push: {error}") from None
        if answer.ok:
            return None
        if answer.status in _GONE:
            raise Refused(SUBSCRIPTION_GONE)
        if answer.status == 429:
            raise Throttled("http 429", pause_of(None))
        raise failure_of(answer.status)

    async def close(self) -> None:
        await self._outbound.close()

    def _seal(self, subscription: dict[str, Any], content: str) -> tuple[dict[str, str], bytes]:
        from pywebpush import WebPusher  # loads two HTTP clients: not before somebody is told by push

        try:
            encoded = WebPusher(subscription).encode(content.encode(), content_encoding="aes128gcm")
        except Exception:
            raise Refused("subscription not usable") from None
        parts = urlsplit(subscription["endpoint"])
        claims = {"sub": self._contact, "aud": f"{parts.scheme}://{parts.netloc}"}
        if encoded is None:
            raise Unconfirmed("nothing to send")
        headers = {
            "TTL": str(_TTL_SECONDS),
            "Urgency": "normal",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            **self._vapid.sign(claims),
        }
        return headers, encoded["body"]


def _subscription(address: str) -> dict[str, Any]:
    try:
        told = json.loads(address)
        if isinstance(told["endpoint"], str) and {"p256dh", "auth"} <= set(told["keys"]):
            return dict(told)
    except (ValueError, KeyError, TypeError):
        pass
    raise Refused("subscription not usable")
