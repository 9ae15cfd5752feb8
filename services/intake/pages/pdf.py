"""The receipt as a PDF file. Imports a large library: only whoever makes one imports this."""

import io
from datetime import datetime

import segno
from babel.dates import format_date, format_time
from fpdf.enums import XPos, YPos

from services.intake.domain.report import Report
from shared.security.codes import format_access_code, format_tracking_id
from shared.text.masking import mask
from shared.web.pages.sheet import BRAND, MUTED, Sheet

_MARGIN = 22


def receipt_as_pdf(
    report: Report, *, access_code: str | None, signature: str, address: str, english: bool
) -> bytes:
    """One page of A4. `access_code` is None once it may not be shown any more."""
    pdf = Sheet(f"LAPOR! {format_tracking_id(report.tracking_id)}", _MARGIN)
    _head(pdf, english, address)
    zone = report.zone.tz
    say = _english if english else _indonesian
    rows = [
        (say("number"), format_tracking_id(report.tracking_id)),
        (say("code"), format_access_code(access_code) if access_code else say("no-code")),
        (say("filed"), _moment(report.filed_at.astimezone(zone), report.zone.value, english)),
        (say("title"), mask(report.filing.title)),
        (say("place"), report.filing.place.description or say("none")),
        (say("deadline"), _day(report.deadline, english)),
    ]
    for label, value in rows:
        pdf.paragraph(label, colour=MUTED)
        pdf.paragraph(value, 12, bold=True, after=3)
    for words in (say("keep"), say("signature")):
        pdf.paragraph(words, 9, colour=MUTED, after=2)
    pdf.set_font("Courier", size=6.5)
    pdf.multi_cell(0, 3, signature, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(pdf.output())


def _head(pdf: Sheet, english: bool, address: str) -> None:
    image = io.BytesIO()
    segno.make(address, error="m").save(image, kind="png", scale=8, border=0)
    pdf.image(image, x=pdf.w - _MARGIN - 30, y=_MARGIN, w=30)
    title = "Receipt of your report" if english else "Tanda terima laporan"
    pdf.paragraph("LAPOR!", 20, bold=True, colour=BRAND)
    pdf.paragraph(title, 15, bold=True)
    pdf.set_y(_MARGIN + 38)


def _moment(at: datetime, zone: str, english: bool) -> str:
    return f"{_day(at, english)}, {format_time(at, 'HH:mm' if english else 'HH.mm')} {zone}"


def _day(at: datetime, english: bool) -> str:
    return format_date(at, "EEEE, d MMMM y", locale="en_GB" if english else "id")


_WORDS = {
    "number": ("Nomor laporan", "Number of the report"),
    "code": ("Kode akses (jangan dibagikan)", "Access code (do not share)"),
    "no-code": ("sudah diberikan saat melapor", "was given when the report was filed"),
    "filed": ("Diterima", "Received"),
    "title": ("Judul", "Title"),
    "place": ("Tempat", "Place"),
    "none": ("tidak disebut", "not named"),
    "deadline": ("Diverifikasi paling lambat", "To be verified at the latest"),
    "keep": (
        "Simpan lembar ini. Dengan nomor dan kode akses Anda memantau, melengkapi, dan menjawab laporan.",
        "Keep this sheet. With the number and the code you follow, supplement and answer your report.",
    ),
    "signature": (
        "Tanda tangan di bawah membuktikan apa yang dilaporkan dan kapan; siapa pun dapat memeriksanya.",
        "The digital signature below proves what was reported and when; anyone can check it.",
    ),
}


def _indonesian(name: str) -> str:
    return _WORDS[name][0]


def _english(name: str) -> str:
    return _WORDS[name][1]
