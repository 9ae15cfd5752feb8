"""The package to be read and put into a file: A4, in Indonesian. Imports a large library."""

from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time

from shared.calendar import Zone
from shared.contracts import Classification
from shared.security.codes import format_tracking_id
from shared.web.pages.sheet import BRAND, MUTED, Sheet

_MARGIN = 20
_ZONE = Zone.WIB

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
    pdf = Sheet(f"Penerusan ke Ombudsman {case['tracking_id']}", _MARGIN)
    pdf.paragraph("LAPOR!", size=11, bold=True, colour=BRAND)
    pdf.paragraph(
        f"Penerusan laporan {format_tracking_id(case['tracking_id'])} ke Ombudsman RI", 16, bold=True
    )
    pdf.paragraph(f"Disetujui pelapor pada {_moment(package['consent']['given_at'])}.", colour=MUTED)
    pdf.paragraph("Berkas ini tidak memuat identitas pelapor.", colour=MUTED)
    _heading(pdf, "Laporan")
    for label, value in (
        ("Judul", case["title"]),
        ("Diterima", _moment(case["filed_at"])),
        (
            "Klasifikasi",
            Classification(case["classification"]).label.lower() if case["classification"] else None,
        ),
        ("Kategori", case["category"]),
        ("Wilayah", case["place"]["region"]),
        ("Keberatan pelapor", str(case["objections"])),
    ):
        pdf.paragraph(f"{label}: {value or '–'}")
    pdf.ln(2)
    pdf.paragraph(case["text"])
    _heading(pdf, "Instansi")
    for leg in package["agencies"]:
        answered = f"menjawab {_moment(leg['answered_at'])}" if leg["answered_at"] else "belum menjawab"
        pdf.paragraph(f"{leg['agency']}: {answered}")
    _heading(pdf, "Jalannya laporan")
    for fact in package["facts"]:
        step = _STEPS.get(fact["type"].rpartition(".v")[0])
        if step is not None:
            words = fact["fact"].get("text") or fact["fact"].get("question") or ""
            pdf.paragraph(f"{_moment(fact['fact']['occurred_at'])}  {step}", bold=True)
            if words and not fact["type"].startswith(_SHOWN_ABOVE):
                pdf.paragraph(words)
    _heading(pdf, "Bukti")
    for one in package["evidence"]:
        pdf.paragraph(f"{one['content_type']}, {one['size']} byte, SHA-256 {one['sha256']}", size=8)
    if not package["evidence"]:
        pdf.paragraph("Tidak ada.")
    _heading(pdf, "Keutuhan")
    last = package["facts"][-1]
    pdf.paragraph(f"{len(package['facts'])} catatan berantai; yang terakhir {last['hash']}", size=8)
    return bytes(pdf.output())


def _heading(pdf: Sheet, words: str) -> None:
    pdf.ln(4)
    pdf.paragraph(words, size=12, bold=True, colour=BRAND)


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(_ZONE.tz)
    return f"{format_date(at, 'd MMMM y', locale='id')}, {format_time(at, 'HH.mm')} {_ZONE.value}"
