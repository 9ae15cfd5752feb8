"""PDFs: opened, stripped of what acts and of what tells about their maker, and written anew."""

import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any, cast

import pikepdf

from shared.storage.cleaning import photos
from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.cleaning.segments import without_metadata
from shared.storage.cleaning.work import Cleaned, Files

_DROPPED = (
    "/AA", "/OpenAction", "/JS", "/Metadata", "/PieceInfo", "/LastModified", "/Collection", "/AcroForm",
    "/EmbeddedFiles", "/JavaScript", "/AF", "/RichMediaContent", "/RichMediaSettings", "/SpiderInfo",
)  # fmt: skip
"""Keys that act, or tell about who made the file and with what, wherever they stand."""
_ACTING = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie",
    "/Sound", "/RichMediaExecute", "/ResetForm", "/Hide", "/Named", "/SetOCGState", "/Trans", "/GoTo3DView",
}  # fmt: skip
"""Actions that are not kept; plain links to a page or an address are."""
_ANNOTATIONS = {"/Widget", "/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
_WHO_NOTED = ("/T", "/M", "/CreationDate")
"""Of a remark in the margin: its author, and when."""
_MOST_PICTURE = 150_000_000
_TAIL = 2048
_DEPTH = 60


def clean(files: Files, content_type: str) -> Cleaned:
    """Raises Refused: damaged, cut short, empty, or locked with a password."""
    if not _whole(files):
        raise Refused(Reason.DAMAGED)
    try:
        with pikepdf.open(files.source) as pdf:
            if not len(pdf.pages):
                raise Refused(Reason.DAMAGED)
            _scrub(pdf)
            pdf.save(files.clean, deterministic_id=True, encryption=False)
            _preview(pdf, files)
    except pikepdf.PasswordError:
        raise Refused(Reason.ENCRYPTED) from None
    except MemoryError:
        raise Refused(Reason.BOMB) from None
    except (pikepdf.PdfError, zlib.error, ValueError, KeyError, RuntimeError, OSError):
        raise Refused(Reason.DAMAGED) from None
    return Cleaned(content_type)


def _whole(files: Files) -> bool:
    """A PDF that arrived whole ends with its mark; what was cut short would be guessed at otherwise."""
    size = files.source.seek(0, 2)
    files.source.seek(max(0, size - _TAIL))
    tail = files.source.read()
    files.source.seek(0)
    return b"%%EOF" in tail


def _scrub(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if isinstance(annotations, pikepdf.Array):
            kept = [a for a in annotations if _kept(a)]
            for one in kept:
                _drop(one, _WHO_NOTED)
            page.obj["/Annots"] = pikepdf.Array(kept)
    for item in pdf.objects:
        _scrub_object(item, 0)
        if isinstance(item, pikepdf.Stream):
            _scrub_picture(item)
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        _drop(names, ("/JavaScript", "/EmbeddedFiles"))
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _scrub_picture(item: pikepdf.Stream) -> None:
    """A JPEG, as it is or packed once more: its EXIF goes."""
    filters = item.get("/Filter")
    names = [str(one) for one in (filters if isinstance(filters, pikepdf.Array) else [filters])]
    if not names or names[-1] != "/DCTDecode":
        return
    jpeg = item.read_raw_bytes()
    if names == ["/FlateDecode", "/DCTDecode"]:
        jpeg = _unpacked(jpeg)
    elif len(names) > 1:
        raise ValueError("a picture packed in a way that no scanner packs it")
    item.write(without_metadata(jpeg), filter=pikepdf.Name.DCTDecode)


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(packed, _MOST_PICTURE)
    if unpacking.unconsumed_tail:
        raise Refused(Reason.BOMB)
    return content


def _kept(annotation: Any) -> bool:
    return isinstance(annotation, pikepdf.Dictionary) and str(annotation.get("/Subtype")) not in _ANNOTATIONS


def _scrub_object(item: Any, depth: int) -> None:
    """Its own keys and those of what lies directly inside it; what is referred to has its own turn."""
    if depth > _DEPTH:
        raise ValueError("nested too deep")
    if isinstance(item, pikepdf.Array):
        for each in item:
            if not getattr(each, "is_indirect", False):
                _scrub_object(each, depth + 1)
        return
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return
    _drop(item, _DROPPED)
    if str(item.get("/S")) in _ACTING and str(item.get("/Type", "/Action")) == "/Action":
        _drop(item, list(item.keys()))
    for key in list(item.keys()):
        value = item[key]
        if not getattr(value, "is_indirect", False):
            _scrub_object(value, depth + 1)


def _drop(item: Any, keys: Iterable[str]) -> None:
    for key in keys:
        if key in item:
            del item[key]


def _preview(pdf: pikepdf.Pdf, files: Files) -> None:
    """Of a scan: the largest picture on its first page. Text is not drawn here, so letters have none."""
    from PIL import Image

    try:
        pictures = [
            pikepdf.PdfImage(cast("pikepdf.Stream", raw)) for raw in pdf.pages[0].get_images().values()
        ]
        largest = max(pictures, key=lambda one: one.width * one.height, default=None)
        if largest is None or largest.width * largest.height > photos.MOST_PIXELS:
            return
        drawn = BytesIO()
        photos.preview(largest.as_pil_image(), drawn)
        with Image.open(BytesIO(drawn.getvalue())):
            files.preview.write(drawn.getvalue())
    except Exception:  # a picture that cannot be drawn is no reason against the letter
        return
