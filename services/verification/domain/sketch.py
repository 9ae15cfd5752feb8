"""A short, stable sketch of a report's words: reports that resemble each other agree in some of its bands.

MinHash (Broder 1997) with banding: of two reports that share a fraction `s` of their words, each single
minimum agrees with probability `s`. Two kinds of bands: two minima together, wherever it happened; and one
minimum together with the regency, so that within one town little agreement is enough.
"""

import re
import struct
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

from shared.text.masking import mask
from shared.text.names import HIDDEN

PAIRS = 5
"""Bands of two minima: found with probability 0.94 at half the words in common, 0.38 at a third."""
PLACED = 6
"""Bands of one minimum and a regency: 0.91 at a third of the words in common, 0.74 at a fifth."""
_MINIMA = 2 * PAIRS + PLACED
"""Sixteen: one BLAKE2b digest of 64 bytes holds them all, so each word is hashed once."""
_FORM = struct.Struct(f"<{_MINIMA}I")
_WORD = re.compile(r"[^\W_]+")
_LONG_NUMBER = re.compile(r"\d.{4}")
"""A year says something; what is left of a masked number does not."""
_ENDINGS = ("nya", "lah", "kah", "pun")
_STOPWORDS = Path(__file__).parents[1] / "data/stopwords.txt"


@cache
def _stopwords() -> frozenset[str]:
    return frozenset(_STOPWORDS.read_text(encoding="utf-8").split())


def words_of(text: str) -> list[str]:
    """The words that say something, in order: without names of people, numbers of persons and small words.

    Names are left out so that a text that many people send finds all its copies; whether they weigh against
    a match is looked at later.
    """
    plain = mask(text).replace(HIDDEN, " ").lower()
    found = (_plain(word) for word in _WORD.findall(plain))
    return [
        word for word in found if len(word) > 2 and word not in _stopwords() and not _LONG_NUMBER.search(word)
    ]


def _plain(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)]
    return word


def regency_of(region: str | None) -> str:
    """The regency or city a region lies in; of a province itself, or where none is known, what is known."""
    return ".".join((region or "").split(".")[:2])


def sketch(words: frozenset[str], region: str | None) -> tuple[int, ...] | None:
    """The bands, as PostgreSQL's four-byte integers: `PAIRS`, then `PLACED`. None without words."""
    if not words:
        return None
    return sketch_of_minima([min(column) for column in zip(*map(hashes_of, words), strict=True)], region)


def sketch_of_minima(minima: Sequence[int], region: str | None) -> tuple[int, ...]:
    """The bands of a report whose words have these smallest hashes."""
    return tuple(short(n, band) for n, band in enumerate(bands_of(minima, region)))


def bands_of(minima: Sequence[int], region: str | None) -> list[bytes]:
    """The bands as they are before `short` makes numbers of them."""
    packed, regency = _FORM.pack(*minima), regency_of(region).encode()
    pairs = [packed[8 * n : 8 * n + 8] for n in range(PAIRS)]
    return pairs + [packed[8 * PAIRS + 4 * n : 8 * PAIRS + 4 * n + 4] + regency for n in range(PLACED)]


def hashes_of(word: str) -> tuple[int, ...]:
    """Sixteen independent hashes of four bytes."""
    return _FORM.unpack(blake2b(word.encode(), digest_size=_FORM.size).digest())


def short(number: int, band: bytes) -> int:
    """The four-byte integer that a band is kept as; `number` is its place."""
    digest = blake2b(band, digest_size=4, salt=bytes([number])).digest()
    return int.from_bytes(digest, "little", signed=True)
