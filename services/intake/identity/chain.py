"""The record of reveals: one chain for all, each entry bound to the one before. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

EMPTY = bytes(32)
"""What the first entry is bound to."""


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


def first_break(entries: Iterable[tuple[Entry, bytes]]) -> int | None:
    """The number of the first entry that was altered or moved, or follows a removed one; None if none."""
    previous = EMPTY
    for expected, (entry, digest) in enumerate(entries, start=1):
        if entry.seq != expected or entry.digest(previous) != digest:
            return expected
        previous = digest
    return None
