"""Finds regions by name as people type it: unfinished, with typing errors, with the place they lie in, or by
an everyday name (Jogja). Every name is compared with what was typed: none is overlooked.
"""

import csv
import re
import unicodedata
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from pathlib import Path

from rapidfuzz import fuzz, process

from shared.regions.atlas import Atlas, Level, Region, atlas

_WORD = re.compile(r"[a-z0-9]+")
_KINDS: dict[str, tuple[Level, str]] = {
    **dict.fromkeys(("prov", "provinsi"), (Level.PROVINCE, "")),
    **dict.fromkeys(("kab", "kabupaten"), (Level.REGENCY, "Kabupaten ")),
    **dict.fromkeys(("kota", "kodya", "kotamadya", "adm", "administrasi"), (Level.REGENCY, "Kota ")),
    **dict.fromkeys(("kec", "kecamatan"), (Level.DISTRICT, "")),
    **dict.fromkeys(("kel", "kelurahan", "desa", "ds"), (Level.VILLAGE, "")),
}
"""Words for the kind of a region, which people write or not, and how the name of such a region begins."""
_ALIKE = 68.0
"""From this on two names are taken for one with typing errors (of 100)."""
_PREFIX = 90.0
_SHORTEST_PREFIX = 3
_LOOKED_AT = 150
_SPLIT = 5
"""Words of a query that may name a region and, after it, what it lies in."""
LONGEST_QUERY = 100
EVERYDAY = Path(__file__).parent / "data/everyday_names.csv"
"""What people call regions beside their names, and the code of each [A]."""


@dataclass(frozen=True)
class Match:
    """A region, how alike its name is to the query (0 to 100), and what it lies in, the province first."""

    region: Region
    score: float
    within: tuple[Region, ...]


class Index:
    """All names, in order. Takes half a second to make, and about ten megabytes."""

    def __init__(self, regions: Atlas) -> None:
        self._regions = regions
        places: dict[str, array[int]] = {}
        for index in range(len(regions)):
            places.setdefault(plain_name(regions.name_at(index)), array("I")).append(index)
        self._names = sorted(places)
        self._places = [places[name] for name in self._names]
        self._everyday = _everyday(regions)

    def search(self, query: str, limit: int = 10) -> list[Match]:
        """The best matches, the likest first; of those that are alike, the kind that was named, and then the
        larger region.
        """
        head, _, tail = query[:LONGEST_QUERY].partition(",")
        words = plain_name(head).split()
        if not words:
            return []
        scores = self._scores(" ".join(words), plain_name(tail))
        if not tail and 1 < len(words) <= _SPLIT and max(scores.values(), default=0) < _PREFIX:
            for cut in range(len(words) - 1, 0, -1):
                found = self._scores(" ".join(words[:cut]), " ".join(words[cut:]))
                scores = {key: max(scores.get(key, 0), found.get(key, 0)) for key in scores | found}
        kind = next((_KINDS[word] for word in _words(head) if word in _KINDS), None)

        def place(index: int) -> tuple[int, bool, Level, int]:
            level = self._regions.level_at(index)
            other = kind is not None and not (
                level is kind[0] and self._regions.name_at(index).startswith(kind[1])
            )
            return -scores[index], other, level, index

        best = nsmallest(limit, scores, key=place)
        return [self._match(index, float(scores[index])) for index in best]

    def _match(self, index: int, score: float) -> Match:
        region = self._regions.at(index)
        return Match(region, score, self._regions.lineage(region.code)[:-1])

    def _scores(self, name: str, within: str) -> dict[int, int]:
        """Places of regions with such a name, and how alike each is; `within` is something they lie in."""
        if within in self._everyday:
            within = plain_name(self._regions.name_at(self._everyday[within][0]))
        scores = {index: 100 for index in self._everyday.get(name, ()) if not within}
        near: dict[int, float] = {}
        for number, score in self._names_like(name):
            for index in self._places[number]:
                likeness = self._likeness_within(index, within, near) if within else 100.0
                if likeness >= _ALIKE:
                    alike = round(score * (0.7 + 0.3 * likeness / 100))
                    scores[index] = max(scores.get(index, 0), alike)
        return scores

    def _likeness_within(self, index: int, within: str, near: dict[int, float]) -> float:
        best = 0.0
        for above in self._regions.above(index):
            if above not in near:
                near[above] = _likeness(within, plain_name(self._regions.name_at(above)))
            best = max(best, near[above])
        return best

    def _names_like(self, name: str) -> list[tuple[int, float]]:
        found = process.extract(
            name, self._names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_LOOKED_AT, processor=None
        )
        scores = {number: score for _, score, number in found}
        if len(name) >= _SHORTEST_PREFIX:
            for number in range(bisect_left(self._names, name), len(self._names)):
                if not self._names[number].startswith(name):
                    break
                scores[number] = max(scores.get(number, 0), _PREFIX)
        return [*scores.items()]


def plain_name(text: str) -> str:
    """Small letters without accents and without words for the kind of region, unless nothing else is left."""
    words = _words(text)
    return " ".join([word for word in words if word not in _KINDS] or words)


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(c for c in folded if not unicodedata.combining(c)))


def _likeness(typed: str, name: str) -> float:
    ratio = fuzz.ratio(typed, name)
    if name.startswith(typed) and len(typed) >= _SHORTEST_PREFIX:
        return max(ratio, _PREFIX)
    return ratio


def _everyday(regions: Atlas) -> dict[str, list[int]]:
    """Where the regions are that an everyday name stands for."""
    places: dict[str, list[int]] = {}
    with EVERYDAY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            index = regions.index(row["code"])
            if index is not None:
                places.setdefault(row["name"], []).append(index)
    return places


@cache
def index() -> Index:
    """Made once a process, when somebody first searches: call it in a thread from async code."""
    return Index(atlas())


def search(query: str, limit: int = 10) -> list[Match]:
    """The likeliest first. The first search makes the index: half a second, so in a thread."""
    return index().search(query, limit)
