"""The small words that templates share, in each language: dates, reasons, clocks, kinds of report."""

from datetime import date
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from shared.contracts import ArchiveReason, Classification, ClockKind

_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
_DAYS = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
_SHORT = {"id": {8: "Agu"}, "en": {}}


@pass_context
def long_date(context: Context, day: str) -> str:
    """As in a letter: Kamis, 26 November 2026."""
    value, language = date.fromisoformat(day), context["language"]
    weekday, month = _DAYS[language].split()[value.weekday()], _MONTHS[language].split()[value.month - 1]
    return f"{weekday}, {value.day} {month} {value.year}"


@pass_context
def short_date(context: Context, day: str) -> str:
    """As in an SMS: 26 Nov 2026."""
    value, language = date.fromisoformat(day), context["language"]
    month = _SHORT[language].get(value.month, _MONTHS[language].split()[value.month - 1][:3])
    return f"{value.day} {month} {value.year}"


def excerpt(text: str, length: int) -> str:
    """The beginning of a text on one line, cut at a word, never longer than `length`."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 3]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > length // 2 else cut) + "..."


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]


REASONS = {
    "id": {reason.value: reason.label for reason in ArchiveReason},
    "en": {
        ArchiveReason.OUTSIDE_PUBLIC_SERVICE: "not a matter of public service",
        ArchiveReason.DIRECTED_ELSEWHERE: "a legislative, judicial or criminal matter for another body",
        ArchiveReason.IN_COURT: "before a court",
        ArchiveReason.UNINTELLIGIBLE: "unclear or too general",
        ArchiveReason.HATE_OR_ABUSE: "contains hate speech or abuse",
        ArchiveReason.DUPLICATE: "the same as another report of the reporter",
        ArchiveReason.SPAM_OR_TEST: "spam or a test",
        ArchiveReason.NOT_COMPLETED: "not completed in time",
    },
}
CLOCKS = {
    "id": {
        ClockKind.VERIFICATION: "verifikasi",
        ClockKind.FIRST_RESPONSE: "jawaban pertama",
        ClockKind.SETTLEMENT: "penyelesaian",
    },
    "en": {
        ClockKind.VERIFICATION: "verification",
        ClockKind.FIRST_RESPONSE: "the first answer",
        ClockKind.SETTLEMENT: "the settlement",
    },
}
KINDS = {
    Classification.SUPERVISION: "Pengaduan berkadar pengawasan",
    Classification.NON_SUPERVISION: "Pengaduan tidak berkadar pengawasan",
    Classification.INFORMATION: "Permintaan informasi",
    Classification.ASPIRATION: "Aspirasi",
}

FILTERS: dict[str, Any] = {
    "date": long_date,
    "short_date": short_date,
    "excerpt": excerpt,
    "paragraphs": paragraphs,
}
GLOBALS: dict[str, Any] = {"reasons": REASONS, "clocks": CLOCKS, "kinds": KINDS}
