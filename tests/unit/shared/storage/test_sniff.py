"""What a file is, is read from its bytes: the allow-list passes, everything else does not."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storage.sniff import ALLOWED, DOCX, HEAD_BYTES, ODT, XLSX, may_claim, sniff


def archive(
    *names: str, first: tuple[str, str] | None = None, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        if first:
            made.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            made.writestr(name, "isi " * 50)
    return buffer.getvalue()


class Unseekable(io.RawIOBase):
    """Makes zipfile write sizes behind the data, as programs that stream do."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.written += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def ftyp(brand: bytes, *compatible: bytes) -> bytes:
    body = brand + b"\0\0\0\0" + b"".join(compatible)
    return struct.pack(">I", len(body) + 8) + b"ftyp" + body + b"\0" * 64


SAMPLES = {
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 64,
    "image/png": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 64,
    "image/heic": ftyp(b"heic", b"mif1", b"heic"),
    "video/mp4": ftyp(b"isom", b"isom", b"mp42"),
    "application/pdf": b"%PDF-1.7\n" + b"\0" * 64,
    DOCX: archive("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
    XLSX: archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
    ODT: archive("content.xml", first=("mimetype", ODT)),
}


def test_there_is_a_sample_of_everything_allowed() -> None:
    assert set(SAMPLES) == ALLOWED


@pytest.mark.parametrize("content_type", sorted(SAMPLES))
def test_every_allowed_type_is_recognised(content_type: str) -> None:
    assert sniff(SAMPLES[content_type]) == content_type


@pytest.mark.parametrize(
    "names",
    [
        (
            "_rels/.rels",
            "docProps/core.xml",
            "docProps/app.xml",
            "docProps/thumbnail.jpeg",
            "word/document.xml",
        ),
        ("word/document.xml", "_rels/.rels", "[Content_Types].xml"),
    ],
)
def test_a_document_is_recognised_in_whatever_order_its_program_wrote_it(names: tuple[str, ...]) -> None:
    assert sniff(archive(*names)) == DOCX


def test_a_document_with_sizes_behind_the_data_is_recognised() -> None:
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
            made.writestr(name, "isi " * 50)
    assert sniff(stream.written) == DOCX


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just text",
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"GIF89a" + b"\0" * 64,
        b"MZ" + b"\0" * 200,
        b"\x7fELF" + b"\0" * 200,
        b"#!/bin/sh\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"Rar!\x1a\x07\x01\0",
        ftyp(b"qt  ", b"qt  "),
        archive("holiday.jpg"),
        archive("META-INF/MANIFEST.MF", "word/Main.class"),
        archive("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        archive("content.xml", first=("mimetype", ODT + "-template")),
        archive("content.xml", first=("mimetype", "application/epub+zip")),
        b"PK\x03\x04",
    ],
)
def test_everything_else_is_not(data: bytes) -> None:
    assert sniff(data) is None


@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\0\0\0\x20ftyp", b"\xff\xff\xff\xffftyp"]), st.binary(max_size=400)
)
def test_any_bytes_are_told_or_not_told_but_never_fail(start: bytes, rest: bytes) -> None:
    assert sniff((start + rest)[:HEAD_BYTES]) in {*ALLOWED, None}


@pytest.mark.parametrize(
    "claim", [None, "", "image/jpeg", "IMAGE/JPEG; q=1", "application/octet-stream", "image/heif"]
)
def test_claims_of_allowed_or_unknown_files_may_come_in(claim: str | None) -> None:
    assert may_claim(claim)


@pytest.mark.parametrize(
    "claim", ["text/html", "image/svg+xml", "application/x-msdownload", "application/msword"]
)
def test_claims_of_other_files_may_not(claim: str) -> None:
    assert not may_claim(claim)
