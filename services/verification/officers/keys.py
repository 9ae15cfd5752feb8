"""The keys of the door: one signs officers' tokens, the other closes what accounts keep secret."""

from uuid import NAMESPACE_OID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.security.keys import load_signing_key
from shared.security.vault import Vault


class Keys:
    """Verification alone holds them: every other service checks tokens and can issue none."""

    def __init__(self, token_private_key: str, officer_key: str) -> None:
        self.token_key: Ed25519PrivateKey = load_signing_key(token_private_key)
        self._totp = Vault(officer_key, "officers/totp")
        self.errands = Vault(officer_key, "officers/oidc")
        """Closes what a browser carries to the identity provider and back."""

    def close(self, login: str, secret: str) -> bytes:
        return self._totp.close(secret.encode(), uuid5(NAMESPACE_OID, login))

    def open(self, login: str, closed: bytes) -> str:
        """Raises `shared.security.vault.Unopenable`."""
        return self._totp.open(closed, uuid5(NAMESPACE_OID, login)).decode()
