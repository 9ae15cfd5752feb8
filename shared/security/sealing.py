"""Seals who reported. Intake can close the envelope and never open it; only notify holds the private key.

An envelope is bound to its report: moved to another, it does not open. Nothing here shows a value in a repr.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.security.keys import (
    decode,
    derive_key,
    encode,
    load_seal_private_keys,
    load_seal_public_key,
)

_VERSION = b"\x01"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_DATA_KEY_BITS = 256
_TAG_BYTES = 16
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_WRAPPED_BYTES = KEM.X25519.enc_length() + _DATA_KEY_BITS // 8 + _TAG_BYTES
_PADDED_TO = 128
"""A sealed contact is as long as its neighbours', so that the length does not tell what somebody left."""


class Unsealable(ValueError):
    """A sealed text does not open: another key, another report, or altered. Never says what is inside."""


@dataclass(frozen=True, repr=False)
class Contact:
    """How to reach a reporter. Its repr and str show nothing."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    whatsapp: str | None = None
    """The number as WhatsApp knows it: digits with the country's code, no plus sign."""
    telegram: str | None = None
    """The chat's id."""
    language: str = "id"

    def __repr__(self) -> str:
        return "Contact(sealed)"


def key_id(public_key: X25519PublicKey) -> bytes:
    """Which key an envelope was sealed to: eight bytes of the public key's SHA-256."""
    return sha256(public_key.public_bytes_raw()).digest()[:_KEY_ID_BYTES]


class Sealer:
    """Closes envelopes: a fresh data key for each (AES-256-GCM), wrapped to a public key (HPKE, RFC 9180)."""

    def __init__(self, public_key: X25519PublicKey | str) -> None:
        self._public_key = load_seal_public_key(public_key)
        self._header = _VERSION + key_id(self._public_key)

    def seal(self, report_id: UUID, contact: Contact) -> str:
        """base64url text: version, key id, wrapped data key, nonce, ciphertext."""
        data_key = AESGCM.generate_key(_DATA_KEY_BITS)
        bound = self._header + report_id.bytes
        wrapped = _SUITE.encrypt(data_key, self._public_key, info=bound)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(data_key).encrypt(nonce, _pack(contact), bound)
        return encode(self._header + wrapped + nonce + sealed)


class Unsealer:
    """Opens envelopes sealed to any of its keys: the current one, and older ones while they retire."""

    def __init__(self, private_keys: Iterable[X25519PrivateKey] | str) -> None:
        """``private_keys`` may be the setting's text: one key, or several joined by commas."""
        keys = load_seal_private_keys(private_keys) if isinstance(private_keys, str) else private_keys
        self._keys = {key_id(key.public_key()): key for key in keys}
        if not self._keys:
            raise ValueError("an unsealer needs a private key")

    def unseal(self, report_id: UUID, sealed: str) -> Contact:
        """The contact of ``report_id``. Raises Unsealable."""
        version, name, wrapped, nonce, ciphertext = _split(sealed)
        if version != _VERSION:
            raise Unsealable("sealed in an unknown version")
        private_key = self._keys.get(name)
        if private_key is None:
            raise Unsealable("sealed to a key that is not here")
        bound = version + name + report_id.bytes
        try:
            data_key = _SUITE.decrypt(wrapped, private_key, info=bound)
            return _unpack(AESGCM(data_key).decrypt(nonce, ciphertext, bound))
        except (InvalidTag, ValueError) as error:
            raise Unsealable("altered, or sealed for another report") from error


class BoxKey:
    """Keeps a text that the same service must read again (an inbound message's sender, until it is filed).

    Symmetric, unlike Sealer: whoever holds the pepper can open it.
    """

    def __init__(self, pepper: bytes | str) -> None:
        self._cipher = AESGCM(derive_key(pepper, "box/v1"))

    def seal_text(self, context_id: str, text: str) -> str:
        """base64url text that opens for the same ``context_id`` alone."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), _VERSION + context_id.encode())
        return encode(_VERSION + nonce + sealed)

    def unseal_text(self, context_id: str, sealed: str) -> str:
        """The text. Raises Unsealable."""
        raw = _raw(sealed)
        if raw[:1] != _VERSION:
            raise Unsealable("sealed in an unknown version")
        nonce, ciphertext = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
        if len(ciphertext) < _TAG_BYTES:
            raise Unsealable("cut short")
        try:
            return self._cipher.decrypt(nonce, ciphertext, _VERSION + context_id.encode()).decode()
        except InvalidTag as error:
            raise Unsealable("altered, or sealed for something else") from error


def _pack(contact: Contact) -> bytes:
    fields = {
        "n": contact.name,
        "p": contact.phone,
        "e": contact.email,
        "w": contact.whatsapp,
        "t": contact.telegram,
        "l": contact.language,
    }
    text = json.dumps(fields).encode()
    return text + b" " * (-len(text) % _PADDED_TO)


def _unpack(packed: bytes) -> Contact:
    fields = json.loads(packed)
    return Contact(
        name=fields["n"],
        phone=fields["p"],
        email=fields["e"],
        whatsapp=fields.get("w"),
        telegram=fields.get("t"),
        language=fields["l"],
    )


def _split(sealed: str) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    raw, parts = _raw(sealed), []
    for size in (len(_VERSION), _KEY_ID_BYTES, _WRAPPED_BYTES, _NONCE_BYTES):
        parts.append(raw[:size])
        raw = raw[size:]
    if len(raw) < _TAG_BYTES:
        raise Unsealable("cut short")
    return parts[0], parts[1], parts[2], parts[3], raw


def _raw(sealed: str) -> bytes:
    try:
        return decode(sealed)
    except ValueError as error:
        raise Unsealable("not base64url") from error
