"""Signatures as Standard Webhooks has them: HMAC-SHA256 over id, time and body, in three headers.

While a secret is being changed, both the new and the old one sign. Secrets are shown once and stored closed.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> bytes:
    """Random; shown once, and kept closed."""
    return secrets.token_bytes(_BYTES)


def shown(secret: bytes) -> str:
    """As its agency is told it, once."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(keys: Sequence[bytes], delivery_id: str, at: int, body: bytes) -> dict[str, str]:
    """``webhook-id`` (the same at every try), ``webhook-timestamp`` (unix seconds), ``webhook-signature``."""
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{_signature(key, delivery_id, at, body)}" for key in keys),
    }


def _signature(key: bytes, delivery_id: str, at: int, body: bytes) -> str:
    signed = f"{delivery_id}.{at}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
