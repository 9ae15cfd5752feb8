"""WhatsApp by Meta's Cloud API: a template message, the only kind that may be sent unasked.

One approved utility template has two places: the report's number and what there is to say, on one line.
"""

from typing import Any
from uuid import UUID

from services.notify.channels.http import HttpProvider, failure_of
from services.notify.channels.port import Refused, Rendered, SendFailed, Throttled, Unavailable, Unconfirmed

_REFUSED = {
    131026: "not on WhatsApp, or an old version",
    131021: "sender and recipient are the same",
    131030: "recipient not allowed while testing",
    131045: "number not registered",
    131047: "outside the conversation window",
    131050: "recipient opted out",
    131051: "message kind not supported",
    132000: "template and parameters differ",
    132001: "template unknown in this language",
    132005: "text too long",
    132012: "template and parameters differ",
    132015: "template paused",
    132016: "template disabled",
    368: "blocked for policy violations",
}
_THROTTLED = frozenset({4, 80007, 130429, 131048, 131056, 133016})
_OURS = frozenset({0, 3, 10, 33, 100, 190, 200, 131005, 131031, 131042, 133010})
"""Token, permission, payment or number: the message is fine, the configuration is not."""
_LONGEST = 900
_APPROVED_IN = {"jv": "id", "su": "id"}
"""Meta takes no template in these: what there is to say is in them, and the words around it Indonesian."""
_PAUSE_SECONDS = 5.0


class WhatsAppSender:
    """`url` is ``https://graph.facebook.com/vXX.0/<phone number id>/messages``."""

    def __init__(self, url: str, token: str, template: str, timeout: float) -> None:
        self._url, self._template = url, template
        self._http = HttpProvider(timeout, {"Authorization": f"Bearer {token}"})

    async def send(self, delivery_id: UUID, address: str, message: Rendered) -> str | None:
        status, answer = await self._http.post(self._url, self._body(delivery_id, address, message))
        told = answer if isinstance(answer, dict) else {}
        if isinstance(error := told.get("error"), dict):
            raise failure(error.get("code"))
        if not 200 <= status < 300:
            raise failure_of(status)
        sent = told.get("messages")
        if not isinstance(sent, list) or not sent or not isinstance(sent[0].get("id"), str):
            raise Unconfirmed("an answer without a message")
        return str(sent[0]["id"])

    async def close(self) -> None:
        await self._http.close()

    def _body(self, delivery_id: UUID, address: str, message: Rendered) -> dict[str, Any]:
        return {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": address,
            "type": "template",
            "template": {
                "name": self._template,
                "language": {"code": _APPROVED_IN.get(message.language, message.language)},
                "components": [
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "text": text} for text in places(message)],
                    }
                ],
            },
            "biz_opaque_callback_data": str(delivery_id),
        }


def places(message: Rendered) -> list[str]:
    """What fills the approved template's two places."""
    return [message.tracking_id or "LAPOR!", " ".join(message.sms.split())[:_LONGEST]]


def failure(code: object) -> SendFailed:
    """What an error's code means; Meta's words are left out."""
    if code in _THROTTLED:
        return Throttled(f"whatsapp {code}", _PAUSE_SECONDS)
    if code in _REFUSED:
        return Refused(refusal(code))
    if code in _OURS:
        return Unavailable(f"whatsapp {code}")
    return Unconfirmed(f"whatsapp {code}" if isinstance(code, int) else "whatsapp error")


def refusal(code: object) -> str:
    """A code of Meta's in our words."""
    if isinstance(code, int):
        return f"whatsapp {code}: {_REFUSED.get(code, 'not delivered')}"
    return "whatsapp: not delivered"
