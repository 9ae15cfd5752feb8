"""A report as numbers: its words, pairs of words, pieces of words and its region, by the hashing trick.

Names of people and numbers of persons are left out before anything is counted.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from services.verification.domain.sketch import words_of

SIZE = 2**15
"""Features; 128 KiB of weights for each label that is told apart."""
MOST_WORDS = 400
_PIECES = (3, 4, 5)
_PIECE = 0.1
"""A word has about eight pieces: together they weigh about a third of it, enough for misspellings."""
_PAIR = 0.7
_SIGN = 1 << 31


@dataclass(frozen=True)
class Text:
    """What is known of a report before anybody decides about it."""

    title: str
    text: str
    region: str | None = None


@dataclass(frozen=True)
class Vector:
    """The features that are not zero, of length one together; `parts` says which words each is made of."""

    indices: list[int]
    values: list[float]
    parts: dict[str, dict[int, float]]


def vector_of(text: Text) -> Vector:
    """The same on every machine and in every version of Python."""
    sums = defaultdict[int, float](float)
    parts = defaultdict[str, dict[int, float]](lambda: defaultdict(float))
    for feature, weight, word in _features(text):
        digest = crc32(feature.encode())
        index, value = digest % SIZE, weight if digest & _SIGN else -weight
        sums[index] += value
        parts[word][index] += value
    length = sum(value * value for value in sums.values()) ** 0.5 or 1.0
    indices = sorted(index for index, value in sums.items() if value)
    scaled = {word: {n: value / length for n, value in of_word.items()} for word, of_word in parts.items()}
    return Vector(indices, [sums[index] / length for index in indices], scaled)


def _features(text: Text) -> Iterator[tuple[str, float, str]]:
    """Each with its weight and the words it comes from."""
    words = words_of(f"{text.title}\n{text.text}")[:MOST_WORDS]
    for word in words:
        yield f"w:{word}", 1.0, word
        padded = f" {word} "
        for size in _PIECES:
            for start in range(len(padded) - size + 1):
                yield f"c:{padded[start : start + size]}", _PIECE, word
    for first, second in pairwise(words):
        yield f"b:{first} {second}", _PAIR, f"{first} {second}"
    if text.region:
        levels = text.region.split(".")
        for depth in range(1, min(len(levels), 3) + 1):
            region = ".".join(levels[:depth])
            yield f"r:{region}", 1.0, f"wilayah {region}"
