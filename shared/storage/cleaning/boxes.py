"""MP4 and HEIC (ISO 14496-12 boxes): what tells of the maker is blanked in place; sizes and offsets stay.

The moving picture itself is copied as it is: nothing here decodes it.
"""

from collections.abc import Iterator
from typing import BinaryIO

from shared.storage.cleaning.iso import Box, boxes, content_of, free, size_of, zero
from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.cleaning.tracks import hide_silent_tracks
from shared.storage.cleaning.work import Cleaned, Files

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"moof", b"traf", b"mvex"}
_KEPT = _CONTAINERS | set(
    b"ftyp styp mdat sidx ssix mfra tfra mfro mvhd tkhd tref tapt mdhd hdlr elng vmhd smhd hmhd nmhd sthd "
    b"gmhd stsd stts ctts cslg stsc stsz stz2 stco co64 stss stps stsh padb sdtp sbgp sgpd subs saiz saio "
    b"elst dref mehd trex leva mfhd tfhd tfdt trun pssh senc".split()
)
"""What a player needs. All else tells of the maker, or may: user data (model, ©xyz place), iTunes metadata,
extensions, what vendors invented for their dashcams, and gaps where old data may lie.
"""
_PICTURE = {b"ftyp", b"meta", b"mdat"}
"""What a still picture is made of (ISO 23008-12)."""
_DATED = {b"mvhd", b"tkhd", b"mdhd"}
"""Headers whose creation and modification times are set to nought."""
_MOST_META = 16 * 1024 * 1024


def clean_video(files: Files, content_type: str) -> Cleaned:
    """Raises Refused: cut short, or without pictures."""
    size = size_of(files.source)
    hide_silent_tracks(files.source, size)
    seen = _blank(files.source, 0, size, depth=0)
    if not {b"moov", b"mdat"} <= seen and not {b"moov", b"moof"} <= seen:
        raise Refused(Reason.DAMAGED)
    return Cleaned(content_type, in_place=True)


def clean_heic(files: Files, content_type: str) -> Cleaned:
    """Blanks the items that hold EXIF and XMP. Raises Refused where they cannot be found for sure."""
    source, size = files.source, size_of(files.source)
    top = list(boxes(source, 0, size))
    meta = next((box for box in top if box.kind == b"meta"), None)
    if meta is None or meta.end - meta.start > _MOST_META:
        raise Refused(Reason.DAMAGED)
    try:
        for start, length in _private_extents(source, meta):
            if not 0 <= start <= start + length <= size:
                raise Refused(Reason.DAMAGED)
            zero(source, start, start + length)
    except (IndexError, ValueError, KeyError):
        raise Refused(Reason.DAMAGED) from None
    for box in top:
        if box.kind not in _PICTURE:  # a phone hangs a film with its place behind the picture
            free(source, box)
    return Cleaned(content_type, in_place=True)


def _blank(source: BinaryIO, start: int, end: int, depth: int) -> set[bytes]:
    seen = set()
    for box in list(boxes(source, start, end)):
        seen.add(box.kind)
        if box.kind not in _KEPT:
            free(source, box)
        elif box.kind in _DATED:
            source.seek(box.start)
            version = source.read(1)
            zero(source, box.start + 4, min(box.end, box.start + (20 if version == b"\1" else 12)))
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
    places = _places(content_of(source, parts[b"iloc"]), data.start if data else 0)
    return [extent for item in private for extent in places[item]]


def _private_items(source: BinaryIO, iinf: Box) -> Iterator[int]:
    source.seek(iinf.start)
    version = source.read(1)[0]
    first = iinf.start + (6 if version == 0 else 8)
    for entry in boxes(source, first, iinf.end):
        content = content_of(source, entry)
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
        if method > 1:
            raise ValueError("lies in another item")
        number(2)
        base = number(of_base)
        extents = []
        for _ in range(number(2)):
            number(of_index)
            extents.append((base + number(of_offset) + (idat if method == 1 else 0), number(of_length)))
        found[item] = extents
    return found
