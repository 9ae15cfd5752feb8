"""SMS by a provider's HTTP interface: POST {"to", "text", "id"}, the id being the idempotency key.

The answer is {"status": "accepted", "id"?}, or {"status": "rejected", "error": {"code"}} whatever its status.
"""

from typing import Any
from uuid import UUID

from services.notify.channels.gsm import to_gsm
from services.notify.channels.http import HttpProvider, failure_of, pause_of
from services.notify.channels.port import Refused, Rendered, SendFailed, Throttled, Unavailable, Unconfirmed

REFUSALS = {
    "invalid_number": "invalid number",
    "blocked": "blocked recipient",
    "unsubscribed": "recipient opted out",
    "content": "content refused",
}
"""Codes that no further try will change, in our words."""


class SmsSender:
    """`token`, if there is one, goes along as a bearer token."""

    def __init__(self, url: str, timeout: float, token: str | None = None) -> None:
        self._url = url
        self._http = HttpProvider(timeout, {"Authorization": f"Bearer {token}"} if token else None)

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> str | None:
        key = str(delivery_id)
        body = {"to": address, "text": to_gsm(message.sms), "id": key}
        status, answer = await self._http.post(self._url, body, {"Idempotency-Key": key})
        told = answer if isinstance(answer, dict) else {}
        if "error" in told or told.get("status") == "rejected":
            raise failure(told)
        if not 200 <= status < 300:
            raise failure_of(status)
        if answer is None and status == 200:  # a page of somebody in between, or of nobody
            raise Unconfirmed("an answer that is none")
        own = told.get("id")
        return own if isinstance(own, str) and own != key else None

    async def close(self) -> None:
        await self._http.close()


def failure(told: dict[str, Any]) -> SendFailed:
    """What an error inside an answer means, whatever the status around it says."""
    error = told.get("error")
    code = error.get("code") if isinstance(error, dict) else error
    if code in REFUSALS:
        return Refused(REFUSALS[code])
    if code == "throttled":
        return Throttled("throttled", pause_of(error.get("retry_after") if isinstance(error, dict) else None))
    return Unavailable("an error inside the answer")
