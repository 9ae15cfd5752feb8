"""Keeps one source from drowning all others: so many calls an hour for nothing, more for a proof of work.

Where a call came from is known as a keyed hash whose key lives for a day in memory (see `shared.web.edge`).
Many people share one address, so whoever is over the rate is not refused: a browser computes for a second.
"""

import hmac
import secrets
import time
from hashlib import sha256

from fastapi import Request

from shared.security.keys import derive_key
from shared.security.limits import RateLimiter
from shared.web.problems import Problem, too_many

CHALLENGE_SECONDS = 600
PROOF = "LAPOR-Proof"
"""The header that carries ``<challenge>:<counter>``."""
_MOST_USED = 100_000


class Guard:
    """One process's view: several processes each count their own."""

    def __init__(self, rate: str, everybody: str, bits: int, pepper: str) -> None:
        """`rate` is one source's, `everybody`'s that of all together, as ``"30/hour"``. `bits`: how hard a
        proof is, two to the power of it hashes on average; 0 asks for none and refuses.
        """
        self._one, self._all, self._bits = RateLimiter(rate), RateLimiter(everybody), bits
        self._key = derive_key(pepper, "proof-of-work/v1")
        self._used: dict[str, float] = {}

    def admit(self, request: Request, proof: str | None = None) -> None:
        """Count one call; `proof` where it comes in a form and not in the header. What does not come by the
        gateway has no source, and is counted among all.

        Raises problems: 429 `too-many-requests`, or 429 `proof-needed` with a challenge.
        """
        if not self._all.hit("all"):
            raise too_many(self._all.retry_after("all"))
        source = request.scope.get("source")
        if source is None or self._one.hit(source) or self._proven(proof or request.headers.get(PROOF, "")):
            return
        if not self._bits:
            raise too_many(self._one.retry_after(source))
        raise Problem(
            429,
            "proof-needed",
            "Terlalu banyak permintaan dari jaringan Anda. Peramban perlu menghitung dulu, lalu kirim lagi.",
            "Too many requests from your network. Your browser has to compute for a moment and send again.",
            headers={"LAPOR-Challenge": self.challenge(), "LAPOR-Challenge-Bits": str(self._bits)},
        )

    def challenge(self) -> str:
        """Signed, so that none has to be remembered before it is used."""
        said = f"{int(time.time()) + CHALLENGE_SECONDS}.{secrets.token_hex(8)}"
        return f"{said}.{self._sign(said)}"

    def _proven(self, proof: str) -> bool:
        challenge, _, counter = proof.rpartition(":")
        said, _, signature = challenge.rpartition(".")
        until = said.partition(".")[0]
        if not counter.isdecimal() or not hmac.compare_digest(signature.encode(), self._sign(said).encode()):
            return False
        now = time.time()
        if int(until) < now or challenge in self._used or not solves(proof, self._bits):
            return False
        if len(self._used) >= _MOST_USED:
            self._used = {kept: end for kept, end in self._used.items() if end >= now}
        self._used[challenge] = float(until)
        return True

    def _sign(self, said: str) -> str:
        return hmac.new(self._key, said.encode(), sha256).hexdigest()[:32]


def solves(proof: str, bits: int) -> bool:
    """Whether SHA-256 over the whole proof begins with so many zero bits."""
    return bits > 0 and int.from_bytes(sha256(proof.encode()).digest()) >> (256 - bits) == 0
