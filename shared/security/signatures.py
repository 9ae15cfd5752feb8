"""Signatures of web hooks, in and out: HMAC-SHA256 over the time and the body, in one header.

Real time only. A message repeated within the tolerance verifies again: tell repeats by the message's own id.
"""

import hmac
import re
import time
from hashlib import sha256

HEADER = "LAPOR-Signature"
TOLERANCE_SECONDS = 300
_STAMP = re.compile(r"[0-9]{1,12}")


class InvalidSignature(ValueError):
    """A body that its sender did not sign, or not just now."""


def sign(secret: bytes, body: bytes, *, at: float | None = None) -> str:
    """The header's value, ``t=<unix seconds>,v1=<hexadecimal>``, for ``body`` sent now (or ``at``)."""
    stamp = int(time.time() if at is None else at)
    return f"t={stamp},v1={_digest(secret, stamp, body)}"


def verify(secret: bytes, body: bytes, header: str | None, *, now: float | None = None) -> None:
    """Return if ``header`` signs exactly ``body`` within five minutes of now. Raises InvalidSignature.

    Several ``v1`` values are allowed, so that a sender can sign with its old and its new secret for a while.
    """
    stamp, signatures = _parse(header or "")
    if abs((time.time() if now is None else now) - stamp) > TOLERANCE_SECONDS:
        raise InvalidSignature(f"the signature's time is more than {TOLERANCE_SECONDS} seconds away")
    expected = _digest(secret, stamp, body).encode()
    matches = [hmac.compare_digest(expected, signature.encode()) for signature in signatures]
    if not any(matches):
        raise InvalidSignature("the signature does not match the body")


def _digest(secret: bytes, stamp: int, body: bytes) -> str:
    return hmac.new(secret, f"{stamp}.".encode() + body, sha256).hexdigest()


def _parse(header: str) -> tuple[int, list[str]]:
    fields = [field.strip().partition("=") for field in header.split(",")]
    stamps = [value for name, _, value in fields if name == "t"]
    signatures = [value for name, _, value in fields if name == "v1" and value]
    if len(stamps) != 1 or not _STAMP.fullmatch(stamps[0]) or not signatures:
        raise InvalidSignature(f"{HEADER} must read t=<unix seconds>,v1=<hexadecimal>")
    return int(stamps[0]), signatures
