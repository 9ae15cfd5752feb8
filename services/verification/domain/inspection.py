"""Finds what was altered, removed or reordered in a case's recorded history, and names it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from services.verification.domain.chain import EMPTY, Chain, Link


class Wrong(StrEnum):
    """What can be wrong with a history."""

    ALTERED = "altered"
    REMOVED = "removed"
    REORDERED = "reordered"
    REWRITTEN = "rewritten"
    """The chain is whole, and is another than the one that was sealed."""
    HEAD = "head"
    """The case points to another end than its entries have."""
    ROOT = "root"
    """A published root is not what its leaves add up to, or not signed by the key."""


@dataclass(frozen=True)
class Finding:
    """`seq` is the entry's place in its case, from 1; None for the case or the root as a whole."""

    wrong: Wrong
    report_id: UUID | None
    seq: int | None
    detail: str


@dataclass(frozen=True)
class Stored:
    """An entry with the place and the hash that were recorded with it."""

    seq: int
    hash: bytes
    link: Link


def inspect(
    report_id: UUID, entries: Sequence[Stored], end: Chain | None, sealed: Mapping[int, bytes]
) -> Iterable[Finding]:
    """What is wrong with one case. `entries` by place; `end`: how far the case says that its chain has come;
    `sealed`: the signed heads, by the length at which they were sealed.
    """
    longest = max([end.length if end else 0, *sealed, *(one.seq for one in entries)], default=0)
    hashes = {one.seq: one.hash for one in entries}
    for seq in range(1, longest + 1):
        if seq not in hashes:
            yield Finding(Wrong.REMOVED, report_id, seq, "the entry is gone")
    for one in entries:
        before = hashes.get(one.seq - 1, EMPTY if one.seq == 1 else None)
        if before is not None and sha256(before + one.link.digest(one.seq)).digest() != one.hash:
            yield _broken(report_id, one, hashes)
    for length, head in sorted(sealed.items()):
        if length in hashes and hashes[length] != head:
            since = max((n for n in sealed if n < length and hashes.get(n) == sealed[n]), default=0)
            told = f"entries {since + 1} to {length} are not those that were sealed"
            yield Finding(Wrong.REWRITTEN, report_id, length, told)
            break
    if end is not None and end.length in hashes and hashes[end.length] != end.head:
        yield Finding(Wrong.HEAD, report_id, end.length, "the case points to another entry")
    if end is not None and any(seq > end.length for seq in hashes):
        yield Finding(Wrong.HEAD, report_id, end.length, "the case has more entries than it knows of")


def _broken(report_id: UUID, one: Stored, hashes: Mapping[int, bytes]) -> Finding:
    """Whether an entry that does not fit fits somewhere else in its case."""
    link = one.link
    was = next(
        (
            seq
            for seq in range(1, len(hashes) + 1)
            if seq != one.seq and _fits(link.digest(seq), one.hash, (EMPTY, *hashes.values()))
        ),
        None,
    )
    if was is not None:
        return Finding(Wrong.REORDERED, report_id, one.seq, f"{link.type} was recorded at place {was}")
    return Finding(Wrong.ALTERED, report_id, one.seq, f"{link.type} is not what was recorded")


def _fits(digest: bytes, own: bytes, before: Iterable[bytes]) -> bool:
    return any(sha256(each + digest).digest() == own for each in before)
