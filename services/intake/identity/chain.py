"""The record of reveals: one chain for all, each entry bound to the one before, and signed. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from shared.security.keys import SigningKey, VerifyingKeys, load_verifying_keys
from shared.security.signed import NotSigned, UnknownKey, read_content, sign_content

EMPTY = bytes(32)
"""What the first entry is bound to."""
TYPE = "lapor-reveal-entry"


@dataclass(frozen=True)
class Entry:
    """One step as it was recorded. `details` holds JSON values: never an identity."""

    seq: int
    reveal_id: UUID | None
    at: datetime
    step: str
    officer: str
    details: Mapping[str, Any]

    def digest(self, previous: bytes) -> bytes:
        """SHA-256 over the entry before and every field of this one."""
        content = [
            previous.hex(),
            self.seq,
            str(self.reveal_id),
            self.at.astimezone(UTC).isoformat(),
            self.step,
            self.officer,
            self.details,
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(text.encode()).digest()


@dataclass(frozen=True)
class Kept:
    """An entry as it lies in the database. `signature` is a compact JWS; None from before there were any."""

    entry: Entry
    digest: bytes
    signature: str | None


class Wrong(StrEnum):
    """What is wrong with an entry."""

    ALTERED = "altered"
    """It, or what it is bound to, is not what was recorded; or it is gone."""
    UNSIGNED = "unsigned"
    """It follows a signed one and is not signed itself."""
    FORGED = "forged"
    """Its signature is not over this entry."""
    UNKNOWN_KEY = "unknown-key"
    """It is signed with a key that is not among those given: nobody can tell."""


@dataclass(frozen=True)
class Break:
    """The first entry that does not fit."""

    number: int
    wrong: Wrong


def sign(key: SigningKey, seq: int, digest: bytes) -> str:
    """Binds an entry, and by its hash all before it, to whoever holds the key."""
    return sign_content(key, TYPE, _content(seq, digest))


def unsigned(kept: Iterable[Kept]) -> int:
    """How many of the first entries carry no signature: from before there were any, or written anew."""
    count = 0
    for one in kept:
        if one.signature is not None:
            break
        count += 1
    return count


def first_break(kept: Iterable[Kept], keys: VerifyingKeys) -> Break | None:
    """The first entry that was altered or moved, follows a removed one, or was not signed as it is."""
    previous, signed, loaded = EMPTY, False, load_verifying_keys(keys)
    for expected, one in enumerate(kept, start=1):
        if one.entry.seq != expected or one.entry.digest(previous) != one.digest:
            return Break(expected, Wrong.ALTERED)
        if one.signature is None and signed:
            return Break(expected, Wrong.UNSIGNED)
        if one.signature is not None and (wrong := _wrong(one, one.signature, loaded)):
            return Break(expected, wrong)
        previous, signed = one.digest, one.signature is not None
    return None


def _wrong(one: Kept, signature: str, keys: VerifyingKeys) -> Wrong | None:
    try:
        genuine = read_content(keys, TYPE, signature) == _content(one.entry.seq, one.digest)
    except UnknownKey:
        return Wrong.UNKNOWN_KEY
    except NotSigned:
        return Wrong.FORGED
    return None if genuine else Wrong.FORGED


def _content(seq: int, digest: bytes) -> dict[str, Any]:
    return {"entry": seq, "hash": digest.hex()}
