"""Keys as settings carry them: raw bytes in base64url. Makes a full set and loads each kind.

Never prints a key: an error names what was expected, not what was given.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_BYTES = 32
CHANNELS_WITH_SECRETS = ("sms", "open311", "whatsapp", "telegram", "x")
"""Those whose gateways prove themselves with a secret that is shared with us."""

SigningKey: TypeAlias = Ed25519PrivateKey | str
VerifyingKey: TypeAlias = Ed25519PublicKey | str
"""A key, or the text a setting carries: whoever takes one takes both."""
VerifyingKeys: TypeAlias = VerifyingKey | Sequence[VerifyingKey]
"""One key or several, in a text joined by commas: the current one and retired ones that still vouch."""


class InvalidKey(ValueError):
    """A key in the settings cannot be read."""


def encode(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url text, with or without padding. Raises ValueError on anything else."""
    try:
        compact = text.strip().rstrip("=").encode("ascii")
        return base64.b64decode(compact + b"=" * (-len(compact) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error


def generate_keys() -> dict[str, str]:
    """A fresh key for everything that needs one, as environment variables of the services."""
    token, receipt, link, audit = (Ed25519PrivateKey.generate() for _ in range(4))
    seal, reveal, evidence = (X25519PrivateKey.generate() for _ in range(3))
    push_private, push_public = _push_keys()
    return {
        "LAPOR_TOKEN_PRIVATE_KEY": encode(token.private_bytes_raw()),
        "LAPOR_TOKEN_PUBLIC_KEY": encode(token.public_key().public_bytes_raw()),
        "LAPOR_SEAL_PRIVATE_KEY": encode(seal.private_bytes_raw()),
        "LAPOR_SEAL_PUBLIC_KEY": encode(seal.public_key().public_bytes_raw()),
        "LAPOR_REVEAL_PRIVATE_KEY": encode(reveal.private_bytes_raw()),
        "LAPOR_REVEAL_PUBLIC_KEY": encode(reveal.public_key().public_bytes_raw()),
        "LAPOR_EVIDENCE_PRIVATE_KEY": encode(evidence.private_bytes_raw()),
        "LAPOR_EVIDENCE_PUBLIC_KEY": encode(evidence.public_key().public_bytes_raw()),
        "LAPOR_RECEIPT_PRIVATE_KEY": encode(receipt.private_bytes_raw()),
        "LAPOR_RECEIPT_PUBLIC_KEY": encode(receipt.public_key().public_bytes_raw()),
        "LAPOR_LINK_PRIVATE_KEY": encode(link.private_bytes_raw()),
        "LAPOR_LINK_PUBLIC_KEY": encode(link.public_key().public_bytes_raw()),
        "LAPOR_AUDIT_PRIVATE_KEY": encode(audit.private_bytes_raw()),
        "LAPOR_AUDIT_PUBLIC_KEY": encode(audit.public_key().public_bytes_raw()),
        "LAPOR_PUSH_PRIVATE_KEY": push_private,
        "LAPOR_PUSH_PUBLIC_KEY": push_public,
        "LAPOR_CODE_PEPPER": encode(secrets.token_bytes(KEY_BYTES)),
        "LAPOR_REPLY_KEY": encode(secrets.token_bytes(KEY_BYTES)),
        "LAPOR_WHATSAPP_VERIFY_TOKEN": encode(secrets.token_bytes(KEY_BYTES)),
        "LAPOR_WEBHOOK_KEY": encode(secrets.token_bytes(KEY_BYTES)),
        "LAPOR_OFFICER_KEY": encode(secrets.token_bytes(KEY_BYTES)),
        "LAPOR_CHANNEL_SECRETS": json.dumps(
            {name: encode(secrets.token_bytes(KEY_BYTES)) for name in CHANNELS_WITH_SECRETS}
        ),
    }


def _push_keys() -> tuple[str, str]:
    """A pair on P-256, as VAPID wants it (RFC 8292): the scalar, and the uncompressed point."""
    private = ec.generate_private_key(ec.SECP256R1())
    scalar = private.private_numbers().private_value.to_bytes(KEY_BYTES, "big")
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return encode(scalar), encode(point)


def load_signing_key(key: SigningKey) -> Ed25519PrivateKey:
    """The private half that signs officers' tokens, receipts or links. Raises InvalidKey."""
    if isinstance(key, Ed25519PrivateKey):
        return key
    return Ed25519PrivateKey.from_private_bytes(_raw(key, "a private Ed25519 key"))


def load_verifying_key(key: VerifyingKey) -> Ed25519PublicKey:
    """The public half that checks officers' tokens, receipts or links. Raises InvalidKey."""
    if isinstance(key, Ed25519PublicKey):
        return key
    return Ed25519PublicKey.from_public_bytes(_raw(key, "a public Ed25519 key"))


def load_verifying_keys(*keys: VerifyingKeys) -> tuple[Ed25519PublicKey, ...]:
    """Each once, in this order; a text may hold several, joined by commas, or none. Raises InvalidKey."""
    given = (one for some in keys for one in _each(some))
    known: dict[bytes, Ed25519PublicKey] = {}
    for key in map(load_verifying_key, given):
        known.setdefault(key.public_bytes_raw(), key)
    if not known:
        raise InvalidKey("a public Ed25519 key is needed")
    return tuple(known.values())


def load_seal_public_key(key: X25519PublicKey | str) -> X25519PublicKey:
    """What intake seals contacts with; it cannot open them again. Raises InvalidKey."""
    if isinstance(key, X25519PublicKey):
        return key
    return X25519PublicKey.from_public_bytes(_raw(key, "a public X25519 key"))


def load_seal_private_keys(text: str) -> list[X25519PrivateKey]:
    """What notify opens contacts with: one key, or several joined by commas while they rotate.

    Raises InvalidKey.
    """
    parts = _split(text)
    if not parts:
        raise InvalidKey("a private X25519 key is needed")
    return [X25519PrivateKey.from_private_bytes(_raw(part, "a private X25519 key")) for part in parts]


def load_pepper(pepper: bytes | str) -> bytes:
    """The secret behind access codes and phone tokens. Raises InvalidKey."""
    return pepper if isinstance(pepper, bytes) else _raw(pepper, "a pepper")


def load_channel_secrets(text: str) -> dict[str, bytes]:
    """The secret shared with each inbound channel's gateway: the text's own bytes. Raises InvalidKey."""
    try:
        parsed = json.loads(text)
    except ValueError as error:
        raise InvalidKey("channel secrets must be a JSON object of channel and secret") from error
    if not isinstance(parsed, dict) or not all(isinstance(value, str) and value for value in parsed.values()):
        raise InvalidKey("channel secrets must be a JSON object of channel and secret")
    return {channel: secret.encode() for channel, secret in parsed.items()}


@lru_cache(maxsize=64)
def derive_key(pepper: bytes | str, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256), so that no two uses of the pepper can be mixed up."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"lapor/" + purpose.encode()).derive(
        load_pepper(pepper)
    )


def _split(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]


def _each(keys: VerifyingKeys) -> Sequence[VerifyingKey]:
    if isinstance(keys, str):
        return _split(keys)
    return [keys] if isinstance(keys, Ed25519PublicKey) else keys


def _raw(text: str, what: str) -> bytes:
    try:
        raw = decode(text)
    except ValueError as error:
        raise InvalidKey(f"{what} must be base64url") from error
    if len(raw) != KEY_BYTES:
        raise InvalidKey(f"{what} must be {KEY_BYTES} bytes in base64url, not {len(raw)}")
    return raw
