"""A push service with its browsers: makes subscriptions, checks VAPID, and decrypts as the browser would."""

import base64
import json
import os
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.local.providers.behaviour import Gateway


def subscribe(gateway: Gateway, mailbox: str, origin: str) -> dict[str, Any]:
    """What a browser would give its page: an endpoint and the keys to encrypt for it."""
    private, secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    gateway.mailboxes[mailbox] = (private, secret)
    return {
        "endpoint": f"{origin}/providers/{gateway.name}/push/{mailbox}",
        "keys": {"p256dh": _text(public), "auth": _text(secret)},
    }


def receive(
    gateway: Gateway, rest: str, headers: dict[str, str], body: bytes, wrong: str | None
) -> tuple[int, Any]:
    """A message for one browser; the topic tells repetitions (RFC 8030)."""
    mailbox = rest.removeprefix("push/")
    if mailbox not in gateway.mailboxes or wrong == "gone":
        return 410, None
    if not _vouched(headers):
        return 403, None
    if headers.get("content-encoding") != "aes128gcm" or "ttl" not in headers:
        return 400, None
    private, secret = gateway.mailboxes[mailbox]
    content = json.loads(http_ece.decrypt(body, private_key=private, auth_secret=secret, version="aes128gcm"))
    text = f"{content['title']} | {content['body']} | {content['url']}"
    gateway.take("push", headers.get("topic"), mailbox, text)
    return 201, None


def _vouched(headers: dict[str, str]) -> bool:
    """VAPID (RFC 8292): a token that the key beside it signed, for this service, by who can be written to."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme != "vapid" or not {"t", "k"} <= parts.keys():
        return False
    point = base64.urlsafe_b64decode(parts["k"] + "==")
    key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": _text(point[1:33]), "y": _text(point[33:])})
    claims = jwt.decode(parts["t"], key, ["ES256"]).claims
    return str(claims["sub"]).startswith("mailto:") and claims["aud"].endswith(headers["host"])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
