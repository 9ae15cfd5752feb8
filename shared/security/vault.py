"""Secrets that a service must read again, closed in its database: ChaCha20-Poly1305, bound to their row."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from shared.security.keys import derive_key

_NONCE_BYTES = 12


class Unopenable(ValueError):
    """Closed with another key, for another row, or altered."""


class Vault:
    """Closes and opens with a key derived from the setting, for one purpose."""

    def __init__(self, key: bytes | str, purpose: str) -> None:
        self._cipher = ChaCha20Poly1305(derive_key(key, purpose))

    def close(self, secret: bytes, row: UUID) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, row.bytes)

    def open(self, closed: bytes, row: UUID) -> bytes:
        """Raises Unopenable."""
        try:
            return self._cipher.decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], row.bytes)
        except (InvalidTag, ValueError) as error:
            raise Unopenable("a secret cannot be opened with this key") from error
