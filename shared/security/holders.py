"""The key that opens identities, locked for each officer who may approve a reveal: it lies nowhere unlocked.

A holder's code is random and long, so that whoever steals the locked copies cannot try codes against them.
"""

import os
import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.security.codes import ALPHABET
from shared.security.keys import decode, encode

CODE_LENGTH = 24
"""About 119 bits."""
_NONCE_BYTES = 12
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")


class WrongCode(ValueError):
    """A code that opens nothing here, or a copy that was altered. Does not say which."""


def new_code() -> str:
    """Twenty-four random characters, shown once and kept nowhere."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def format_code(code: str) -> str:
    """As people read it, in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def lock(private_key: X25519PrivateKey, officer: str, code: str) -> str:
    """The key, to be opened with that officer's code alone: base64url."""
    nonce = os.urandom(_NONCE_BYTES)
    locked = AESGCM(_key(code, f"holder/{officer}")).encrypt(nonce, private_key.private_bytes_raw(), None)
    return encode(nonce + locked)


def unlock(locked: str, officer: str, code: str) -> X25519PrivateKey:
    """Raises WrongCode."""
    try:
        raw = decode(locked)
        key = AESGCM(_key(code, f"holder/{officer}")).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
        return X25519PrivateKey.from_private_bytes(key)
    except (InvalidTag, ValueError) as error:
        raise WrongCode("the code opens nothing here") from error


def collecting_key(code: str, context: str) -> X25519PrivateKey:
    """The key pair that a collect code stands for: what is sealed to its public half waits for that code."""
    return X25519PrivateKey.from_private_bytes(_key(code, f"collect/{context}"))


def _key(code: str, purpose: str) -> bytes:
    canonical = _SEPARATORS.sub("", code).upper().encode(errors="replace")
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"lapor/" + purpose.encode()).derive(canonical)
