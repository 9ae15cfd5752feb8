"""The package to be read and put into a file: A4, in Indonesian. Imports a large library."""

from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from shared.calendar import Zone
from shared.security.codes import format_tracking_id
from shared.web.pages.shell import HERE

_FONTS = HERE / "static/vendor"
_INK, _MUTED, _BRAND = (23, 33, 31), (79, 91, 88), (11, 95, 87)
_MARGIN = 20
_ZONE = Zone.WIB

_CLASSES = {
    "supervision": "pengaduan berkadar pengawasan",
    "non_supervision": "pengaduan tidak berkadar pengawasan",
    "information": "permintaan informasi",
    "aspiration": "aspirasi",
}
_STEPS = {
    "report.submitted": "Laporan diterima",
    "case.clarification-requested": "Pelapor diminta melengkapi",
    "report.supplemented": "Pelapor melengkapi",
    "case.verified": "Diverifikasi dan didisposisikan",
    "disposition.created": "Dikirim ke instansi",
    "disposition.acknowledged": "Diterima instansi",
    "disposition.asked": "Instansi bertanya kepada pelapor",
    "disposition.responded": "Instansi menjawab",
    "disposition.completed": "Instansi menyatakan selesai",
    "disposition.returned": "Dikembalikan instansi",
    "disposition.redirected": "Dialihkan ke instansi lain",
    "report.replied": "Pelapor membalas",
    "report.objected": "Pelapor berkeberatan",
    "sla.breached": "Batas waktu terlampaui",
    "sla.expired": "Batas waktu habis",
    "report.referral-consented": "Pelapor menyetujui penerusan ke Ombudsman",
}
"""The steps that a reader looks for; all facts are in the package's data."""
_SHOWN_ABOVE = ("report.submitted", "case.verified", "disposition.created")
"""They hold the report's words, which are there once."""


def as_pdf(package: dict[str, Any]) -> bytes:
    """`package` as `services.verification.domain.referral` makes it."""
    case = package["case"]
    pdf = FPDF(format="A4")
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.add_font("Jakarta", "", _FONTS / "jakarta-400.woff")
    pdf.add_font("Jakarta", "B", _FONTS / "jakarta-700.woff")
    pdf.add_page()
    pdf.set_title(f"Penerusan ke Ombudsman {case['tracking_id']}")
    _line(pdf, "LAPOR!", size=11, bold=True, colour=_BRAND)
    _line(pdf, f"Penerusan laporan {format_tracking_id(case['tracking_id'])} ke Ombudsman RI", 16, bold=True)
    _line(pdf, f"Disetujui pelapor pada {_moment(package['consent']['given_at'])}.", colour=_MUTED)
    _line(pdf, "Berkas ini tidak memuat identitas pelapor.", colour=_MUTED)
    _heading(pdf, "Laporan")
    for label, value in (
        ("Judul", case["title"]),
        ("Diterima", _moment(case["filed_at"])),
        ("Klasifikasi", _CLASSES.get(case["classification"])),
        ("Kategori", case["category"]),
        ("Wilayah", case["place"]["region"]),
        ("Keberatan pelapor", str(case["objections"])),
    ):
        _line(pdf, f"{label}: {value or '–'}")
    pdf.ln(2)
    _line(pdf, case["text"])
    _heading(pdf, "Instansi")
    for leg in package["agencies"]:
        answered = f"menjawab {_moment(leg['answered_at'])}" if leg["answered_at"] else "belum menjawab"
        _line(pdf, f"{leg['agency']}: {answered}")
    _heading(pdf, "Jalannya laporan")
    for fact in package["facts"]:
        step = _STEPS.get(fact["type"].rpartition(".v")[0])
        if step is not None:
            words = fact["fact"].get("text") or fact["fact"].get("question") or ""
            _line(pdf, f"{_moment(fact['fact']['occurred_at'])}  {step}", bold=True)
            if words and not fact["type"].startswith(_SHOWN_ABOVE):
                _line(pdf, words)
    _heading(pdf, "Bukti")
    for one in package["evidence"]:
        _line(pdf, f"{one['content_type']}, {one['size']} byte, SHA-256 {one['sha256']}", size=8)
    if not package["evidence"]:
        _line(pdf, "Tidak ada.")
    _heading(pdf, "Keutuhan")
    last = package["facts"][-1]
    _line(pdf, f"{len(package['facts'])} catatan berantai; yang terakhir {last['hash']}", size=8)
    return bytes(pdf.output())


def _heading(pdf: FPDF, words: str) -> None:
    pdf.ln(4)
    _line(pdf, words, size=12, bold=True, colour=_BRAND)


def _line(
    pdf: FPDF, words: str, size: float = 9.5, *, bold: bool = False, colour: tuple[int, int, int] = _INK
) -> None:
    pdf.set_font("Jakarta", "B" if bold else "", size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 0.55, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(_ZONE.tz)
    return f"{format_date(at, 'd MMMM y', locale='id')}, {format_time(at, 'HH.mm')} {_ZONE.value}"
