"""DOCX, XLSX and ODT (ZIP archives): read within limits and written anew without the maker's data.

The text itself is kept as it is, with whatever its writer put into it.
"""

import re
import zipfile
import zlib

from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.cleaning.segments import without_metadata
from shared.storage.cleaning.work import Cleaned, Files

MOST_ENTRIES = 2_000
MOST_BYTES = 150_000_000
"""Of everything unpacked together."""
MOST_RATIO = 200
"""Times its packed size, for an entry of more than a megabyte; text packs to a tenth."""
_RATIO_MATTERS = 1_000_000

_PROGRAMS = re.compile(
    r"(?i)vbaproject|/activex/|/embeddings/|^basic/|^scripts/|^object |\.bin$|/macrosheets/"
)
_DROPPED = re.compile(r"(?i)^docprops/thumbnail|^thumbnails/|^customxml/|^layout-cache$")
_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_CUSTOM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
_ODF_META = (
    b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>'
)
_REPLACED = {
    "docprops/core.xml": _CORE,
    "docprops/app.xml": _APP,
    "docprops/custom.xml": _CUSTOM,
    "meta.xml": _ODF_META,
}
_AUTHORS = re.compile(
    rb'(\b(?:w|w15|w16du):(?:author|initials|userId|date|dateUtc)|\bdisplayName|\buserId)="[^"]*"'
)
_SHEET_PEOPLE = re.compile(rb'(\b(?:displayName|userId|providerId|userName|absPath\b[^>]*?\burl)=)"[^"]*"')
"""Of a workbook; its path names the folder of whoever saved it."""
_SHEET_AUTHORS = re.compile(rb"(<(?:\w+:)?author>)[^<]*(?=</)")
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*?/>")
_PRIVATE_PARTS = re.compile(rb"<Relationship\b[^>]*/(?:thumbnail|customXml)[\"'][^>]*?/>")
_ODF_PEOPLE = re.compile(rb"(<(dc:creator|meta:creator-initials|dc:date)\b[^>]*>)[^<]*(</\2>)")


def clean(files: Files, content_type: str) -> Cleaned:
    """Raises Refused: damaged, locked, holding programs, or far larger once unpacked."""
    try:
        with zipfile.ZipFile(files.source) as source:
            _check(source)
            with zipfile.ZipFile(files.clean, "w", zipfile.ZIP_DEFLATED) as target:
                _copy(source, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Refused(Reason.DAMAGED) from None
    except MemoryError:
        raise Refused(Reason.BOMB) from None
    return Cleaned(content_type)


def _check(source: zipfile.ZipFile) -> None:
    entries = source.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Refused(Reason.BOMB)
    if len({entry.filename for entry in entries}) != len(entries):
        raise Refused(Reason.DAMAGED)
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused(Reason.ENCRYPTED)
        if _PROGRAMS.search(entry.filename):
            raise Refused(Reason.MACROS)
        if entry.file_size > _RATIO_MATTERS and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise Refused(Reason.BOMB)


def _copy(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    total = 0
    for entry in source.infolist():
        if entry.is_dir() or _DROPPED.search(entry.filename):
            continue
        content = _read(source, entry, MOST_BYTES - total)
        total += len(content)
        fresh = zipfile.ZipInfo(entry.filename)  # 1980, and no trace of the machine it was packed on
        # OpenDocument wants its first entry, the type, unpacked.
        stored = entry.filename == "mimetype"
        fresh.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        target.writestr(fresh, _without_people(entry.filename, content))


def _read(source: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """What it really unpacks to, whatever its header says."""
    with source.open(entry) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise Refused(Reason.BOMB)
    return content


def _without_people(name: str, content: bytes) -> bytes:
    lower = name.lower()
    if lower in _REPLACED:
        return _REPLACED[lower]
    if lower.endswith(".rels"):
        content = _PRIVATE_PARTS.sub(b"", content)
        content = _EXTERNAL.sub(lambda m: m[0] if b"/hyperlink" in m[0] else b"", content)
    elif lower.startswith("word/") and lower.endswith(".xml"):
        content = _AUTHORS.sub(rb'\1=""', content) if b"uthor" in content or b"userId" in content else content
    elif lower.startswith("xl/") and lower.endswith(".xml"):
        content = _SHEET_AUTHORS.sub(rb"\1", _SHEET_PEOPLE.sub(rb'\1""', content))
    elif lower in {"content.xml", "styles.xml"}:
        content = _ODF_PEOPLE.sub(rb"\1\3", content)
    elif lower.endswith((".jpg", ".jpeg")):
        content = without_metadata(content)
    return content
