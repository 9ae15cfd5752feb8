"""The words that the tracking page is written in: Indonesian first, English beside it."""

from services.intake.domain.moments import Kind, Moment
from shared.contracts import ArchiveReason, CaseStatus, ClockKind, ClosedBy

Label = tuple[str, str]

CLOCKS: dict[ClockKind, Label] = {
    ClockKind.VERIFICATION: ("Verifikasi laporan", "Verification"),
    ClockKind.COMPLETION: ("Melengkapi laporan", "Completion by the reporter"),
    ClockKind.FIRST_RESPONSE: ("Tanggapan pertama instansi", "First response of the agency"),
    ClockKind.SETTLEMENT: ("Penyelesaian oleh instansi", "Settlement by the agency"),
    ClockKind.REPLY: ("Tanggapan pelapor", "The reporter's answer"),
    ClockKind.REOPENING: ("Membuka kembali laporan", "Reopening"),
    ClockKind.OMBUDSMAN: ("Dapat diteruskan ke Ombudsman", "May be taken to the Ombudsman"),
}

LEG_STATES: dict[Kind, Label] = {
    Kind.SENT: ("Dikirim ke instansi", "Sent to the agency"),
    Kind.ACKNOWLEDGED: ("Diterima instansi", "Acknowledged"),
    Kind.ANSWERED: ("Dijawab", "Answered"),
    Kind.COMPLETED: ("Dinyatakan selesai", "Completed"),
    Kind.RETURNED: ("Dikembalikan", "Returned"),
    Kind.REDIRECTED: ("Dialihkan", "Redirected"),
}

FILED: Label = ("Laporan diterima", "Report received")

_CLOSED = {
    ClosedBy.REPORTER: ("Selesai: diterima pelapor", "Closed: accepted by the reporter"),
    ClosedBy.SYSTEM: (
        "Selesai otomatis: pelapor tidak menanggapi",
        "Closed automatically: no answer from the reporter",
    ),
    ClosedBy.ADMINISTRATOR: ("Selesai: ditutup admin", "Closed by an administrator"),
}

_STATUS: dict[CaseStatus, Label] = {
    CaseStatus.RECEIVED: ("Menunggu verifikasi", "Waiting for verification"),
    CaseStatus.ON_HOLD: (
        "Ditunda: menunggu kelengkapan dari pelapor",
        "On hold: waiting for details from the reporter",
    ),
    CaseStatus.FORWARDED: ("Diteruskan ke instansi", "Forwarded"),
    CaseStatus.IN_PROGRESS: ("Ditindaklanjuti instansi", "The agency is working on it"),
    CaseStatus.AWAITING_REPORTER: ("Menunggu tanggapan pelapor", "Waiting for the reporter's answer"),
    CaseStatus.CLOSED: ("Selesai", "Closed"),
    CaseStatus.MERGED: ("Digabung dengan laporan lain", "Merged with another report"),
    CaseStatus.WITHDRAWN: ("Dicabut oleh pelapor", "Withdrawn by the reporter"),
}

_AGENCY: dict[Kind, Label] = {
    Kind.SENT: ("Dikirim ke {}", "Sent to {}"),
    Kind.ACKNOWLEDGED: ("{} menerima laporan", "{} acknowledged the report"),
    Kind.DELEGATED: ("{} meneruskan ke unit kerjanya", "{} handed it to one of its units"),
    Kind.ASKED: ("{} bertanya kepada pelapor", "{} asked the reporter a question"),
    Kind.RETURNED: (
        "{} mengembalikan laporan: bukan kewenangannya",
        "{} returned it: not within its authority",
    ),
    Kind.REDIRECTED: ("Dialihkan dari {} ke instansi lain", "Redirected from {} to another agency"),
    Kind.ANSWERED: ("{} menyampaikan tindak lanjut", "{} answered"),
    Kind.COMPLETED: ("{} menyatakan tindak lanjut selesai", "{} stated completion"),
}

