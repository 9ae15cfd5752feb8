"""Merkle trees as in RFC 6962: one root over many leaves, and a short proof that a leaf is among them."""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from services.verification.domain.chain import Chain


class Sibling(NamedTuple):
    """A neighbour on the way up; `left`: it stands before the hash that one comes with."""

    left: bool
    hash: bytes


def leaf_of(report_id: UUID, chain: Chain) -> bytes:
    """The leaf of a case: which, how long its chain is, and its head."""
    return sha256(b"\0" + report_id.bytes + chain.length.to_bytes(4, "big") + chain.head).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in this order; of none, the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path_of(leaves: Sequence[bytes], place: int) -> tuple[Sibling, ...]:
    """The proof for the leaf at `place` (from 0). Raises IndexError beyond the leaves."""
    level, path = list(leaves), list[Sibling]()
    level[place]  # there is one
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(Sibling(neighbour < place, level[neighbour]))
        level, place = _above(level), place // 2
    return tuple(path)


def climbed(leaf: bytes, path: Sequence[Sibling]) -> bytes:
    """The root that a leaf and its proof lead to."""
    for sibling in path:
        leaf = _node(sibling.hash, leaf) if sibling.left else _node(leaf, sibling.hash)
    return leaf


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The next level up; the last of an odd number rises as it is."""
    paired = [_node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return [*paired, level[-1]] if len(level) % 2 else paired


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
