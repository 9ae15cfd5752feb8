"""Addresses that an answer by mail comes back to: bound to one report, and nothing in them can be guessed.

Whoever knows such an address may speak for the report, like the holder of its access code. Never log one.
"""

import base64
import binascii
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shared.security.keys import derive_key

LOCAL = "balas"
_PURPOSE = "reply-address/v1"
_TOKEN_BYTES = 32
"""A tag of 16 bytes and the report's id: 52 letters and digits, within the 64 characters of RFC 5321."""


class NotOurs(ValueError):
    """Not an address that was given out here, or altered. Never repeats it."""


class ReplyAddresses:
    """Makes and reads ``balas+<token>@domain``. Who answers reporters and who hears them share the key.

    The token is the report's id under AES-SIV (RFC 5297): the same for one report every time, so that nothing
    has to be kept, and 128 bits of tag away from any other. It survives a mail server that changes case.
    """

    def __init__(self, key: bytes | str, domain: str) -> None:
        """``key`` as `generate_keys` makes it; ``domain`` is the mail domain. Raises InvalidKey."""
        self._cipher = AESSIV(derive_key(key, _PURPOSE))
        self.domain = domain.lower()

    def address(self, report_id: UUID) -> str:
        """Where answers about this report are to go: for `Reply-To`."""
        sealed = self._cipher.encrypt(report_id.bytes, None)
        token = base64.b32encode(sealed).rstrip(b"=").decode().lower()
        return f"{LOCAL}+{token}@{self.domain}"

    def report_of(self, address: str) -> UUID | None:
        """The report an address speaks for; None for an address of another kind. Raises NotOurs for a token
        that was not made with this key.
        """
        local, _, domain = address.lower().rpartition("@")
        name, plus, token = local.partition("+")
        if domain != self.domain or name != LOCAL or not plus:
            return None
        try:
            sealed = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
            if len(sealed) != _TOKEN_BYTES:
                raise NotOurs
            return UUID(bytes=self._cipher.decrypt(sealed, None))
        except (InvalidTag, binascii.Error, ValueError):
            raise NotOurs("not a reply address of ours") from None
