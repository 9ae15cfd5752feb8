"""Refusals of evidence as problems that tell their reader what to do."""

from services.intake.evidence import (
    CaseEnded,
    EvidenceDesk,
    SentByOthers,
    TooManyBytes,
    TooManyFiles,
    TooMuchToday,
)
from shared.storage.port import Empty, RefusedFile, RefusedType, TooLarge
from shared.web.problems import FieldError, Problem

_STATUS = {TooLarge: 413, RefusedType: 415, Empty: 422}


def refusal(error: Exception, desk: EvidenceDesk) -> Problem:  # noqa: PLR0911 - one for each reason
    """The problem that a refused file or report becomes; anything else is the store being away."""
    match error:
        case RefusedFile():
            field = FieldError("file", error.message, error.message_en)
            status = _STATUS.get(type(error), 422)
            return Problem(status, "file-refused", error.message, error.message_en, [field])
        case TooManyBytes():
            size = f"{desk.limits.report_bytes // 1_000_000} MB"
            return Problem(
                409,
                "too-many-bytes",
                f"Semua berkas satu laporan bersama-sama paling banyak {size}.",
                f"All files of a report together hold at most {size}.",
            )
        case TooMuchToday():
            return Problem(
                429,
                "too-much-today",
                "Batas pengiriman bukti untuk hari ini tercapai. Silakan lanjutkan besok.",
                "The limit of evidence for today is reached. Please go on tomorrow.",
                headers={"Retry-After": "3600"},
            )
        case TooManyFiles():
            most = desk.limits.report_files
            return Problem(
                409,
                "too-many-files",
                f"Satu laporan memuat paling banyak {most} berkas.",
                f"A report holds at most {most} files.",
            )
        case SentByOthers():
            return Problem(
                409,
                "sent-before",
                "Berkas yang sama persis sudah ada pada laporan ini, dikirim oleh pihak lain.",
                "The report has exactly this file already, from somebody else.",
            )
        case CaseEnded():
            return Problem(
                409,
                "not-possible-now",
                f"Bukti tidak dapat ditambahkan pada status «{error.status.label}».",
                f"No evidence can be added while the report is “{error.status.label_en}”.",
            )
        case _:
            return store_away()


def store_away() -> Problem:
    return Problem(
        503,
        "evidence-store-away",
        "Penyimpanan bukti sedang terganggu. Silakan coba lagi; laporan Anda tetap tersimpan.",
        "The evidence store is disturbed. Please try again; your report is safe.",
        headers={"Retry-After": "5"},
    )
