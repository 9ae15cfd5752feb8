"""Tracks of an MP4 that are neither seen nor heard: cameras write there where they were, second by second."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from shared.storage.cleaning.iso import Box, boxes, content_of, free, zero
from shared.storage.cleaning.refused import Reason, Refused

_SHOWN = {b"vide", b"soun"}
_MOST_BYTES = 16 * 1024 * 1024
"""Of one table: four million samples."""


def hide_silent_tracks(source: BinaryIO, size: int) -> None:
    """Empty what lies in such tracks, and the tracks. Raises Refused where a table cannot be read."""
    for movie in _within(source, [Box(b"", 0, 0, size)], b"moov"):
        for track in _within(source, [movie], b"trak"):
            media = _within(source, [track], b"mdia")
            kinds = {content_of(source, one)[8:12] for one in _within(source, media, b"hdlr")}
            if not kinds or kinds <= _SHOWN:
                continue
            for table in _within(source, _within(source, media, b"minf"), b"stbl"):
                for start, end in _samples(source, table):
                    zero(source, start, min(end, size))
            free(source, track)


def _within(source: BinaryIO, outer: list[Box], kind: bytes) -> list[Box]:
    return [one for box in outer for one in list(boxes(source, box.start, box.end)) if one.kind == kind]


def _samples(source: BinaryIO, table: Box) -> Iterator[tuple[int, int]]:
    """Where chunks of samples lie: stco or co64 place them, stsc and stsz tell how long they are."""
    parts = {box.kind: _table(source, box) for box in boxes(source, table.start, table.end)}
    wide = b"co64" in parts
    offsets = _numbers(parts.get(b"co64", parts.get(b"stco", b""))[8:], 8 if wide else 4)
    sizes = parts.get(b"stsz", b"")
    alike = int.from_bytes(sizes[4:8], "big")
    each = iter(_numbers(sizes[12:], 4))
    runs = _numbers(parts.get(b"stsc", b"")[8:], 4)
    begins = dict(zip(runs[::3], runs[1::3], strict=False))
    many = 0
    for number, start in enumerate(offsets, 1):
        many = begins.get(number, many)
        yield start, start + (alike * many if alike else sum(islice(each, many)))


def _table(source: BinaryIO, box: Box) -> bytes:
    if box.end - box.start > _MOST_BYTES:
        raise Refused(Reason.BOMB)
    return content_of(source, box)


def _numbers(content: bytes, width: int) -> list[int]:
    return [int.from_bytes(content[at : at + width], "big") for at in range(0, len(content), width)]
