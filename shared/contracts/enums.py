"""The words of the field that several services share. A value, once published, keeps its meaning."""

from enum import StrEnum

from shared.labelled import Labelled


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


class Classification(Labelled):
    """What kind of report it is; decides the settlement limit (UU 25/2009, Permen PANRB)."""

    SUPERVISION = "supervision", "Pengaduan berkadar pengawasan", "Complaint about abuse of authority"
    """Pengaduan berkadar pengawasan: abuse of authority, corruption, illegal levies, discipline."""
    NON_SUPERVISION = "non_supervision", "Pengaduan tidak berkadar pengawasan", "Complaint about a service"
    """Pengaduan tidak berkadar pengawasan."""
    INFORMATION = "information", "Permintaan informasi", "Request for information"
    """Permintaan informasi."""
    ASPIRATION = "aspiration", "Aspirasi", "Aspiration"
    """Aspirasi."""


class CaseStatus(Labelled):
    """The status of a case; its single writer is the verification service."""

    RECEIVED = "received", "Belum terverifikasi", "Not yet verified"
    ON_HOLD = "on_hold", "Tunda", "On hold"
    FORWARDED = "forwarded", "Terdisposisi", "Sent to the agency"
    IN_PROGRESS = "in_progress", "Ditindaklanjuti", "In progress"
    AWAITING_REPORTER = "awaiting_reporter", "Menunggu tanggapan pelapor", "Waiting for the reporter"
    CLOSED = "closed", "Selesai", "Closed"
    ARCHIVED = "archived", "Diarsipkan", "Archived"
    MERGED = "merged", "Digabung", "Merged"
    WITHDRAWN = "withdrawn", "Dicabut", "Withdrawn"

    @property
    def final(self) -> bool:
        """No clock but the reopening window runs, and no agency may act any more."""
        return self in {CaseStatus.CLOSED, CaseStatus.ARCHIVED, CaseStatus.MERGED, CaseStatus.WITHDRAWN}


class ClosedBy(StrEnum):
    """Whose word closed a case."""

    REPORTER = "reporter"
    SYSTEM = "system"
    ADMINISTRATOR = "administrator"


class ArchiveReason(Labelled):
    """Why a case ends without a disposition; each archive names one and can be appealed once."""

    OUTSIDE_PUBLIC_SERVICE = (
        "outside_public_service",
        "bukan urusan pelayanan publik",
        "not a matter of public service",
    )
    DIRECTED_ELSEWHERE = (
        "directed_elsewhere",
        "ranah legislatif, peradilan, atau pidana yang ditangani lembaga lain",
        "a legislative, judicial or criminal matter for another institution",
    )
    IN_COURT = "in_court", "sedang dalam proses peradilan", "before a court"
    UNINTELLIGIBLE = "unintelligible", "isi laporan tidak jelas atau terlalu umum", "unclear or too general"
    HATE_OR_ABUSE = "hate_or_abuse", "mengandung SARA atau kata kasar", "hateful or abusive"
    DUPLICATE = (
        "duplicate",
        "sama dengan laporan lain dari pelapor",
        "the same as another report of this reporter",
    )
    SPAM_OR_TEST = "spam_or_test", "spam atau percobaan", "spam or a test"
    NOT_COMPLETED = "not_completed", "tidak dilengkapi dalam batas waktu", "not completed in time"


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
