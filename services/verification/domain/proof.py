"""The proof that a case's entries are under a published root: made here, checked by anyone with the key.

It names no officer and holds no words: a reporter compares the hashes of the own words with what was said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.verification.domain.chain import Chain, digest_of
from services.verification.domain.inspection import Stored
from services.verification.domain.merkle import Sibling, climbed, leaf_of, path_of
from services.verification.domain.roots import InvalidRoot, Root, opened
from shared.security.keys import VerifyingKeys


class InvalidProof(ValueError):
    """It does not lead from the entries to a root that was signed."""


@dataclass(frozen=True)
class Proven:
    """What a proof proves: the root, and how many entries it covers."""

    root: Root
    entries: int


def proof_of(
    report_id: UUID, entries: Sequence[Stored], leaves: dict[UUID, Chain], statement: str
) -> dict[str, Any]:
    """As JSON. `leaves` are those of the root whose statement it is, in its order."""
    place = list(leaves).index(report_id)
    hashes = [leaf_of(each, chain) for each, chain in leaves.items()]
    covered = [one for one in entries if one.seq <= leaves[report_id].length]
    return {
        "report_id": str(report_id),
        "entries": [_entry(one) for one in covered],
        "path": [{"left": one.left, "hash": one.hash.hex()} for one in path_of(hashes, place)],
        "statement": statement,
    }


def _entry(one: Stored) -> dict[str, Any]:
    shown = {"seq": one.seq, "type": one.link.type, "recorded_at": one.link.recorded_at.isoformat()}
    if not one.link.own:
        return {**shown, "digest": one.link.digest(one.seq).hex()}
    return {
        **shown,
        "event_id": str(one.link.event_id),
        "words_sha256": one.link.words_hash.hex(),
        "rest_sha256": one.link.rest_hash.hex(),
    }


def check(proof: dict[str, Any], keys: VerifyingKeys) -> Proven:
    """Raises InvalidProof, saying where the way from the entries to the root breaks."""
    try:
        report_id, chain = UUID(proof["report_id"]), Chain()
        for entry in proof["entries"]:
            chain = chain.joined(_digest(report_id, chain.length + 1, entry))
        path = [Sibling(bool(one["left"]), bytes.fromhex(one["hash"])) for one in proof["path"]]
        root = opened(proof["statement"], keys)
    except InvalidRoot as error:
        raise InvalidProof(f"its root is {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidProof("it has not the form of a proof") from error
    if climbed(leaf_of(report_id, chain), path).hex() != root.root:
        raise InvalidProof("its entries do not lead to the root")
    return Proven(root, chain.length)


def _digest(report_id: UUID, seq: int, entry: dict[str, Any]) -> bytes:
    if "digest" in entry:
        return bytes.fromhex(entry["digest"])
    words, rest = bytes.fromhex(entry["words_sha256"]), bytes.fromhex(entry["rest_sha256"])
    return digest_of(report_id, UUID(entry["event_id"]), seq, words, rest)


def places_of(proof: dict[str, Any], words: str) -> list[int]:
    """The places of the entries that hold just these words of the reporter."""
    told = sha256(words.encode()).hexdigest()
    return [entry["seq"] for entry in proof["entries"] if entry.get("words_sha256") == told]
