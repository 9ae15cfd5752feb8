"""Seals who reported, twice: how to reach them for notify alone, who they are for a reveal by two officers.

Intake can close both envelopes and open neither. Each is bound to its report: moved to another, it does not
open. Nothing here shows a value in a repr.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.security.envelopes import Opener, Unsealable, close, key_id, raw_of, sealed_to
from shared.security.keys import derive_key, encode, load_seal_private_keys, load_seal_public_key

__all__ = [
    "BoxKey", "Contact", "IdentitySealer", "IdentityUnsealer", "Sealer", "Unsealable", "Unsealer", "key_id",
]  # fmt: skip

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_PADDED_TO = 128
"""A sealed contact is as long as its neighbours', so that the length does not tell what somebody left."""
_IDENTITY_PADDED_TO = 512
_ANSWER_PADDED_TO = 512
_PUSH = b"push/"
_PUSH_PADDED_TO = 512
_IDENTITY = b"identity/"
"""What is sealed for a reveal cannot pass for a contact, whatever key it is sealed to."""


@dataclass(frozen=True, repr=False)
class Contact:
    """How to reach a reporter, and who they are. Its repr and str show nothing."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    whatsapp: str | None = None
    """The number as WhatsApp knows it: digits with the country's code, no plus sign."""
    telegram: str | None = None
    """The chat's id."""
    hook: str | None = None
    """Where a system is called: ``<url> <secret>``. It is nobody's, and stands alone."""
    language: str = "id"
    nik: str | None = None
    """Sixteen digits. Sealed for a reveal alone: who delivers messages need not know it."""
    address: str | None = None
    """Where the reporter lives. Sealed for a reveal alone."""

    def __repr__(self) -> str:
        return "Contact(sealed)"


class Sealer:
    """Closes contacts for notify: a fresh data key for each, wrapped to notify's public key."""

    def __init__(self, public_key: X25519PublicKey | str) -> None:
        self._public_key = load_seal_public_key(public_key)

    def seal(self, report_id: UUID, contact: Contact) -> str:
        """The contact alone: neither NIK nor home address is inside."""
        return close(self._public_key, report_id.bytes, _pack(contact))

    def seal_answer(self, message_id: UUID, contact: Contact, text: str) -> str:
        """A contact, and what it is to be told, in one envelope: who forgets one forgets both."""
        return close(self._public_key, message_id.bytes, _pack(contact, text))

    def seal_push(self, report_id: UUID, subscription: str) -> str:
        """Where a browser hears of a report. It cannot pass for a contact, nor for another report's."""
        text = subscription.encode()
        return close(self._public_key, _PUSH + report_id.bytes, text + b" " * (-len(text) % _PUSH_PADDED_TO))


class Unsealer:
    """Opens contacts sealed to any of its keys: the current one, and older ones while they retire."""

    def __init__(self, private_keys: Iterable[X25519PrivateKey] | str) -> None:
        """``private_keys`` may be the setting's text: one key, or several with commas, the newest first."""
        keys = load_seal_private_keys(private_keys) if isinstance(private_keys, str) else [*private_keys]
        if not keys:
            raise ValueError("an unsealer needs a private key")
        self._opener = Opener(keys)
        self._newest = keys[0].public_key()

    def unseal(self, report_id: UUID, sealed: str) -> Contact:
        """The contact of ``report_id``. Raises Unsealable."""
        return _unpack(self._opener.open(report_id.bytes, sealed))

    def unseal_answer(self, message_id: UUID, sealed: str) -> str | None:
        """What the contact of a message is to be told, if that is inside. Raises Unsealable."""
        told: str | None = json.loads(self._opener.open(message_id.bytes, sealed)).get("a")
        return told

    def unseal_push(self, report_id: UUID, sealed: str) -> str:
        """The subscription of a browser to ``report_id``. Raises Unsealable."""
        return self._opener.open(_PUSH + report_id.bytes, sealed).decode().rstrip()

    def renewed(self, report_id: UUID, sealed: str) -> str | None:
        """The same contact for the newest key; None if it is sealed to that already. Raises Unsealable."""
        return self._renewed(report_id.bytes, sealed)

    def renewed_push(self, report_id: UUID, sealed: str) -> str | None:
        """The same for a browser's subscription."""
        return self._renewed(_PUSH + report_id.bytes, sealed)

    def _renewed(self, bound_to: bytes, sealed: str) -> str | None:
        if sealed_to(sealed) == key_id(self._newest):
            return None
        return self._opener.rewrap(bound_to, sealed, self._newest)


class IdentitySealer:
    """Closes identities for a reveal by two officers, to a key that no running process holds."""

    def __init__(self, public_key: X25519PublicKey | str) -> None:
        self._public_key = load_seal_public_key(public_key)
        self.key_id = key_id(self._public_key)

    @classmethod
    def to(cls, public_key: bytes) -> "IdentitySealer":
        """To a key of 32 raw bytes."""
        return cls(X25519PublicKey.from_public_bytes(public_key))

    def seal(self, report_id: UUID, contact: Contact) -> str:
        """Everything there is to know of the reporter."""
        content = {name: value for name, value in asdict(contact).items() if value is not None}
        text = json.dumps(content).encode()
        padded = text + b" " * (-len(text) % _IDENTITY_PADDED_TO)
        return close(self._public_key, _IDENTITY + report_id.bytes, padded)

    def renewed(self, old: Opener, report_id: UUID, sealed: str) -> str | None:
        """The same identity for this key; None if it is sealed to it already. Raises Unsealable."""
        if sealed_to(sealed) == self.key_id:
            return None
        return old.rewrap(_IDENTITY + report_id.bytes, sealed, self._public_key)


class IdentityUnsealer:
    """Opens identities; made for one reveal and dropped with it."""

    def __init__(self, private_key: X25519PrivateKey) -> None:
        self._opener = Opener([private_key])

    def unseal(self, report_id: UUID, sealed: str) -> Contact:
        """Who filed ``report_id``. Raises Unsealable."""
        content: dict[str, Any] = json.loads(self._opener.open(_IDENTITY + report_id.bytes, sealed))
        return Contact(**{name: value for name, value in content.items() if name in _FIELDS})


_FIELDS = frozenset(field.name for field in fields(Contact))


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
        raw = raw_of(sealed)
        if raw[:1] != _VERSION:
            raise Unsealable("sealed in an unknown version")
        nonce, ciphertext = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
        if len(ciphertext) < _TAG_BYTES:
            raise Unsealable("cut short")
        try:
            return self._cipher.decrypt(nonce, ciphertext, _VERSION + context_id.encode()).decode()
        except InvalidTag as error:
            raise Unsealable("altered, or sealed for something else") from error


def _pack(contact: Contact, answer: str | None = None) -> bytes:
    content = {
        "n": contact.name,
        "p": contact.phone,
        "e": contact.email,
        "w": contact.whatsapp,
        "t": contact.telegram,
        "l": contact.language,
        **({"h": contact.hook} if contact.hook is not None else {}),
        **({"a": answer} if answer is not None else {}),
    }
    text = json.dumps(content).encode()
    return text + b" " * (-len(text) % (_PADDED_TO if answer is None else _ANSWER_PADDED_TO))


def _unpack(packed: bytes) -> Contact:
    content = json.loads(packed)
    return Contact(
        name=content["n"],
        phone=content["p"],
        email=content["e"],
        whatsapp=content.get("w"),
        telegram=content.get("t"),
        hook=content.get("h"),
        language=content["l"],
    )
