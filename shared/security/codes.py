"""Tracking ids and access codes: short enough to read out on the phone, never sequential, never guessable.

A tracking id finds a report; only the access code opens it. Codes are stored as keyed hashes alone.
"""

import hmac
import re
import secrets
from hashlib import sha256
from uuid import UUID

from shared.security.keys import derive_key

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters: no 0, 1, I, L or O, which people confuse. A prime count, which the check character needs."""

TRACKING_LENGTH = 10
ACCESS_CODE_LENGTH = 16
"""About 79 bits: a fast keyed hash is enough, nobody tries them all."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(range(TRACKING_LENGTH, 0, -1))
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")


class InvalidTrackingId(ValueError):
    """A mistyped tracking id. Says what is wrong, in Indonesian and English; never suggests another id."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message_en)
        self.message = message
        self.message_en = message_en


def new_tracking_id() -> str:
    """Nine random characters and a check character, e.g. ``K7MQ3XW9FA``."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(TRACKING_LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that makes the weighted sum 0 modulo 31.

    Weights differ from place to place and 31 is prime, so every single wrong character and every swap of two
    different characters changes the sum.
    """
    total = sum(weight * _VALUE[character] for weight, character in zip(_WEIGHTS, body, strict=False))
    return ALPHABET[-total % len(ALPHABET)]


def parse_tracking_id(text: str) -> str:
    """The tracking id somebody typed, in any case, with spaces or dashes. Raises InvalidTrackingId."""
    compact = _SEPARATORS.sub("", text)
    if not compact:
        raise InvalidTrackingId("Nomor laporan belum diisi.", "The tracking id is missing.")
    # Before upper(), which would turn some foreign letters into one of ours.
    wrong = next((c for c in compact if not c.isascii() or c.upper() not in _VALUE), None)
    if wrong is not None:
        raise InvalidTrackingId(
            "Nomor laporan hanya memakai angka 2-9 dan huruf A-Z tanpa I, L, dan O. Periksa kembali.",
            "A tracking id has only the digits 2-9 and the letters A-Z without I, L and O. Please check it.",
        )
    if len(compact) != TRACKING_LENGTH:
        raise InvalidTrackingId(
            f"Nomor laporan terdiri dari {TRACKING_LENGTH} karakter, yang diketik {len(compact)}.",
            f"A tracking id has {TRACKING_LENGTH} characters, {len(compact)} were typed.",
        )
    tracking_id = compact.upper()
    if check_character(tracking_id[:-1]) != tracking_id[-1]:
        raise InvalidTrackingId(
            "Nomor laporan salah ketik: ada karakter yang keliru atau tertukar.",
            "The tracking id is mistyped: a character is wrong or two are swapped.",
        )
    return tracking_id


def format_tracking_id(tracking_id: str) -> str:
    """As people read it: ``K7M-Q3XW-9FA``."""
    return f"{tracking_id[:3]}-{tracking_id[3:7]}-{tracking_id[7:]}"


def new_access_code() -> str:
    """Sixteen random characters, shown once to the reporter and kept nowhere."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ACCESS_CODE_LENGTH))


def format_access_code(code: str) -> str:
    """As people read it: ``ABCD-EFGH-JKMN-PQRS``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


class AccessCodes:
    """Keyed hashes of access codes. Bound to the report, so that a hash cannot be moved to another row."""

    def __init__(self, pepper: bytes | str) -> None:
        self._key = derive_key(pepper, "access-code/v1")

    def hash(self, report_id: UUID, code: str) -> str:
        """64 hexadecimal characters. The code may be typed in any case, with spaces or dashes."""
        canonical = _SEPARATORS.sub("", code).upper()
        return hmac.new(self._key, report_id.bytes + canonical.encode(errors="replace"), sha256).hexdigest()

    def verify(self, report_id: UUID, code: str, stored: str | None) -> bool:
        """Whether ``code`` opens the report, in constant time.

        For a report that does not exist pass any id and ``stored=None``: the same work is done, the answer
        is no.
        """
        computed = self.hash(report_id, code)
        matches = hmac.compare_digest(computed.encode(), (stored or "-" * len(computed)).encode())
        return matches and stored is not None
