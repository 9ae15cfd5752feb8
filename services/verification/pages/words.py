"""What officers read, in Indonesian and English: labels of codes, of history, and of time that is left."""

from datetime import datetime
from math import ceil

from services.verification.domain.deadline import working_days_left
from services.verification.domain.decisions import Action
from shared.contracts import ArchiveReason, CaseStatus, Channel, Classification
from shared.web.problems import Problem

Pair = tuple[str, str]

STATUSES: dict[str, Pair] = {one.value: (one.label, one.label_en) for one in CaseStatus}
CLASSIFICATIONS: dict[str, Pair] = {
    one.value: (one.label, one.label_en)
    for one in (
        Classification.NON_SUPERVISION,
        Classification.SUPERVISION,
        Classification.INFORMATION,
        Classification.ASPIRATION,
    )
}
"""The commonest first: its key is 1."""
CHANNELS: dict[str, Pair] = {
    Channel.WEB: ("Situs", "Website"),
    Channel.MOBILE: ("Aplikasi", "App"),
    Channel.API: ("API", "API"),
    Channel.SMS: ("SMS", "SMS"),
    Channel.WHATSAPP: ("WhatsApp", "WhatsApp"),
    Channel.TELEGRAM: ("Telegram", "Telegram"),
    Channel.EMAIL: ("Surel", "E-mail"),
    Channel.X: ("X", "X"),
    Channel.CALL_CENTRE: ("Telepon", "Telephone"),
    Channel.WALK_IN: ("Loket", "Counter"),
}
ACTIONS: dict[Action, Pair] = {
    Action.VERIFICATION: ("Verifikasi dan teruskan", "Verify and forward"),
    Action.CLARIFICATION: ("Tunda dengan pertanyaan", "Hold with a question"),
    Action.ARCHIVING: ("Arsipkan atau arahkan ke lembaga lain", "Archive, or direct elsewhere"),
    Action.MERGING: ("Gabungkan dengan kasus lain", "Merge into another case"),
    Action.UNMERGING: ("Batalkan penggabungan", "Undo the merging"),
    Action.CLOSURE: ("Tutup atas nama pelapor", "Close on the reporter's behalf"),
}
ADDRESSES: dict[Action, str] = {
    Action.VERIFICATION: "verifikasi",
    Action.CLARIFICATION: "tunda",
    Action.ARCHIVING: "arsip",
    Action.MERGING: "gabung",
    Action.UNMERGING: "pisah",
    Action.CLOSURE: "tutup",
}
"""The last part of the address that each decision's form is sent to."""
KEYS: dict[Action, str] = {
    Action.VERIFICATION: "v",
    Action.CLARIFICATION: "t",
    Action.ARCHIVING: "a",
    Action.MERGING: "g",
    Action.UNMERGING: "b",
    Action.CLOSURE: "s",
}
"""The key that opens each decision's form."""
BECOMES: dict[Action, CaseStatus] = {
    Action.VERIFICATION: CaseStatus.FORWARDED,
    Action.CLARIFICATION: CaseStatus.ON_HOLD,
    Action.ARCHIVING: CaseStatus.ARCHIVED,
    Action.MERGING: CaseStatus.MERGED,
    Action.UNMERGING: CaseStatus.RECEIVED,
    Action.CLOSURE: CaseStatus.CLOSED,
}
"""The status that the reporter is told."""
ELSEWHERE = (ArchiveReason.DIRECTED_ELSEWHERE, ArchiveReason.OUTSIDE_PUBLIC_SERVICE, ArchiveReason.IN_COURT)
"""Reasons that a report is outside the government's authority: they lead the list."""

FIELDS: dict[str, Pair] = {
    "classification": ("Klasifikasi", "Classification"),
    "category": ("Kategori", "Category"),
    "title": ("Judul", "Title"),
    "region": ("Wilayah", "Region"),
    "agencies": ("Instansi", "Agencies"),
    "secrecy_reason": ("Alasan membukanya", "Why it is left open"),
    "question_id": ("Pertanyaan", "Question"),
    "question": ("Kata-kata sendiri", "Own words"),
    "reason": ("Alasan", "Reason"),
    "explanation": ("Penjelasan sendiri", "Own explanation"),
    "into": ("Nomor kasus", "Case number"),
    "login": ("Nama pengguna", "User name"),
    "name": ("Nama", "Name"),
    "role": ("Peran", "Role"),
    "agency": ("Instansi", "Agency"),
    "tracking_id": ("Nomor laporan", "Tracking number"),
    "channel": ("Kanal", "Channel"),
    "status": ("Status", "Status"),
}
"""What a field is called, before what is wrong with it."""

