"""A partner's web hook, which an operator registered: signed JSON, never to an address of our own network."""

import json
from uuid import UUID

from services.notify.channels.hosts import Hosts
from services.notify.channels.http import failure_of, pause_of
from services.notify.channels.port import Refused, Rendered, Throttled, Unavailable
from shared.security.signatures import HEADER, sign
from shared.web.addresses import ForbiddenAddress
from shared.web.outbound import NoAnswer, Outbound


class WebhookSender:
    """An address is ``<url> <secret>``; without a secret it is not signed. The id tells repetitions."""

    def __init__(self, timeout: float, *, loopback: bool = False) -> None:
        self._outbound = Outbound(seconds=timeout, loopback=loopback)
        self._hosts = Hosts()

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> str | None:
        url, _, secret = address.partition(" ")
        content = {
            "id": str(delivery_id),
            "tracking_id": message.tracking_id,
            "subject": message.subject,
            "text": message.text,
            "language": message.language,
            "url": message.url,
            "event": message.event,
            "details": dict(message.details),
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(delivery_id)}
        if secret:
            headers[HEADER] = sign(secret.encode(), body)
        try:
            with self._hosts.visit(url):
                answer = await self._outbound.call("POST", url, headers=headers, body=body)
        except ForbiddenAddress:
            raise Refused("address not allowed") from None
        except NoAnswer as error:
            raise Unavailable(f"hook: {error}") from None
        if answer.status == 410:
            raise Refused("hook gone")
        if answer.status == 429:
            raise Throttled("http 429", pause_of(None))
        if not answer.ok:
            raise failure_of(answer.status)
        return None

    async def close(self) -> None:
        await self._outbound.close()
