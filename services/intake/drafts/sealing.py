"""Seals a draft with a key that only its holder's secret makes. The secret is kept nowhere.

Whoever has the database and every key of the deployment can read no draft.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LEAST_SECRET, LONGEST_SECRET = 22, 200
"""Characters: 22 of base64url are 128 random bits. The client makes it, and must make it randomly."""
_NONCE_BYTES = 12


class NotTheHolder(ValueError):
    """Another secret, or another draft."""


class DraftKey:
    """The key of one draft, for one request."""

    def __init__(self, draft_id: UUID, secret: str) -> None:
        key = HKDF(hashes.SHA256(), 32, salt=draft_id.bytes, info=b"lapor/draft/v1").derive(secret.encode())
        self._cipher, self._bound = AESGCM(key), draft_id.bytes

    def seal(self, content: bytes, *, filed: bool = False) -> bytes:
        """`filed`: the content is the answer to the filing, and opens as nothing else."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, self._bound + bytes([filed]))

    def open(self, sealed: bytes, *, filed: bool = False) -> bytes:
        """Raises NotTheHolder."""
        try:
            nonce, bound = sealed[:_NONCE_BYTES], self._bound + bytes([filed])
            return self._cipher.decrypt(nonce, sealed[_NONCE_BYTES:], bound)
        except (InvalidTag, ValueError) as error:
            raise NotTheHolder("the secret does not open this draft") from error
