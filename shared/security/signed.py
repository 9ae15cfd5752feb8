"""What one of us signs and others only read: compact JWS, each of a type, so that none passes for another.

The header names the key that signed (`kid`), so that keys can be replaced: a reader has the old ones, too.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey

from shared.security.keys import SigningKey, VerifyingKeys, load_signing_key, load_verifying_keys
from shared.security.published import ALGORITHM, key_name

_KEY_NAME = re.compile(r"[A-Za-z0-9_-]{43}")


class NotSigned(ValueError):
    """Not of this type, not signed with one of these keys, or altered."""


class UnknownKey(NotSigned):
    """Names a key that is not among those given: with them alone nobody can tell whether it is genuine."""

    def __init__(self, kid: str) -> None:
        super().__init__(f"signed with a key that is not among those given: kid {kid}")
        self.kid = kid


def sign_content(private_key: SigningKey, type_: str, content: Mapping[str, Any]) -> str:
    """A compact JWS. `type_` is what the reader asks for: the same key may sign other things."""
    payload = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    private = load_signing_key(private_key)
    header = {"alg": ALGORITHM, "typ": type_, "kid": key_name(private.public_key())}
    return jws.serialize_compact(header, payload, OKPKey.import_key(private), [ALGORITHM])


def read_content(public_keys: VerifyingKeys, type_: str, text: str) -> dict[str, Any]:
    """What was signed, unchanged. Raises UnknownKey where it names none of the keys, else NotSigned.

    What names no key was signed before keys had names: it is tried with each.
    """
    keys = load_verifying_keys(public_keys)
    try:
        signed = _signed(keys, text)
        if signed.protected.get("typ") != type_ or signed.payload is None:
            raise NotSigned(f"not of type {type_}")
        content = json.loads(signed.payload)
    except NotSigned:
        raise
    except (JoseError, ValueError) as error:
        raise NotSigned("not signed by us, or altered") from error
    if not isinstance(content, dict):
        raise NotSigned("holds no content")
    return content


def _signed(keys: tuple[Ed25519PublicKey, ...], text: str) -> jws.CompactSignature:
    signed = jws.extract_compact(text.encode())
    if "kid" in signed.protected:
        keys = (_named(keys, signed.protected["kid"]),)
    if not any(jws.validate_compact(signed, OKPKey.import_key(key), [ALGORITHM]) for key in keys):
        raise BadSignatureError
    return signed


def _named(keys: tuple[Ed25519PublicKey, ...], kid: object) -> Ed25519PublicKey:
    if not isinstance(kid, str) or not _KEY_NAME.fullmatch(kid):
        raise NotSigned("not signed by us, or altered")
    for key in keys:
        if key_name(key) == kid:
            return key
    raise UnknownKey(kid)
