"""How providers write and sign their receipts. What they say is put into our words: theirs name people."""

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from services.notify.channels.whatsapp import refusal
from services.notify.domain.receipt import ReceiptStatus
from services.notify.receipts.store import Receipt
from shared.security.signatures import HEADER, InvalidSignature, verify

META_HEADER = "X-Hub-Signature-256"

REASONS = {
    "bounced": "bounced",
    "mailbox_full": "mailbox full",
    "complained": "recipient complained of it",
    "invalid_number": "invalid number",
    "blocked": "blocked recipient",
    "unsubscribed": "recipient opted out",
    "expired": "not reached in time",
    "unreachable": "recipient unreachable",
}
"""Codes of a generic receipt → our words."""

_WHATSAPP = {
    "sent": ReceiptStatus.ON_ITS_WAY,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.DELIVERED,
    "failed": ReceiptStatus.FAILED,
}


class Unreadable(ValueError):
    """A body that holds no receipts."""


def authentic(kind: str, secret: str, body: bytes, headers: Any) -> bool:
    """Whether the provider signed exactly this body: as Meta does, or else HMAC over time and body."""
    if kind == "whatsapp":
        expected = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), headers.get(META_HEADER, "").encode())
    try:
        verify(secret.encode(), body, headers.get(HEADER))
    except InvalidSignature:
        return False
    return True


def read(provider: str, kind: str, body: bytes) -> list[Receipt]:
    """The receipts in a body. Raises Unreadable."""
    try:
        told = json.loads(body)
        return list((_whatsapp if kind == "whatsapp" else _generic)(provider, told))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("no receipts") from error


def _generic(provider: str, told: Any) -> Iterator[Receipt]:
    """``{"receipts": [{"id", "status": on_its_way | delivered | failed, "code"?}]}``, or one such entry."""
    for entry in told.get("receipts", [told]):
        status = ReceiptStatus(entry["status"])
        reason = None
        if status is ReceiptStatus.FAILED:
            reason = f"receipt: {REASONS.get(entry.get('code'), 'not delivered')}"
        yield Receipt(provider, _ref(entry["id"]), status, reason)


def _whatsapp(provider: str, told: Any) -> Iterator[Receipt]:
    for entry in told["entry"]:
        for change in entry["changes"]:
            for status in change["value"].get("statuses", ()):
                kind = _WHATSAPP.get(status["status"], ReceiptStatus.ON_ITS_WAY)
                errors = status.get("errors") or [{}]
                code = errors[0].get("code")
                reason = f"receipt: {refusal(code)}" if kind is ReceiptStatus.FAILED else None
                yield Receipt(provider, _ref(status["id"]), kind, reason)


def _ref(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200 or "\0" in value:
        raise ValueError("an id of a message")
    return value
