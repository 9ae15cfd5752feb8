"""Public keys as they are published: JSON Web Keys (RFC 7517, RFC 8037), named by thumbprint (RFC 7638)."""

import json
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey

from shared.security.keys import (
    InvalidKey,
    VerifyingKey,
    VerifyingKeys,
    load_verifying_key,
    load_verifying_keys,
)

ALGORITHM = "Ed25519"
"""EdDSA under the name RFC 9864 gives it; the older name leaves the curve open and is deprecated."""
KEY_SET_TYPE = "application/jwk-set+json"


def key_name(key: VerifyingKey) -> str:
    """The `kid` of a key: the SHA-256 of what it is, so that nobody has to hand out names."""
    return _thumbprint(load_verifying_key(key).public_bytes_raw())


def published_key(key: VerifyingKey) -> dict[str, Any]:
    """What is told of one key."""
    jwk = OKPKey.import_key(load_verifying_key(key))
    return dict(jwk.as_dict(private=False, use="sig", alg=ALGORITHM, kid=key_name(key)))


def key_set(keys: VerifyingKeys) -> dict[str, Any]:
    """All keys that still vouch for something, the current one first."""
    return {"keys": [published_key(key) for key in load_verifying_keys(keys)]}


def read_published(text: str) -> tuple[Ed25519PublicKey, ...]:
    """The keys of a published set, of one published key, or of a setting's text. Raises InvalidKey.

    A set's own names are not believed, and keys of other kinds are passed over (RFC 7517, section 5).
    """
    try:
        told = json.loads(text)
    except ValueError:
        return load_verifying_keys(text.strip())
    some = told.get("keys", [told]) if isinstance(told, dict) else None
    if not isinstance(some, list):
        raise InvalidKey("a public Ed25519 key, or a set of such keys, is needed")
    ours = [one for one in some if isinstance(one, dict) and one.get("crv", ALGORITHM) == ALGORITHM]
    return load_verifying_keys(*(str(one.get("x")) for one in ours))


@lru_cache(maxsize=64)
def _thumbprint(raw: bytes) -> str:
    return str(OKPKey.import_key(Ed25519PublicKey.from_public_bytes(raw)).thumbprint())
