"""Passwords and one-time codes: argon2id in a thread, and TOTP (RFC 6238) whose codes count once."""

import asyncio
import time
from functools import lru_cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's profile for argon2id: 19 MiB, two passes. About 30 ms on a small machine."""
_AT_ONCE = asyncio.Semaphore(2)
"""So that many sign-ins together take neither all memory nor all processors."""
STEP_SECONDS = 30


async def hashed(password: str) -> str:
    """argon2id, in a thread: it takes tens of milliseconds by design. Two at a time: each takes memory."""
    async with _AT_ONCE:
        return await asyncio.to_thread(_HASHER.hash, password)


async def matches(password: str, known: str | None) -> bool:
    """Whether the password is the one. Takes as long where there is none to compare with."""
    async with _AT_ONCE:
        return await asyncio.to_thread(_matches, password, known or _nobody()) and known is not None


def _matches(password: str, known: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _nobody() -> str:
    """The hash that the password of a login that does not exist is compared with."""
    return _HASHER.hash(pyotp.random_base32())


def new_secret() -> str:
    """A secret for the second factor, as authenticator applications read it."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, login: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="LAPOR!")


def step_of(secret: str, code: str, used: int, now: float | None = None) -> int | None:
    """The step of a right code that is newer than the one used last; None: wrong, or used already.

    One step before and after counts too, since clocks differ.
    """
    totp, at = pyotp.TOTP(secret), time.time() if now is None else now
    step = int(at) // STEP_SECONDS
    for candidate in (step - 1, step, step + 1):
        if candidate > used and pyotp.utils.strings_equal(code, totp.generate_otp(candidate)):
            return candidate
    return None
