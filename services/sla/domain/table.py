"""A report on performance as CSV (RFC 4180), with a header that people understand. Pure."""

import csv
from collections.abc import Sequence
from io import StringIO

from services.sla.domain.cells import UNKNOWN
from services.sla.domain.report import SMALL, Asked, By, Report, Row

_KEYS = {
    By.MONTH: "Bulan masuk (month of filing)",
    By.AGENCY: "Instansi (agency)",
    By.REGION: "Wilayah (region)",
    By.CATEGORY: "Kategori (category)",
    By.CLASSIFICATION: "Klasifikasi (classification)",
    By.CHANNEL: "Kanal (channel)",
}
_STATUSES = {
    "received": "Belum terverifikasi (not yet verified)",
    "verified": "Terverifikasi, belum ditindaklanjuti (verified)",
    "in_process": "Ditindaklanjuti (in process)",
    "settled": "Selesai (settled)",
    "archived": "Diarsipkan (archived)",
    "merged": "Digabung (merged)",
    "withdrawn": "Dicabut (withdrawn)",
}
_DUTIES = {
    "verification": "verifikasi (verification",
    "first-response": "tanggapan pertama (first response",
    "settlement": "penyelesaian (settlement",
}
_TOTAL = "Seluruhnya (total)"
_UNKNOWN = "Belum ditetapkan (not yet known)"
_WITHHELD = f"<{SMALL}"


def header(by: By) -> list[str]:
    """The names of the columns, Indonesian first."""
    return [
        _KEYS[by],
        "Peringkat (rank)",
        "Laporan (reports)",
        *_STATUSES.values(),
        "Belum disentuh (untouched)",
        "Sudah ditindaklanjuti (followed up)",
        "Bagian ditindaklanjuti, 0-1 (share followed up)",
        "Bagian selesai, 0-1 (share settled)",
        *(f"Lewat batas: {duty}: breached)" for duty in _DUTIES.values()),
        *(
            column
            for duty in _DUTIES.values()
            for column in (
                f"Jumlah {duty}: number)",
                f"Median hari kerja {duty}: median working days)",
                f"Persentil ke-90 hari kerja {duty}: 90th percentile)",
            )
        ),
        "Keberatan (objections)",
        "Dibuka kembali (reopenings)",
        "Jumlah penilaian (ratings)",
        "Rata-rata penilaian, 1-5 (mean rating)",
    ]


def csv_of(report: Report) -> str:
    """The rows and, last, the total; a withheld row has only its key."""
    text = StringIO()
    writer = csv.writer(text)
    columns = header(report.by)
    writer.writerow(columns)
    for row in (*report.rows, report.total):
        writer.writerow(_filled(_line(row), len(columns)))
    return text.getvalue()


def _filled(line: Sequence[object], length: int) -> list[object]:
    return [*line, *[None] * (length - len(line))]


def _line(row: Row) -> list[object]:
    start = [_name(row.key), row.rank]
    if row.statuses is None or row.breaches is None or row.working_days is None or row.rating is None:
        return [*start, _WITHHELD]
    return [
        *start,
        row.cases,
        *(row.statuses[status] for status in _STATUSES),
        row.untouched,
        row.followed_up,
        row.share_followed_up,
        row.share_settled,
        *(row.breaches[duty] for duty in _DUTIES),
        *(
            figure
            for duty in _DUTIES
            for took in (row.working_days[duty],)
            for figure in (took.count, took.median, took.p90)
        ),
        row.objections,
        row.reopenings,
        row.rating.count,
        row.rating.mean,
    ]


def _name(key: str | None) -> str:
    if key is None:
        return _TOTAL
    if key == UNKNOWN:
        return _UNKNOWN
    return f"'{key}" if key[0] in "=+-@\t\r" else key  # a spreadsheet must not take it for a formula


def filename(asked: Asked) -> str:
    return f"kinerja-lapor-{asked.by.value}-{asked.first}-{asked.last}.csv"
