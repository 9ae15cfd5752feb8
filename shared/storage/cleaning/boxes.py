"""MP4 and HEIC (ISO 14496-12 boxes): what tells of the maker is blanked in place; sizes and offsets stay.

The moving picture itself is copied as it is: nothing here decodes it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.cleaning.work import Cleaned, Files

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"moof", b"traf", b"mvex"}
_BLANKED = {b"udta", b"meta", b"uuid", b"free", b"skip", b"wide", b"cprt", b"\xa9xyz", b"loci", b"Xtra"}
"""User data (maker, model, ©xyz place), iTunes metadata, extensions, and gaps where old data may lie."""
_DATED = {b"mvhd", b"tkhd", b"mdhd"}
"""Headers whose creation and modification times are set to nought."""
_MOST_BOXES = 100_000
_MOST_META = 16 * 1024 * 1024
_ZEROS = bytes(1024 * 1024)


@dataclass(frozen=True)
class Box:
    """`start` is where its content begins, `end` where it ends; `head` where the box itself begins."""

    kind: bytes
    head: int
    start: int
    end: int


def clean_video(files: Files, content_type: str) -> Cleaned:
    """Raises Refused: cut short, or without pictures."""
    size = _size(files.source)
    seen = _blank(files.source, 0, size, depth=0)
    if not {b"moov", b"mdat"} <= seen and not {b"moov", b"moof"} <= seen:
        raise Refused(Reason.DAMAGED)
    return Cleaned(content_type, in_place=True)


def clean_heic(files: Files, content_type: str) -> Cleaned:
    """Blanks the items that hold EXIF and XMP. Raises Refused where they cannot be found for sure."""
    source, size = files.source, _size(files.source)
    top = list(boxes(source, 0, size))
    meta = next((box for box in top if box.kind == b"meta"), None)
    if meta is None or meta.end - meta.start > _MOST_META:
        raise Refused(Reason.DAMAGED)
    try:
        for start, length in _private_extents(source, meta):
            if not 0 <= start <= start + length <= size:
                raise Refused(Reason.DAMAGED)
            _zero(source, start, start + length)
    except (IndexError, ValueError, KeyError):
        raise Refused(Reason.DAMAGED) from None
    for box in top:
        if box.kind in {b"uuid", b"free", b"skip", b"udta"}:
            _zero(source, box.start, box.end)
    return Cleaned(content_type, in_place=True)


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


def _blank(source: BinaryIO, start: int, end: int, depth: int) -> set[bytes]:
    seen = set()
    for box in list(boxes(source, start, end)):
        seen.add(box.kind)
        if box.kind in _BLANKED:
            # Kept in size, renamed to padding and emptied: everything behind it stays where it was.
            source.seek(box.head + 4)
            source.write(b"free")
            _zero(source, box.start, box.end)
        elif box.kind in _DATED:
            source.seek(box.start)
            version = source.read(1)
            _zero(source, box.start + 4, min(box.end, box.start + (20 if version == b"\1" else 12)))
        elif box.kind in _CONTAINERS and depth < 8:
            _blank(source, box.start, box.end, depth + 1)
    return seen


def _private_extents(source: BinaryIO, meta: Box) -> list[tuple[int, int]]:
    """Where EXIF and XMP lie: iinf names the items, iloc places them (ISO 14496-12, 8.11.3 and 8.11.6)."""
    parts = {box.kind: box for box in boxes(source, meta.start + 4, meta.end)}
    if b"iinf" not in parts or b"iloc" not in parts:
        return []
    private = set(_private_items(source, parts[b"iinf"]))
    data = parts.get(b"idat")
    places = _places(_content(source, parts[b"iloc"]), data.start if data else 0)
    return [extent for item in private for extent in places[item]]


def _private_items(source: BinaryIO, iinf: Box) -> Iterator[int]:
    source.seek(iinf.start)
    version = source.read(1)[0]
    first = iinf.start + (6 if version == 0 else 8)
    for entry in boxes(source, first, iinf.end):
        content = _content(source, entry)
        wide = content[0] >= 3
        item = int.from_bytes(content[4 : 8 if wide else 6], "big")
        kind = content[10:14] if wide else content[8:12]
        if kind in {b"Exif", b"mime", b"uri "}:
            yield item


def _places(content: bytes, idat: int) -> dict[int, list[tuple[int, int]]]:
    version, sizes, place = content[0], int.from_bytes(content[4:6], "big"), 6
    of_offset, of_length, of_base = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    of_index = sizes & 15 if version else 0

    def number(size: int) -> int:
        nonlocal place
        if place + size > len(content):
            raise ValueError("cut short")
        place += size
        return int.from_bytes(content[place - size : place], "big")

    found: dict[int, list[tuple[int, int]]] = {}
    for _ in range(number(4 if version == 2 else 2)):
        item = number(4 if version == 2 else 2)
        method = number(2) & 15 if version else 0
        number(2)
        base = number(of_base)
        extents = []
        for _ in range(number(2)):
            number(of_index)
            extents.append((base + number(of_offset) + (idat if method == 1 else 0), number(of_length)))
        found[item] = extents
    return found


def _content(source: BinaryIO, box: Box) -> bytes:
    source.seek(box.start)
    return source.read(box.end - box.start)


def _zero(source: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    while start < end:
        start += source.write(_ZEROS[: end - start])


def _size(source: BinaryIO) -> int:
    return source.seek(0, os.SEEK_END)
