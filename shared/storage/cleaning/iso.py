"""Boxes of ISO 14496-12, of which MP4 and HEIC are made: found, read, and emptied in place."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from shared.storage.cleaning.refused import Reason, Refused

_MOST_BOXES = 100_000
_ZEROS = bytes(1024 * 1024)


@dataclass(frozen=True)
class Box:
    """`start` is where its content begins, `end` where it ends; `head` where the box itself begins."""

    kind: bytes
    head: int
    start: int
    end: int


def boxes(source: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two places. Raises Refused where they do not fill it exactly."""
    place = start
    for _ in range(_MOST_BOXES):
        if place == end:
            return
        source.seek(place)
        header = source.read(16)
        if len(header) < 8 or place + 8 > end:
            raise Refused(Reason.DAMAGED)
        length, content = int.from_bytes(header[:4], "big"), place + 8
        if length == 1:
            length, content = int.from_bytes(header[8:16], "big"), place + 16
        elif length == 0:
            length = end - place
        if length < content - place or place + length > end:
            raise Refused(Reason.DAMAGED)
        yield Box(header[4:8], place, content, place + length)
        place += length
    raise Refused(Reason.BOMB)


def free(source: BinaryIO, box: Box) -> None:
    """Kept in size, renamed to padding and emptied: everything behind it stays where it was."""
    source.seek(box.head + 4)
    source.write(b"free")
    zero(source, box.start, box.end)


def content_of(source: BinaryIO, box: Box) -> bytes:
    source.seek(box.start)
    return source.read(box.end - box.start)


def zero(source: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    while start < end:
        start += source.write(_ZEROS[: end - start])


def size_of(source: BinaryIO) -> int:
    return source.seek(0, os.SEEK_END)
