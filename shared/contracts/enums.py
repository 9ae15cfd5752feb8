"""The words of the field that several services share. A value, once published, keeps its meaning."""

from enum import StrEnum

Words = tuple[str, str]
"""Indonesian first, English beside it."""


class Channel(StrEnum):
    """Where a report came in."""

    WEB = "web"
    MOBILE = "mobile"
    API = "api"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    EMAIL = "email"
    X = "x"
    CALL_CENTRE = "call-centre"
    WALK_IN = "walk-in"


class Classification(StrEnum):
    """What kind of report it is; decides the settlement limit (UU 25/2009, Permen PANRB)."""

    SUPERVISION = "supervision"
    """Pengaduan berkadar pengawasan: abuse of authority, corruption, illegal levies, discipline."""
    NON_SUPERVISION = "non_supervision"
    """Pengaduan tidak berkadar pengawasan."""
    INFORMATION = "information"
    """Permintaan informasi."""
    ASPIRATION = "aspiration"
    """Aspirasi."""

    @property
    def label(self) -> str:
        """What people read, in Indonesian."""
        return _CLASSIFICATION_LABELS[self][0]

    @property
    def label_en(self) -> str:
        return _CLASSIFICATION_LABELS[self][1]


_CLASSIFICATION_LABELS: dict[Classification, Words] = {
    Classification.SUPERVISION: ("Pengaduan berkadar pengawasan", "Complaint about abuse of authority"),
    Classification.NON_SUPERVISION: ("Pengaduan tidak berkadar pengawasan", "Complaint about a service"),
    Classification.INFORMATION: ("Permintaan informasi", "Request for information"),
    Classification.ASPIRATION: ("Aspirasi", "Aspiration"),
}


class CaseStatus(StrEnum):
    """The status of a case; its single writer is the verification service."""

    RECEIVED = "received"
    ON_HOLD = "on_hold"
    FORWARDED = "forwarded"
    IN_PROGRESS = "in_progress"
    AWAITING_REPORTER = "awaiting_reporter"
    CLOSED = "closed"
    ARCHIVED = "archived"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"

    @property
    def final(self) -> bool:
        """No clock but the reopening window runs, and no agency may act any more."""
        return self in {CaseStatus.CLOSED, CaseStatus.ARCHIVED, CaseStatus.MERGED, CaseStatus.WITHDRAWN}

    @property
    def label(self) -> str:
        """What people read, in Indonesian."""
        return _STATUS_LABELS[self][0]

    @property
    def label_en(self) -> str:
        return _STATUS_LABELS[self][1]


_STATUS_LABELS: dict[CaseStatus, Words] = {
    CaseStatus.RECEIVED: ("Belum terverifikasi", "Not yet verified"),
    CaseStatus.ON_HOLD: ("Tunda", "On hold"),
    CaseStatus.FORWARDED: ("Terdisposisi", "Sent to the agency"),
    CaseStatus.IN_PROGRESS: ("Ditindaklanjuti", "In progress"),
    CaseStatus.AWAITING_REPORTER: ("Menunggu tanggapan pelapor", "Waiting for the reporter"),
    CaseStatus.CLOSED: ("Selesai", "Closed"),
    CaseStatus.ARCHIVED: ("Diarsipkan", "Archived"),
    CaseStatus.MERGED: ("Digabung", "Merged"),
    CaseStatus.WITHDRAWN: ("Dicabut", "Withdrawn"),
}


class ClosedBy(StrEnum):
    """Whose word closed a case."""

    REPORTER = "reporter"
    SYSTEM = "system"
    ADMINISTRATOR = "administrator"


class ArchiveReason(StrEnum):
    """Why a case ends without a disposition; each archive names one and can be appealed once."""

    OUTSIDE_PUBLIC_SERVICE = "outside_public_service"
    DIRECTED_ELSEWHERE = "directed_elsewhere"
    IN_COURT = "in_court"
    UNINTELLIGIBLE = "unintelligible"
    HATE_OR_ABUSE = "hate_or_abuse"
    DUPLICATE = "duplicate"
    SPAM_OR_TEST = "spam_or_test"
    NOT_COMPLETED = "not_completed"

    @property
    def label(self) -> str:
        """The reason as the reporter reads it, in Indonesian."""
        return _ARCHIVE_LABELS[self][0]

    @property
    def label_en(self) -> str:
        return _ARCHIVE_LABELS[self][1]


_ARCHIVE_LABELS: dict[ArchiveReason, Words] = {
    ArchiveReason.OUTSIDE_PUBLIC_SERVICE: ("bukan urusan pelayanan publik", "not a matter of public service"),
    ArchiveReason.DIRECTED_ELSEWHERE: (
        "ranah legislatif, peradilan, atau pidana yang ditangani lembaga lain",
        "a legislative, judicial or criminal matter for another institution",
    ),
    ArchiveReason.IN_COURT: ("sedang dalam proses peradilan", "before a court"),
    ArchiveReason.UNINTELLIGIBLE: ("isi laporan tidak jelas atau terlalu umum", "unclear or too general"),
    ArchiveReason.HATE_OR_ABUSE: ("mengandung SARA atau kata kasar", "hateful or abusive"),
    ArchiveReason.DUPLICATE: (
        "sama dengan laporan lain dari pelapor",
        "the same as another report of this reporter",
    ),
    ArchiveReason.SPAM_OR_TEST: ("spam atau percobaan", "spam or a test"),
    ArchiveReason.NOT_COMPLETED: ("tidak dilengkapi dalam batas waktu", "not completed in time"),
}


class ClockKind(StrEnum):
    """The clocks that watch a case (see the deadlines in docs/architecture.md)."""

    VERIFICATION = "verification"
    COMPLETION = "reporter-completion"
    FIRST_RESPONSE = "first-response"
    SETTLEMENT = "settlement"
    REPLY = "reporter-reply"
    REOPENING = "reopening"
    OMBUDSMAN = "ombudsman"


class ReporterWord(StrEnum):
    """What an agency hears of the reporter on its own topic."""

    SUPPLEMENT = "supplement"
    REPLY = "reply"
    OBJECTION = "objection"
    ACCEPTANCE = "acceptance"
    WITHDRAWAL = "withdrawal"
    RATING = "rating"
    SILENCE = "silence"
    """The time to answer the agency's question is over, and there was no answer."""


class EscalationStep(StrEnum):
    """Who is reminded of an overdue duty, in this order. After them the reporter may go to the Ombudsman."""

    OFFICER = "officer"
    """The desk that has the duty."""
    COORDINATOR = "coordinator"
    """The desk above it in its own agency."""
    NATIONAL_ADMIN = "national_admin"
