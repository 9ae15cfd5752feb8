"""What one of us signs and others only read: compact JWS, each of a type, so that none passes for another."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.security.keys import SigningKey, VerifyingKey, load_signing_key, load_verifying_key

ALGORITHM = "Ed25519"


class NotSigned(ValueError):
    """Not of this type, not signed with this key, or altered."""


def sign_content(private_key: SigningKey, type_: str, content: Mapping[str, Any]) -> str:
    """A compact JWS. `type_` is what the reader asks for: the same key may sign other things."""
    payload = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    key = OKPKey.import_key(load_signing_key(private_key))
    return jws.serialize_compact({"alg": ALGORITHM, "typ": type_}, payload, key, [ALGORITHM])


def read_content(public_key: VerifyingKey, type_: str, text: str) -> dict[str, Any]:
    """What was signed, unchanged. Raises NotSigned."""
    key = OKPKey.import_key(load_verifying_key(public_key))
    try:
        signed = jws.deserialize_compact(text, key, [ALGORITHM])
        if signed.protected.get("typ") != type_ or signed.payload is None:
            raise NotSigned(f"not of type {type_}")
        content = json.loads(signed.payload)
    except (JoseError, ValueError) as error:
        raise NotSigned("not signed by us, or altered") from error
    if not isinstance(content, dict):
        raise NotSigned("holds no content")
    return content
