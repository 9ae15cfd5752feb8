"""SMS by a provider's HTTP interface: POST {"to", "text", "id"}, the id being the idempotency key."""

from uuid import UUID

import httpx

from services.notify.channels.gsm import to_gsm
from services.notify.channels.port import Refused, Rendered, Unavailable

_MAY_PASS = frozenset({401, 403, 404, 407, 408, 425, 429})
"""Not the message's fault: our credentials, our address of the provider, or its haste."""


class SmsSender:
    """One HTTP client, whose connections are kept."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        # Nothing of the process's environment (proxies, .netrc) may redirect numbers elsewhere.
        self._client = httpx.AsyncClient(timeout=timeout, trust_env=False)

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> None:
        body = {"to": address, "text": to_gsm(message.sms), "id": str(delivery_id)}
        try:
            answer = await self._client.post(self._url, json=body)
        except httpx.HTTPError as error:
            raise Unavailable(f"http {type(error).__name__}") from None
        if not answer.is_success:
            final = 400 <= answer.status_code < 500 and answer.status_code not in _MAY_PASS
            raise (Refused if final else Unavailable)(f"http {answer.status_code}")

    async def close(self) -> None:
        await self._client.aclose()
