"""The hash chain of one case: each entry is bound to all before it and to its own who, when, what and why."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from struct import Struct
from uuid import UUID

from pydantic_core import from_json

EMPTY = bytes(32)
"""What the first entry is bound to."""
_NO_WORDS = sha256(b"").digest()
_HEAD = Struct(">q4i")
"""When it was recorded, in microseconds since 1970, and the lengths of the fields that follow."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is recorded. `recorded_at` is aware, to the microsecond."""

    report_id: UUID
    event_id: UUID
    type: str
    body: bytes
    officer: str | None
    note: str | None
    recorded_at: datetime

    @property
    def own(self) -> bool:
        """Whether the reporter said it."""
        return self.type.startswith("report.")

    @property
    def words_hash(self) -> bytes:
        """SHA-256 of the reporter's own words, who can compare them; of nothing for what others said."""
        return sha256(_text_of(self.body).encode()).digest() if self.own else _NO_WORDS

    @property
    def rest_hash(self) -> bytes:
        """SHA-256 over every field, with all lengths before them: so nothing can move between fields."""
        kind, officer, note = self.type.encode(), _bytes(self.officer), _bytes(self.note)
        told = (self.recorded_at - _EPOCH) // _MICROSECOND
        lengths = _HEAD.pack(told, len(kind), len(self.body), _length(officer), _length(note))
        return sha256(b"".join((lengths, kind, self.body, officer or b"", note or b""))).digest()

    def digest(self, seq: int) -> bytes:
        """What the chain is made of."""
        return digest_of(self.report_id, self.event_id, seq, self.words_hash, self.rest_hash)


def digest_of(report_id: UUID, event_id: UUID, seq: int, words: bytes, rest: bytes) -> bytes:
    """The digest of an entry, from its place and the hashes of its parts."""
    return sha256(report_id.bytes + event_id.bytes + seq.to_bytes(4, "big") + words + rest).digest()


@dataclass(frozen=True, slots=True)
class Chain:
    """How far a case's chain has come."""

    length: int = 0
    head: bytes = EMPTY

    def extended(self, link: Link) -> "Chain":
        return self.joined(link.digest(self.length + 1))

    def joined(self, digest: bytes) -> "Chain":
        """With the next entry, of which only the digest is known."""
        return Chain(self.length + 1, sha256(self.head + digest).digest())


def _text_of(body: bytes) -> str:
    try:
        content = from_json(body)
    except ValueError:  # somebody wrote over it
        return ""
    text = content.get("text") if isinstance(content, dict) else None
    return text if isinstance(text, str) else ""


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _length(field: bytes | None) -> int:
    """Nothing is not the same as an empty text."""
    return -1 if field is None else len(field)