STEPS: dict[str, Pair] = {
    "report.submitted": ("Laporan diterima", "Report filed"),
    "report.supplemented": ("Pelapor melengkapi", "Reporter added details"),
    "report.replied": ("Pelapor membalas", "Reporter replied"),
    "report.accepted": ("Pelapor menerima jawaban", "Reporter accepted the answer"),
    "report.objected": ("Pelapor berkeberatan", "Reporter objected"),
    "report.withdrawn": ("Pelapor mencabut laporan", "Reporter withdrew the report"),
    "report.appealed": ("Pelapor mengajukan banding", "Reporter appealed"),
    "report.rated": ("Pelapor memberi nilai", "Reporter rated"),
    "report.referral-consented": ("Pelapor setuju ke Ombudsman", "Reporter agreed to the Ombudsman"),
    "evidence.cleared": ("Bukti diperiksa dan aman", "Evidence checked and safe"),
    "evidence.rejected": ("Bukti ditolak", "Evidence refused"),
    "case.verified": ("Diverifikasi", "Verified"),
    "case.clarification-requested": ("Ditunda dengan pertanyaan", "Held with a question"),
    "case.archived": ("Diarsipkan", "Archived"),
    "case.merged": ("Digabung", "Merged"),
    "case.unmerged": ("Dipisahkan kembali", "Unmerged"),
    "case.closed": ("Ditutup", "Closed"),
    "case.reopened": ("Dibuka kembali", "Reopened"),
    "disposition.created": ("Dikirim ke instansi", "Sent to the agency"),
    "disposition.acknowledged": ("Diterima instansi", "Acknowledged by the agency"),
    "disposition.asked": ("Instansi bertanya", "Agency asked"),
    "disposition.reporter-said": ("Jawaban pelapor sampai", "Reporter's answer arrived"),
    "disposition.responded": ("Instansi menjawab", "Agency answered"),
    "disposition.completed": ("Instansi menyatakan selesai", "Agency reported completion"),
    "disposition.returned": ("Dikembalikan instansi", "Returned by the agency"),
    "disposition.redirected": ("Dialihkan", "Redirected"),
    "disposition.delegated": ("Didelegasikan", "Delegated"),
    "sla.warning": ("Batas waktu mendekat", "Deadline near"),
    "sla.breached": ("Batas waktu terlampaui", "Deadline passed"),
    "sla.expired": ("Batas waktu habis", "Time ran out"),
    "sla.deadlines-amended": ("Tenggat berubah", "Deadline amended"),
}
LEGS: dict[str, Pair] = {
    "created": ("Terkirim", "Sent"),
    "acknowledged": ("Diterima", "Acknowledged"),
    "answered": ("Dijawab", "Answered"),
    "completed": ("Selesai", "Completed"),
    "left": ("Tidak lagi di sini", "No longer here"),
}


def wrong_fields(problem: Problem, *, english: bool) -> dict[str, str]:
    """What is wrong, by field: a sentence each. What concerns no field in particular is under ""."""
    found: dict[str, str] = {}
    for error in problem.errors:
        name = error.field.partition(".")[0]
        message = error.message_en if english else error.message
        label = FIELDS.get(name)
        if label is None:
            found.setdefault("", message)
        elif message[0].islower():
            found.setdefault(name, f"{label[english]} {message}.")
        else:
            found.setdefault(name, message)
    return found or {"": problem.detail_en if english else problem.detail}


def time_left(due: datetime | None, now: datetime) -> tuple[str, Pair] | None:
    """How pressing it is (late, today, soon, calm) and the words for it; None where nothing is due."""
    if due is None:
        return None
    days = working_days_left(due, now)
    if now >= due:
        if days == 0:
            return "late", ("Terlambat, berakhir hari ini", "Overdue since today")
        late = -days
        return "late", (f"Terlambat {late} hari kerja", f"Overdue by {late} working day{'s' * (late > 1)}")
    if days == 0:
        hours = ceil((due - now).total_seconds() / 3600)
        return "today", (f"Hari ini, {hours} jam lagi", f"Today, {hours} hour{'s' * (hours != 1)} left")
    pressing = "soon" if days == 1 else "calm"
    return pressing, (f"{days} hari kerja lagi", f"{days} working day{'s' * (days != 1)} left")
