"""The receipt as a PDF file. Imports a large library: only whoever makes one imports this."""

import io
from collections.abc import Sequence
from datetime import datetime

import segno
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from fpdf.enums import XPos, YPos

from services.intake.domain.evidence import EvidenceFile
from services.intake.domain.report import Report
from services.intake.pages.choices import place_name
from shared.security.codes import format_access_code, format_tracking_id
from shared.text.masking import mask
from shared.web.pages.sheet import BRAND, MUTED, Sheet

_MARGIN, _QR = 22, 32
"""Millimetres."""
_WARM, _WARM_INK = (255, 241, 214), (109, 67, 0)


def receipt_as_pdf(
    report: Report,
    *,
    access_code: str | None,
    signature: str,
    address: str,
    files: Sequence[EvidenceFile] = (),
    manifest: str | None = None,
    english: bool,
) -> bytes:
    """A page of A4, two with many files. `access_code` is None once it may not be shown any more; `manifest`
    is the signed list of the files.
    """
    pdf = Sheet(f"LAPOR! {format_tracking_id(report.tracking_id)}", _MARGIN)
    _head(pdf, english, address)
    zone = report.zone.tz
    say = _english if english else _indonesian
    _key(pdf, say("number"), format_tracking_id(report.tracking_id))
    if access_code:
        _secret(pdf, say("code"), format_access_code(access_code))
    else:
        pdf.paragraph(say("no-code"), colour=MUTED, after=5)
    rows = [
        (say("filed"), _moment(report.filed_at.astimezone(zone), report.zone.value, english)),
        (say("title"), mask(report.filing.title)),
        (say("place"), place_name(report.filing.place) or say("none")),
        (say("deadline"), _day(report.deadline, english)),
    ]
    for label, value in rows:
        pdf.paragraph(label, colour=MUTED)
        pdf.paragraph(value, 11, bold=True, after=3)
    pdf.paragraph(say("keep"), after=2)
    pdf.paragraph(f"{say('follow')} {address}", after=8)
    _files(pdf, files, report, english)
    _signed(pdf, say("signature"), signature)
    if manifest:
        _signed(pdf, say("manifest"), manifest)
    return bytes(pdf.output())


def _files(pdf: Sheet, files: Sequence[EvidenceFile], report: Report, english: bool) -> None:
    if files:
        pdf.paragraph("Files received" if english else "Berkas yang diterima", colour=MUTED, after=1)
    for number, file in enumerate(files, start=1):
        at = _moment(file.uploaded_at.astimezone(report.zone.tz), report.zone.value, english)
        state = file.state.label_en if english else file.state.label
        size = format_decimal(file.size, locale="en_GB" if english else "id")
        pdf.paragraph(f"{number}. {file.content_type}, {size} byte, {at}, {state.lower()}", 8)
        pdf.set_font("Courier", size=7)
        pdf.multi_cell(0, 3.4, f"   SHA-256 {file.sha256 or '-'}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(1)
    if files:
        pdf.ln(4)


def _signed(pdf: Sheet, words: str, signature: str) -> None:
    pdf.paragraph(words, 8, colour=MUTED, after=1.5)
    pdf.set_font("Courier", size=6)
    pdf.multi_cell(0, 2.8, signature, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(3)


def _head(pdf: Sheet, english: bool, address: str) -> None:
    image = io.BytesIO()
    segno.make(address, error="m").save(image, kind="png", scale=8, border=0)
    pdf.image(image, x=pdf.w - _MARGIN - _QR, y=_MARGIN, w=_QR)
    title = "Receipt of your report" if english else "Tanda terima laporan"
    pdf.paragraph("LAPOR!", 20, bold=True, colour=BRAND)
    pdf.paragraph(title, 15, bold=True)
    pdf.set_y(_MARGIN + _QR + 8)


def _key(pdf: Sheet, label: str, value: str) -> None:
    pdf.paragraph(label, colour=MUTED)
    pdf.paragraph(value, 22, bold=True, after=4)


def _secret(pdf: Sheet, label: str, value: str) -> None:
    """In a box of its own, so that nobody hands it on without seeing what it is."""
    top, room = pdf.get_y(), 4
    pdf.set_fill_color(*_WARM)
    pdf.rect(_MARGIN, top, pdf.w - 2 * _MARGIN, 23, style="F", round_corners=True, corner_radius=2.5)
    pdf.set_xy(_MARGIN + room, top + room)
    pdf.set_left_margin(_MARGIN + room)
    pdf.paragraph(label, colour=_WARM_INK, after=1)
    pdf.paragraph(value, 18, bold=True, colour=_WARM_INK)
    pdf.set_left_margin(_MARGIN)
    pdf.set_xy(_MARGIN, top + 29)


def _moment(at: datetime, zone: str, english: bool) -> str:
    return f"{_day(at, english)}, {format_time(at, 'HH:mm' if english else 'HH.mm')} {zone}"


def _day(at: datetime, english: bool) -> str:
    return format_date(at, "EEEE, d MMMM y", locale="en_GB" if english else "id")


_WORDS = {
    "number": ("Nomor laporan", "Number of the report"),
    "code": ("Kode akses. Jangan dibagikan.", "Access code. Do not share it."),
    "no-code": (
        "Kode akses sudah diberikan saat melapor dan tidak tercetak di sini.",
        "The access code was given when the report was filed and is not printed here.",
    ),
    "filed": ("Diterima", "Received"),
    "title": ("Judul", "Title"),
    "place": ("Tempat", "Place"),
    "none": ("tidak disebut", "not named"),
    "deadline": ("Diperiksa paling lambat", "To be checked by"),
    "keep": (
        "Simpan lembar ini. Dengan nomor dan kode akses Anda memantau, melengkapi, dan menjawab laporan.",
        "Keep this sheet. With the number and the code you follow, supplement and answer your report.",
    ),
    "follow": ("Lacak di", "Follow it at"),
    "signature": (
        "Tanda tangan di bawah membuktikan apa yang dilaporkan dan kapan; siapa pun dapat memeriksanya.",
        "The digital signature below proves what was reported and when; anyone can check it.",
    ),
    "manifest": (
        "Yang berikut membuktikan berkas mana yang ada pada laporan ini saat lembar ini dibuat.",
        "The next one proves which files the report held when this sheet was made.",
    ),
}


def _indonesian(name: str) -> str:
    return _WORDS[name][0]


def _english(name: str) -> str:
    return _WORDS[name][1]