_EXPIRED: dict[ClockKind, Label] = {
    ClockKind.COMPLETION: ("Waktu untuk melengkapi laporan berakhir", "The time to add details has ended"),
    ClockKind.REPLY: ("Waktu pelapor untuk menanggapi berakhir", "The reporter's time to answer has ended"),
    ClockKind.REOPENING: ("Waktu untuk membuka kembali berakhir", "The time to reopen has ended"),
    ClockKind.OMBUDSMAN: (
        "Belum selesai setelah batas waktu Ombudsman",
        "Unsettled beyond the Ombudsman's limit",
    ),
}

_PLAIN: dict[Kind, Label] = {
    Kind.SUPPLEMENTED: ("Pelapor melengkapi laporan", "The reporter added details"),
    Kind.EVIDENCE: ("Bukti dari pelapor diperiksa dan diterima", "Evidence was checked and accepted"),
    Kind.EVIDENCE_REFUSED: ("Satu berkas bukti tidak dapat diterima", "A file could not be accepted"),
    Kind.VERIFIED: ("Laporan terverifikasi", "Report verified"),
    Kind.REPLIED: ("Pelapor membalas", "The reporter replied"),
    Kind.ACCEPTED: ("Pelapor menerima penyelesaian", "The reporter accepted the answer"),
    Kind.OBJECTED: ("Pelapor menyampaikan keberatan", "The reporter objected"),
    Kind.WITHDRAWN: ("Pelapor mencabut laporan", "The reporter withdrew the report"),
    Kind.APPEALED: ("Pelapor mengajukan banding", "The reporter appealed"),
    Kind.REFERRED: (
        "Pelapor setuju laporan diteruskan ke Ombudsman",
        "The reporter agreed that it goes to the Ombudsman",
    ),
    Kind.ESCALATED: ("Laporan dapat diteruskan ke Ombudsman", "The report may be taken to the Ombudsman"),
    Kind.REOPENED: ("Laporan dibuka kembali", "Report reopened"),
    Kind.RATED: ("Pelapor memberi penilaian", "The reporter rated the handling"),
}


def describe(moment: Moment, agency_name: str | None) -> Label:
    """One line of the timeline. `agency_name` is the name of the moment's agency, where it has one."""
    if moment.kind is Kind.STATUS:
        return _status(moment)
    if moment.kind is Kind.LEAD:
        status = CaseStatus(moment.data["status"])
        return f"Laporan gabungan: {status.label}", f"The joint report: {status.label_en}"
    if moment.kind in _AGENCY:
        name, name_en = agency_name or "Instansi", agency_name or "The agency"
        label, label_en = _AGENCY[moment.kind]
        return label.format(name), label_en.format(name_en)
    if moment.kind in {Kind.BREACHED, Kind.EXPIRED}:
        return _clock(moment, agency_name)
    return _PLAIN[moment.kind]


def _status(moment: Moment) -> Label:
    status = CaseStatus(moment.data["status"])
    if status is CaseStatus.CLOSED and (by := moment.data.get("closed_by")):
        return _CLOSED[ClosedBy(by)]
    if status is CaseStatus.ARCHIVED:
        reason = moment.data.get("archive_reason")
        if reason is None:
            return "Diarsipkan", "Archived"
        return f"Diarsipkan: {ArchiveReason(reason).label}", f"Archived: {ArchiveReason(reason).label_en}"
    return _STATUS[status]


def _clock(moment: Moment, agency_name: str | None) -> Label:
    clock = ClockKind(moment.data["clock"])
    if moment.kind is Kind.EXPIRED and clock in _EXPIRED:
        return _EXPIRED[clock]
    label, label_en = CLOCKS[clock]
    whose = f" ({agency_name})" if agency_name else ""
    return f"Batas waktu terlewati: {label.lower()}{whose}", f"Deadline missed: {label_en.lower()}{whose}"
