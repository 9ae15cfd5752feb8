"""Every kind of file, good and bad, through the cleaner's own process."""

import io
import tempfile
import zipfile
import zlib

import pikepdf
import pytest
from PIL import Image

from shared.storage.cleaning import run
from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.sniff import DOCX, ODT, XLSX
from tests.corpora import evidence as corpus
from tests.corpora.evidence import CAMERA

GOOD = {
    "jpeg": ("image/jpeg", corpus.photo),
    "png": ("image/png", lambda: corpus.photo("PNG")),
    "webp": ("image/webp", lambda: corpus.photo("WEBP")),
    "heic": ("image/heic", corpus.heic),
    "mp4": ("video/mp4", corpus.video),
    "pdf": ("application/pdf", corpus.pdf),
    "scan": ("application/pdf", lambda: corpus.pdf(acting=False, with_photo=True)),
    "docx": (DOCX, corpus.document),
    "xlsx": (XLSX, lambda: corpus.document("xl", author=b"")),
    "odt": (ODT, corpus.odt),
}
HIDDEN = {
    "a film with boxes of its camera's own": (
        "video/mp4", lambda: corpus.video() + corpus.box(b"gpsX", CAMERA) + corpus.box(b"frea", CAMERA),
    ),
    "a film that tells second by second where it was": ("video/mp4", corpus.dashcam),
    "a picture with a film behind it": (
        "image/heic", lambda: corpus.heic() + corpus.box(b"mpvd", corpus.video()),
    ),
    "a letter whose photo names its filter in a list": (
        "application/pdf", lambda: corpus.letter_with_photo(["/DCTDecode"]),
    ),
    "a letter whose photo is packed twice": (
        "application/pdf", lambda: corpus.letter_with_photo(["/FlateDecode", "/DCTDecode"]),
    ),
    "a letter with a remark in its margin": ("application/pdf", corpus.annotated),
    "a table with remarks": (
        XLSX,
        lambda: corpus.document("xl", author=b"", extra={
            "xl/comments1.xml": b"<comments><authors><author>" + CAMERA + b"</author></authors></comments>",
            "xl/persons/person.xml": b'<person displayName="' + CAMERA + b'" userId="' + CAMERA + b'"/>',
        }),
    ),
    "a table that knows its folder": (
        XLSX,
        lambda: corpus.document("xl", author=b"", extra={
            "xl/workbook.xml": b'<workbook><x15ac:absPath url="C:\\Users\\' + CAMERA + b'" xmlns:x="y"/>'
            b'<fileSharing userName="' + CAMERA + b'"/></workbook>',
        }),
    ),
}  # fmt: skip
BAD = {
    "a picture that unpacks to gigabytes": ("image/png", corpus.png_bomb, Reason.BOMB),
    "a photo cut short": ("image/jpeg", lambda: corpus.photo()[:2_000], Reason.DAMAGED),
    "a PNG of nothing": ("image/png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), Reason.DAMAGED),
    "a photo that is another kind": ("image/jpeg", lambda: corpus.photo("PNG"), Reason.DAMAGED),
    "a letter with a password": ("application/pdf", lambda: corpus.pdf(password="rahasia"), Reason.ENCRYPTED),
    "a letter cut short": ("application/pdf", lambda: corpus.pdf()[:-300], Reason.DAMAGED),
    "a letter of nothing": ("application/pdf", lambda: b"%PDF-1.7\n%%EOF", Reason.DAMAGED),
    "a document that unpacks to gigabytes": (DOCX, corpus.zip_bomb, Reason.BOMB),
    "a document that lies about its size": (DOCX, corpus.lying_bomb, Reason.DAMAGED),
    "a document with macros": (
        DOCX, lambda: corpus.document(extra={"word/vbaProject.bin": b"x"}), Reason.MACROS,
    ),
    "a document with an embedded program": (
        DOCX, lambda: corpus.document(extra={"word/embeddings/oleObject1.bin": b"x"}), Reason.MACROS,
    ),
    "a document cut short": (DOCX, lambda: corpus.document()[:-80], Reason.DAMAGED),
    "a video cut short": ("video/mp4", lambda: corpus.video()[:-10], Reason.DAMAGED),
    "a video without a picture": ("video/mp4", lambda: corpus.video()[:24], Reason.DAMAGED),
    "a kind nobody cleans": ("image/gif", lambda: b"GIF89a", Reason.TYPE),
}  # fmt: skip


async def cleaned(content_type: str, content: bytes):
    """What the cleaner made of it, the clean bytes, and those of the preview."""
    with (
        tempfile.TemporaryFile() as source,
        tempfile.TemporaryFile() as clean,
        tempfile.TemporaryFile() as small,
    ):
        source.write(content)
        result = await run.clean(content_type, source, clean, small)
        chosen = source if result.in_place else clean
        chosen.seek(0)
        small.seek(0)
        return result, chosen.read(), small.read()


@pytest.mark.parametrize("name", sorted(GOOD))
async def test_a_clean_file_names_nobody_and_nothing(name):
    content_type, make = GOOD[name]
    _, clean, _ = await cleaned(content_type, make())
    assert clean
    assert CAMERA not in clean and CAMERA not in b"".join(unpacked(clean))


@pytest.mark.parametrize("name", sorted(HIDDEN))
async def test_a_name_in_an_odd_place_does_not_stay(name):
    content_type, make = HIDDEN[name]
    assert CAMERA in spread(make()) + b"".join(unpacked(make()))
    _, clean, _ = await cleaned(content_type, make())
    assert CAMERA not in spread(clean) and CAMERA not in b"".join(unpacked(clean))


def spread(content: bytes) -> bytes:
    """With a letter's streams and strings as they read."""
    if not content.startswith(b"%PDF"):
        return content
    with pikepdf.open(io.BytesIO(content)) as letter:
        streams = [one.read_raw_bytes() for one in letter.objects if isinstance(one, pikepdf.Stream)]
        streams += [zlib.decompress(one) for one in streams if one.startswith(b"x\x9c")]
        return content + b"".join(streams) + "".join(repr(one) for one in letter.objects).encode()


def unpacked(content: bytes) -> list[bytes]:
    if not content.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]


