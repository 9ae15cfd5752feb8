"""Phrases in what people write: other spellings, slips of the finger, and words in between. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

GAP = "~"
"""In a phrase: up to `BETWEEN` words of the same sentence, or none."""
BETWEEN = 4
WITH = "&"
"""In a phrase: what stands on both sides of it is in one sentence, in any order."""
END = "."
"""Stands for the end of a sentence; no phrase goes over it."""
LONG = 7
"""Letters of a word inside which a slip is read over: one letter missing, too many or swapped with the next.
Another letter in its place makes another word too often (pencurian, pencucian).
"""
_PARTS = re.compile(r"[a-z0-9]+|[.!?;]+")
_DRAWN_OUT = re.compile(r"(?<=[a-z])([a-z])\1{2,}")
TWICE = "2"
"""Behind a word: it is said twice."""
_MINE, _ENDINGS = "ku", ("nya", "lah", "kah")

Element: TypeAlias = Mapping[str, Sequence[Sequence[str]]] | None
"""One of several words or groups of words, by the first of the group; None is a gap."""


@dataclass(frozen=True, eq=False)
class Part:
    """Words in a row. `elements` begin and end with words."""

    elements: tuple[Element, ...]

    @property
    def first(self) -> frozenset[str]:
        """The words it can begin with."""
        return frozenset(self.elements[0] or ())

    @cached_property
    def alone(self) -> frozenset[str]:
        """The words that are all of it."""
        groups = (self.elements[0] or {}) if len(self.elements) == 1 else {}
        return frozenset(word for word, same in groups.items() if [word] in same)

    def begins(self, written: Sequence[str], at: int) -> bool:
        """Whether it stands in what was written, from that word on."""
        return written[at] in self.alone or _fits(self.elements, written, at)


def parts_of(phrase: str, sets: Mapping[str, Sequence[str]]) -> tuple[Part, ...]:
    """All of which have to stand in one sentence. `<name>` is any member of a set.

    Raises ValueError for a set that is none, and for a part that does not begin and end with words.
    """
    return tuple(_part(one, sets) for one in phrase.split(WITH))


def _part(text: str, sets: Mapping[str, Sequence[str]]) -> Part:
    elements = tuple(_element(part, sets) for part in re.findall(r"<[^>]*>|\S+", text))
    if not elements or elements[0] is None or elements[-1] is None:
        raise ValueError(f"{text!r} does not begin and end with words")
    return Part(elements)


def _element(part: str, sets: Mapping[str, Sequence[str]]) -> Element:
    if part == GAP:
        return None
    if not part.startswith("<"):
        return {part: [[part]]}
    if part[1:-1] not in sets:
        raise ValueError(f"{part} is no set of words")
    members = [member.split() for member in sets[part[1:-1]]]
    return {words[0]: [one for one in members if one[0] == words[0]] for words in members}


def _fits(elements: Sequence[Element], written: Sequence[str], at: int) -> bool:
    if not elements:
        return True
    if at >= len(written):
        return False
    if elements[0] is not None:
        return any(
            written[at : at + len(words)] == words and _fits(elements[1:], written, at + len(words))
            for words in elements[0].get(written[at], ())
        )
    for passed in range(at, min(at + BETWEEN + 1, len(written))):
        if _fits(elements[1:], written, passed):
            return True
        if written[passed] == END:
            return False
    return False


class Spelling:
    """Reads text as the words that parts are made of. `others`: a word, and how it is written as well."""

    def __init__(self, parts: Iterable[Part], others: Mapping[str, Sequence[str]]) -> None:
        self._known = frozenset(_words_of(parts)) | others.keys()
        self._others = {other: word for word, written in others.items() for other in written}
        self._long = frozenset(word for word in self._known if len(word) >= LONG)
        self._ends = {(word[0], word[-1]) for word in self._long}
        self._longest = max(map(len, self._long), default=0)
        self._short_of_one = {less: word for word in sorted(self._long) for less in _less_one(word)}

    def read(self, text: str) -> list[str]:
        """The words in order, with the ends of sentences."""
        written: list[str] = []
        plain = unicodedata.normalize("NFKC", text).casefold()
        for part in _PARTS.findall(_DRAWN_OUT.sub(r"\1", plain)):
            if not part[0].isalnum():
                written.append(END)
                continue
            word, *more = self._meant(part[:-1] if part[-1] == TWICE and part[0].isalpha() else part)
            if written and written[-1] == "di" and f"di{word}" in self._known:  # "di curi"
                word = written.pop() + word
            written += [word, *more]
        return written

    def _meant(self, word: str) -> Sequence[str]:
        if other := self._others.get(word):
            return other.split()
        if word in self._known:
            return (word,)
        if word.endswith(_MINE) and (stem := self._stem(word, _MINE)):
            return (stem, "saya")
        for ending in _ENDINGS:
            if word.endswith(ending) and (stem := self._stem(word, ending)):
                return (stem,)
        return (self._near(word) if len(word) >= LONG - 1 else word,)

    def _stem(self, word: str, ending: str) -> str | None:
        stem = word.removesuffix(ending)
        stem = self._others.get(stem, stem)
        return stem if stem in self._known else None

    def _near(self, word: str) -> str:
        """The known word that this one misses by a letter or a swap inside; itself where there is none."""
        if (word[0], word[-1]) not in self._ends or len(word) > self._longest + 1:
            return word
        if word in self._short_of_one:
            return self._short_of_one[word]
        for at, less in enumerate(_less_one(word)):
            if less in self._long:
                return less
            swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
            if swapped in self._long:
                return swapped
        return word


def _words_of(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        for element in part.elements:
            for groups in (element or {}).values():
                for words in groups:
                    yield from words


def _less_one(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))
