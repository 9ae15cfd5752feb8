"""Files that people send, and files that people should not be able to send; made here, tiny on the way in."""

import io
import random
import struct
import zipfile
import zlib

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

ODT_TYPE = b"application/vnd.oasis.opendocument.text"
CAMERA = b"Kamera-Rahasia-77"
"""What must not be found in any clean file."""


def picture(width: int = 64, height: int = 48) -> Image.Image:
    noise = random.Random(7)
    return Image.frombytes("RGB", (width, height), noise.randbytes(width * height * 3))


def photo(format_: str = "JPEG", *, orientation: int = 6) -> bytes:
    """A photo that tells who took it, where, when and with what, turned by its EXIF orientation."""
    exif = Image.Exif()
    exif[271] = CAMERA.decode()
    exif[274] = orientation
    exif[306] = "2026:07:03 07:15:00"
    exif[0x8769] = {36867: "2026:07:03 07:14:59", 36881: "+07:00"}
    exif[0x8825] = {
        1: "S", 2: (IFDRational(7), IFDRational(15), IFDRational(36)),
        3: "E", 4: (IFDRational(112), IFDRational(44), IFDRational(24)),
    }  # fmt: skip
    written = io.BytesIO()
    picture().save(written, format_, exif=exif)
    return written.getvalue()


def png_bomb() -> bytes:
    """A picture of 40,000 by 40,000 points in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(4_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def document(kind: str = "word", *, author: bytes = CAMERA, extra: dict[str, bytes] | None = None) -> bytes:
    """A DOCX (`word`) or XLSX (`xl`) that names its author in all the usual places."""
    names = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    entries = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
        f"{kind}/document.xml": b"<w:document " + names + b'><w:ins w:author="' + author
        + b'" w:date="2026-01-01T00:00:00Z"><w:t>Isi laporan</w:t></w:ins></w:document>',
        "docProps/core.xml": b"<cp><dc:creator>" + author + b"</dc:creator></cp>",
        "docProps/app.xml": b"<Properties><Company>" + author + b"</Company></Properties>",
        **(extra or {}),
    }  # fmt: skip
    return archive(entries)


def archive(entries: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries.items():
            target.writestr(name, content)
    return written.getvalue()


def odt() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        target.writestr("mimetype", ODT_TYPE)
        target.writestr("content.xml", b"<office><dc:creator>" + CAMERA + b"</dc:creator>Isi</office>")
        target.writestr("meta.xml", b"<meta><dc:creator>" + CAMERA + b"</dc:creator></meta>")
    return written.getvalue()


def zip_bomb() -> bytes:
    """200 MB of nothing in a document of a few hundred kilobytes."""
    return document(extra={f"word/media/{n}.xml": bytes(20_000_000) for n in range(10)})


def lying_bomb() -> bytes:
    """A document whose header says that an entry is small, while it is not."""
    whole = bytearray(document(extra={"word/a.xml": bytes(30_000_000)}))
    real = struct.pack("<I", 30_000_000)
    while (place := whole.find(real)) >= 0:
        whole[place : place + 4] = struct.pack("<I", 900_000)
    return bytes(whole)


def pdf(*, acting: bool = True, password: str | None = None, with_photo: bool = False) -> bytes:
    """A letter that runs scripts in many ways and names its author."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name

    document_ = pikepdf.new()
    document_.add_blank_page(page_size=(300, 300))
    page = document_.pages[0]
    script = Dictionary(S=Name.JavaScript, JS="app.alert('" + CAMERA.decode() + "')")
    if acting:
        root = document_.Root
        root.OpenAction = script
        root.AA = Dictionary(WC=script)
        root.Names = Dictionary(
            JavaScript=Dictionary(Names=Array(["x", document_.make_indirect(script)])),
            EmbeddedFiles=Dictionary(Names=Array([])),
        )
        root.AcroForm = Dictionary(Fields=Array([]), XFA="<xfa/>")
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=script)
        widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]), A=script)
        launch = Dictionary(S=Name.Launch, F="calc.exe")
        away = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=launch)
        page.Annots = Array([document_.make_indirect(link), widget, away])
        page.AA = Dictionary(O=script)
    with document_.open_metadata() as metadata:
        metadata["dc:creator"] = [CAMERA.decode()]
    document_.docinfo["/Author"] = CAMERA.decode()
    if with_photo:
        image = document_.make_stream(
            photo(), Type=Name.XObject, Subtype=Name.Image, Width=64, Height=48, BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
        )  # fmt: skip
        page.Resources = Dictionary(XObject=Dictionary(Im0=image))
        page.Contents = document_.make_stream(b"q 300 0 0 300 0 0 cm /Im0 Do Q")
    written = io.BytesIO()
    encryption = pikepdf.Encryption(owner=password, user=password) if password else False
    document_.save(written, encryption=encryption)
    return written.getvalue()