@pytest.mark.parametrize("name", sorted(BAD))
async def test_a_bad_file_is_refused_with_its_reason(name):
    content_type, make, reason = BAD[name]
    with pytest.raises(Refused) as refused:
        await cleaned(content_type, make())
    assert refused.value.reason is reason


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_tells_its_time_and_place_before_it_forgets_them(format_):
    result, _, _ = await cleaned(f"image/{format_.lower()}", corpus.photo(format_))
    assert result.captured.known() == {
        "taken_at": "2026-07-03T07:14:59+07:00", "latitude": -7.26, "longitude": 112.74,
    }  # fmt: skip


async def test_a_turned_photo_is_painted_upright():
    _, clean, _ = await cleaned("image/jpeg", corpus.photo(orientation=6))
    with Image.open(io.BytesIO(clean)) as upright:
        assert (upright.size, dict(upright.getexif())) == ((48, 64), {})


@pytest.mark.parametrize("name", ["jpeg", "scan"])
async def test_what_shows_a_picture_gets_a_preview(name):
    content_type, make = GOOD[name]
    _, _, preview = await cleaned(content_type, make())
    with Image.open(io.BytesIO(preview)) as small:
        assert (small.format, max(small.size) <= 480) == ("JPEG", True)


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", corpus.archive({"a.js": b"alert(1)"})])
async def test_what_hangs_behind_a_photo_is_cut_off(tail):
    _, clean, _ = await cleaned("image/jpeg", corpus.photo() + tail)
    assert tail not in clean and b"PK\x03\x04" not in clean


async def test_a_letter_that_is_an_archive_too_is_only_a_letter_afterwards():
    both = corpus.pdf() + corpus.archive({"a.js": b"alert(1)"})[:1_500]
    _, clean, _ = await cleaned("application/pdf", both)
    assert b"PK\x03\x04" not in clean


async def test_a_letter_acts_no_more():
    _, clean, _ = await cleaned("application/pdf", corpus.pdf())
    with pikepdf.open(io.BytesIO(clean)) as letter:
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Metadata"} & set(letter.Root.keys())
        everything = "".join(repr(item) for item in letter.objects)
    assert not any(word in everything for word in ("JavaScript", "/JS", "Launch", "calc.exe", "/Widget"))


async def test_a_letter_keeps_its_pages_and_pictures():
    _, clean, _ = await cleaned("application/pdf", corpus.pdf(acting=False, with_photo=True))
    with pikepdf.open(io.BytesIO(clean)) as letter:
        (raw,) = letter.pages[0].get_images().values()
        assert pikepdf.PdfImage(raw).as_pil_image().size == (64, 48)


async def test_a_video_keeps_its_size_and_its_pictures_their_place():
    before = corpus.video()
    result, after, _ = await cleaned("video/mp4", before)
    assert (result.in_place, len(after)) == (True, len(before))
    assert after.find(b"mdat") == before.find(b"mdat")
    assert b"\xe2\x7f" not in after[: after.find(b"mdat")]  # the year 2024 in the headers


async def test_only_the_silent_track_of_a_film_is_emptied():
    _, clean, _ = await cleaned("video/mp4", corpus.dashcam())
    assert (clean.count(b"P" * 100), clean.count(b"vide"), clean.count(b"trak")) == (2, 1, 1)


async def test_a_document_keeps_its_words():
    _, clean, _ = await cleaned(DOCX, corpus.document())
    assert any(b"Isi laporan" in content for content in unpacked(clean))


async def test_a_document_fetches_no_template_from_elsewhere():
    rels = (
        b'<Relationships><Relationship Id="1" Type="x/attachedTemplate" Target="http://a.example/t.dotm" '
        b'TargetMode="External"/><Relationship Id="2" Type="x/hyperlink" Target="http://b.example" '
        b'TargetMode="External"/></Relationships>'
    )
    _, clean, _ = await cleaned(DOCX, corpus.document(extra={"word/_rels/settings.xml.rels": rels}))
    everything = b"".join(unpacked(clean))
    assert b"t.dotm" not in everything and b"b.example" in everything


async def test_the_cleaner_knows_no_secret(monkeypatch):
    seen = {}

    async def spy(*args, **options):
        seen.update(options["env"])
        raise Refused(Reason.TYPE)

    monkeypatch.setenv("LAPOR_CODE_PEPPER", "pedas")
    monkeypatch.setattr(run.asyncio, "create_subprocess_exec", spy)
    with pytest.raises(Refused):
        await cleaned("image/jpeg", b"x")
    assert set(seen) == {"PATH", "PYTHONPATH"}
