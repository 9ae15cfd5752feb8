"""Every region of Indonesia down to the village, by the ministry's codes. Read once, and small in memory.

Sources and licence: `data/LICENSE.md`.
"""

import lzma
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data/regions.txt.xz"
_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
_WIDTHS = (2, 4, 6, 10)
"""Digits of a code at each level."""
_SHIFTS = tuple(10 ** (10 - width) for width in _WIDTHS)


class Level(IntEnum):
    """How deep a region lies."""

    PROVINCE = 0
    REGENCY = 1
    """Kabupaten or kota."""
    DISTRICT = 2
    """Kecamatan."""
    VILLAGE = 3
    """Desa or kelurahan."""


@dataclass(frozen=True)
class Region:
    """One region, e.g. ``35.78.08`` Gubeng."""

    code: str
    name: str
    level: Level


class Atlas:
    """All regions in the order of their codes: keys in one array, names in one text."""

    def __init__(self, lines: str) -> None:
        self._keys, self._starts, names, above = array("Q"), array("I", [0]), [], [0, 0, 0, 0]
        total = 0
        for line in lines.split("\n"):
            part, _, name = line.lstrip("\t").partition(" ")
            level = len(line) - len(line.lstrip("\t"))
            base = above[level - 1] if level else 0
            above[level] = base + int(part) * _SHIFTS[level]
            self._keys.append(above[level])
            names.append(name)
            total += len(name)
            self._starts.append(total)
        self._names = "".join(names)

    def __len__(self) -> int:
        return len(self._keys)

    def at(self, index: int) -> Region:
        """The region at a place in the order of codes."""
        level = self.level_at(index)
        digits = f"{self._keys[index]:010}"
        parts = (digits[:2], digits[2:4], digits[4:6], digits[6:])
        return Region(".".join(parts[: level + 1]), self.name_at(index), level)

    def name_at(self, index: int) -> str:
        return self._names[self._starts[index] : self._starts[index + 1]]

    def level_at(self, index: int) -> Level:
        key = self._keys[index]
        return next(level for level in Level if key % _SHIFTS[level] == 0)

    def above(self, index: int) -> Iterator[int]:
        """Places of what a region lies in, the smallest first."""
        key = self._keys[index]
        for level in range(self.level_at(index) - 1, -1, -1):
            yield bisect_left(self._keys, key - key % _SHIFTS[level])

    def index(self, code: str) -> int | None:
        """Where a code is; None if there is no such region, or it is no code at all."""
        if not _CODE.fullmatch(code) or not code.isascii():
            return None
        digits = code.replace(".", "")
        key = int(digits) * 10 ** (10 - len(digits))
        index = bisect_left(self._keys, key)
        return index if index < len(self._keys) and self._keys[index] == key else None

    def find(self, code: str) -> Region | None:
        """The region with this code."""
        index = self.index(code)
        return None if index is None else self.at(index)

    def lineage(self, code: str) -> tuple[Region, ...]:
        """A region and everything it lies in, the province first; empty for an unknown code."""
        if self.index(code) is None:
            return ()
        parts = code.split(".")
        found = (self.find(".".join(parts[: depth + 1])) for depth in range(len(parts)))
        return tuple(region for region in found if region is not None)

    def children(self, code: str | None = None) -> list[Region]:
        """What lies directly in a region; the provinces for None. Empty for an unknown code."""
        return [self.at(index) for index in self._children(code)]

    def _children(self, code: str | None) -> Iterator[int]:
        if code is None:
            first, end, level = 0, 100 * _SHIFTS[0], Level.PROVINCE
        else:
            start = self.index(code)
            if start is None or self.level_at(start) is Level.VILLAGE:
                return
            level = Level(self.level_at(start) + 1)
            first, end = start + 1, self._keys[start] + _SHIFTS[level - 1]
        last, width = bisect_left(self._keys, end), _SHIFTS[level]
        while first < last:  # from one to the next, past all that lies in it
            key = self._keys[first]
            if self.level_at(first) is level:
                yield first
            first = bisect_left(self._keys, key - key % width + width, first)


def full_name(code: str | None) -> str:
    """A region and what it lies in: "Gubeng, Kota Surabaya, Jawa Timur"; an unknown code stays a code."""
    lineage = atlas().lineage(code) if code else ()
    return ", ".join(region.name for region in reversed(lineage)) or (code or "")


@cache
def atlas() -> Atlas:
    """Read once a process: about a quarter of a second, and nine megabytes of memory."""
    return Atlas(lzma.decompress(FILE.read_bytes()).decode())
