"""What is taken out of a text that came by a message, before anything reads it."""

import unicodedata
from collections.abc import Iterator

LONGEST = 10_000
"""Characters of one report or one later word."""

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""They make a text show otherwise than it reads ("Trojan source"), and no Indonesian text needs them."""


def printable(text: str) -> str:
    """Without what no keyboard types and no database keeps (NUL, escape codes of GSM-7, halves of surrogate
    pairs) and without marks that turn the direction of writing; line ends and tabs are kept.
    """
    if text.isprintable():  # most are, and it says so sooner than a look at each character
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c
        for c in lines
        if c in "\n\t" or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in _DIRECTIONS)
    )


def turned(text: str) -> bool:
    """Whether a text holds marks that turn the direction of writing."""
    return any(c in _DIRECTIONS for c in text)


def pieces(text: str, longest: int = LONGEST) -> Iterator[str]:
    """A long text in pieces that each fit a report or a word, cut between lines or words where possible."""
    rest = text.strip()
    while len(rest) > longest:
        cut = max(rest.rfind("\n", longest // 2, longest), rest.rfind(" ", longest // 2, longest))
        cut = cut if cut > 0 else longest
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest
