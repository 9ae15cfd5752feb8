"""Tells a file's type from its first bytes, for an allow-list. Never believes a name or a sender's claim.

It keeps out what is plainly something else. It cannot prove a file harmless: scanning and cleaning do.
"""

from collections.abc import Iterator
from typing import Any

from filetype.types import ARCHIVE, IMAGE, VIDEO

HEAD_BYTES = 64 * 1024
"""Enough of a file to tell. Documents are ZIP archives whose telling entry may stand behind a thumbnail."""

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"

_BY_SIGNATURE = (
    "image/jpeg",  # photos of nearly every phone
    "image/png",  # screenshots
    "image/webp",  # photos that came through a messenger
    "image/heic",  # iPhone photos
    "video/mp4",  # video from phones and messengers
    "application/pdf",  # letters and scans
)
# Not on the list, on purpose: SVG and HTML run scripts in a browser; old .doc and .xls, and the macro-enabled
# formats, run programs; archives hide what they hold; GIF and TIFF are hardly ever evidence.
_DOCUMENT_FOLDERS = {b"word/": DOCX, b"xl/": XLSX}  # statements and lists of names or amounts
ALLOWED = frozenset({*_BY_SIGNATURE, DOCX, XLSX, ODT})

_matchers: tuple[Any, ...] = (*IMAGE, *VIDEO, *ARCHIVE)
_MATCHER = {matcher.mime: matcher for matcher in _matchers if matcher.mime in _BY_SIGNATURE}

_HARMLESS_CLAIMS = ALLOWED | {
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/zip",
    "application/x-zip-compressed",
    "image/jpg",
    "image/pjpeg",
    "image/heif",
}
"""What browsers and phones say of allowed files when they do not know better."""

_LOCAL_HEADER = b"PK\x03\x04"
_LOCAL_HEADER_BYTES = 30
_SIZE_FOLLOWS_DATA = 0x08


def may_claim(content_type: str | None) -> bool:
    """Whether a file that claims this type is worth reading at all."""
    return (content_type or "").partition(";")[0].strip().lower() in _HARMLESS_CLAIMS


def sniff(head: bytes) -> str | None:
    """The allowed type that ``head`` shows (a file's first ``HEAD_BYTES``, or all of it), else None."""
    # The matchers read single bytes and four-byte brands; handing them less keeps them quick.
    start = head[:512]
    for content_type in _BY_SIGNATURE:
        if _MATCHER[content_type].match(start):
            return content_type
    return _sniff_document(head) if head.startswith(_LOCAL_HEADER) else None


def _sniff_document(head: bytes) -> str | None:
    # OpenDocument: the first entry is named "mimetype", is stored as it is and holds the type (ODF 1.2).
    if head[_LOCAL_HEADER_BYTES:].startswith(b"mimetype" + ODT.encode()) and head[8:10] == b"\0\0":
        follows = head[_LOCAL_HEADER_BYTES + 8 + len(ODT) :]
        # Templates and master documents have a longer name that begins the same.
        return ODT if follows[:1] != b"-" else None
    names = list(_entry_names(head))
    if not any(name in {b"[Content_Types].xml", b"_rels/.rels"} for name in names):
        return None
    if any(name.endswith(b"vbaProject.bin") for name in names):
        return None
    for folder, content_type in _DOCUMENT_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return content_type
    return None


def _entry_names(head: bytes) -> Iterator[bytes]:
    position = 0
    while head[position : position + 4] == _LOCAL_HEADER:
        header = head[position : position + _LOCAL_HEADER_BYTES]
        if len(header) < _LOCAL_HEADER_BYTES:
            return
        compressed = int.from_bytes(header[18:22], "little")
        name_end = position + _LOCAL_HEADER_BYTES + int.from_bytes(header[26:28], "little")
        yield head[position + _LOCAL_HEADER_BYTES : name_end]
        data_start = name_end + int.from_bytes(header[28:30], "little")
        if int.from_bytes(header[6:8], "little") & _SIZE_FOLLOWS_DATA and compressed == 0:
            position = head.find(_LOCAL_HEADER, data_start)
            if position < 0:
                return
        else:
            position = data_start + compressed
