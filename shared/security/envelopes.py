"""Envelope encryption: a data key for each text (AES-256-GCM), wrapped to a public key (HPKE, RFC 9180).

The wrapped key is a part of its own: it can be wrapped anew without opening the text, and once it is
destroyed nothing opens the text again.
"""

import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.security.keys import decode, encode

_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_DATA_KEY_BITS = 256
_TAG_BYTES = 16
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_WRAPPED_BYTES = KEM.X25519.enc_length() + _DATA_KEY_BITS // 8 + _TAG_BYTES
_FIRST = b"\x01"
"""Envelopes whose text is bound to the name of the key too: to move to another key they are closed anew."""
_VERSION = b"\x02"


class Unsealable(ValueError):
    """A sealed text does not open: another key, another report, or altered. Never says what is inside."""


def key_id(public_key: X25519PublicKey) -> bytes:
    """Which key an envelope was sealed to: eight bytes of the public key's SHA-256."""
    digest = Hash(SHA256())
    digest.update(public_key.public_bytes_raw())
    return digest.finalize()[:_KEY_ID_BYTES]


def close(public_key: X25519PublicKey, bound_to: bytes, text: bytes) -> str:
    """base64url: version, key id, wrapped data key, nonce, ciphertext. Opens for `bound_to` alone."""
    data_key = AESGCM.generate_key(_DATA_KEY_BITS)
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(data_key).encrypt(nonce, text, _VERSION + bound_to)
    return encode(_wrapped(public_key, bound_to, data_key) + nonce + sealed)


def sealed_to(sealed: str) -> bytes:
    """The id of the key that opens an envelope. Raises Unsealable."""
    return _split(sealed)[1]


class Opener:
    """Opens envelopes sealed to any of its keys: the current one, and older ones while they retire."""

    def __init__(self, private_keys: Iterable[X25519PrivateKey]) -> None:
        self._keys = {key_id(key.public_key()): key for key in private_keys}
        if not self._keys:
            raise ValueError("an opener needs a private key")

    def open(self, bound_to: bytes, sealed: str) -> bytes:
        """The text. Raises Unsealable."""
        version, name, wrapped, nonce, ciphertext = _split(sealed)
        data_key = self._data_key(version, name, wrapped, bound_to)
        bound = version + (name if version == _FIRST else b"") + bound_to
        try:
            return AESGCM(data_key).decrypt(nonce, ciphertext, bound)
        except InvalidTag as error:
            raise Unsealable("altered, or sealed for another report") from error

    def rewrap(self, bound_to: bytes, sealed: str, public_key: X25519PublicKey) -> str:
        """The same text for another key. Only the data key is touched. Raises Unsealable."""
        version, name, wrapped, nonce, ciphertext = _split(sealed)
        if version == _FIRST:
            return close(public_key, bound_to, self.open(bound_to, sealed))
        data_key = self._data_key(version, name, wrapped, bound_to)
        return encode(_wrapped(public_key, bound_to, data_key) + nonce + ciphertext)

    def _data_key(self, version: bytes, name: bytes, wrapped: bytes, bound_to: bytes) -> bytes:
        if version not in {_FIRST, _VERSION}:
            raise Unsealable("sealed in an unknown version")
        private_key = self._keys.get(name)
        if private_key is None:
            raise Unsealable("sealed to a key that is not here")
        try:
            return _SUITE.decrypt(wrapped, private_key, info=version + name + bound_to)
        except (InvalidTag, ValueError) as error:
            raise Unsealable("altered, or sealed for another report") from error


def _wrapped(public_key: X25519PublicKey, bound_to: bytes, data_key: bytes) -> bytes:
    header = _VERSION + key_id(public_key)
    return header + _SUITE.encrypt(data_key, public_key, info=header + bound_to)


def _split(sealed: str) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    raw, parts = raw_of(sealed), []
    for size in (len(_VERSION), _KEY_ID_BYTES, _WRAPPED_BYTES, _NONCE_BYTES):
        parts.append(raw[:size])
        raw = raw[size:]
    if len(raw) < _TAG_BYTES:
        raise Unsealable("cut short")
    return parts[0], parts[1], parts[2], parts[3], raw


def raw_of(sealed: str) -> bytes:
    """The bytes of base64url text. Raises Unsealable."""
    try:
        return decode(sealed)
    except ValueError as error:
        raise Unsealable("not base64url") from error
