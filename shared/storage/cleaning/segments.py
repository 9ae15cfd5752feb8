"""JPEG data inside other files: drops the segments that carry metadata without touching the picture."""

_KEPT = {0xE0, 0xEE}
"""APP0 (JFIF) and APP14 (Adobe's colour transform): without them colours come out wrong."""


def without_metadata(jpeg: bytes) -> bytes:
    """The same picture without EXIF, XMP, IPTC, profiles and comments. What is no JPEG stays as it is."""
    if jpeg[:2] != b"\xff\xd8":
        return jpeg
    kept, place = bytearray(b"\xff\xd8"), 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xDA:  # the picture begins
            break
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        carries_metadata = (0xE0 <= marker <= 0xEF and marker not in _KEPT) or marker == 0xFE
        if not carries_metadata:
            kept += jpeg[place:end]
        place = end
    return bytes(kept + jpeg[place:])