def letter_with_photo(filters: list[str]) -> bytes:
    """A scan whose photo names its filters in a list, as some scanners do."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name

    document_ = pikepdf.new()
    document_.add_blank_page(page_size=(300, 300))
    content = zlib.compress(photo()) if len(filters) > 1 else photo()
    image = document_.make_stream(
        content, Type=Name.XObject, Subtype=Name.Image, Width=64, Height=48, BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB, Filter=Array([Name(one) for one in filters]),
    )  # fmt: skip
    document_.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=image))
    written = io.BytesIO()
    document_.save(written)
    return written.getvalue()


def annotated() -> bytes:
    """A letter with a remark that names its author."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name

    document_ = pikepdf.new()
    document_.add_blank_page(page_size=(300, 300))
    remark = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents="lihat ini", T=CAMERA.decode()
    )
    document_.pages[0].Annots = Array([remark])
    written = io.BytesIO()
    document_.save(written)
    return written.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def video(size: int = 4_000) -> bytes:
    """An MP4's skeleton with the maker, the place and the times a phone writes into it."""
    times = struct.pack(">III", 0, 3_800_000_000, 3_800_000_001)
    header = box(b"mvhd", times, bytes(88))
    place = box(b"\xa9xyz", b"\0\x12\x15\xc7" + b"-07.2600+112.7400/" + CAMERA)
    track = box(b"trak", box(b"tkhd", times, bytes(72)), box(b"udta", box(b"name", CAMERA)))
    movie = box(b"moov", header, track, box(b"udta", place), box(b"meta", bytes(4), CAMERA))
    return (
        box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + movie + box(b"free", CAMERA) + box(b"mdat", bytes(size))
    )


def dashcam() -> bytes:
    """A film with a track that nobody sees, in which its camera wrote where it was: two samples."""
    where = CAMERA + b" -7.26 112.74"
    half = len(where) // 2

    def movie(at: int) -> bytes:
        table = box(
            b"stbl",
            box(b"stsd", bytes(8)),
            box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, 2, 1)),
            box(b"stsz", bytes(4), struct.pack(">IIII", 0, 2, half, len(where) - half)),
            box(b"stco", bytes(4), struct.pack(">II", 1, at)),
        )
        media = box(b"mdia", box(b"hdlr", bytes(8), b"meta", bytes(13)), box(b"minf", table))
        seen = box(b"mdia", box(b"hdlr", bytes(8), b"vide", bytes(13)), box(b"minf", box(b"stbl")))
        return box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", seen), box(b"trak", media))

    ftyp = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    start = len(ftyp) + len(movie(0)) + 8 + 100
    return ftyp + movie(start) + box(b"mdat", b"P" * 100, where, b"P" * 100)


def heic() -> bytes:
    """A HEIC's skeleton: one picture and one EXIF item, with the boxes that place them."""
    exif = b"\0\0\0\x06Exif\0\0" + CAMERA
    ftyp = box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(picture_at: int, exif_at: int) -> bytes:
        def entry(item: int, kind: bytes) -> bytes:
            return box(b"infe", b"\2\0\0\0", struct.pack(">HH", item, 0), kind, b"\0")

        places = b"".join(
            struct.pack(">HHHII", item, 0, 1, at, length)
            for item, at, length in ((1, picture_at, 200), (2, exif_at, len(exif)))
        )
        return box(
            b"meta", bytes(4), box(b"hdlr", bytes(4), bytes(4), b"pict", bytes(13)),
            box(b"iinf", bytes(4), struct.pack(">H", 2), entry(1, b"hvc1"), entry(2, b"Exif")),
            box(b"iloc", bytes(4), b"\x44\x00", struct.pack(">H", 2), places),
        )  # fmt: skip

    start = len(ftyp) + len(meta(0, 0)) + 8
    return ftyp + meta(start, start + 200) + box(b"mdat", b"P" * 200, exif)


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The string that every scanner agrees to call malware; split, so that this file is not one."""
