"""The small words that templates share, in each language: dates, reasons, clocks, kinds of report."""

import re
from datetime import date
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from services.notify.statuses import STATUSES
from shared.contracts import ArchiveReason, Classification, ClockKind
from shared.security.codes import format_tracking_id
from shared.security.links import Purpose

_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
    "jv": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "su": "Januari Pébruari Maret April Méi Juni Juli Agustus Séptémber Oktober Nopémber Désémber",
}
"""As the Unicode locale data (CLDR) has them; a test compares."""
_DAYS = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "jv": "Senin Selasa Rabu Kamis Jumat Sabtu Ahad",
    "su": "Senén Salasa Rebo Kemis Jumaah Saptu Minggu",
}
_SHORT: dict[str, dict[int, str]] = {"id": {8: "Agu"}, "jv": {8: "Agt"}, "su": {8: "Ags"}}
"""Where it is not the first three letters."""
_WORKING_DAYS = {"id": "hari kerja", "jv": "dinten kerja", "su": "dinten damel"}
_LESS_THAN_ONE = {"id": "kurang dari satu", "jv": "kirang saking setunggal", "su": "kirang ti hiji"}


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
    month = _SHORT.get(language, {}).get(value.month, _MONTHS[language].split()[value.month - 1][:3])
    return f"{value.day} {month} {value.year}"


@pass_context
def day_month(context: Context, day: str) -> str:
    """Beside a date that names its year: 26 Nov."""
    return short_date(context, day).rpartition(" ")[0]


def excerpt(text: str, length: int) -> str:
    """The beginning of a text on one line, cut at a word, never longer than `length`."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 3]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > length // 2 else cut) + "..."


def paragraphs(text: str) -> list[str]:
    """Paragraphs stand apart by an empty line."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def unbroken(text: str, number: str) -> Markup:
    """The text for a page, escaped; the report's number in it is never broken over two lines."""
    whole = Markup('<span style="white-space:nowrap">{}</span>').format(number)
    return whole.join(escape(part) for part in text.split(number)) if number else escape(text)


def linked(text: str, origin: str) -> Markup:
    """The text for a page, escaped; our own addresses in it can be followed, nobody else's.

    Titles are what strangers wrote: an address in one must not become a link in a mail of ours.
    """
    parts = re.split(rf"({re.escape(origin)}/\S+)", text)
    anchor = Markup('<a class="link" href="{0}" style="color:#0b5f57">{0}</a>')
    return Markup("").join(anchor.format(part) if at % 2 else escape(part) for at, part in enumerate(parts))


def headline(text: str) -> str:
    """What an answer begins with, as the subject of a mail: its first sentence, without our name."""
    first = re.split(r"(?<=[.?!])\s", text.strip().removeprefix("LAPOR! "), maxsplit=1)[0]
    return excerpt(first.rstrip("."), 78)


def sentence(text: str) -> str:
    """The text as a sentence of its own: ended, and on one line."""
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


@pass_context
def working_days(context: Context, days: int) -> str:
    """So many working days; less than one is not called none."""
    language = context["language"]
    if language in _WORKING_DAYS:
        return f"{days if days > 0 else _LESS_THAN_ONE[language]} {_WORKING_DAYS[language]}"
    if days < 1:
        return "less than a working day"
    return f"{days} working day" + ("s" if days > 1 else "")


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
    "jv": {
        ArchiveReason.OUTSIDE_PUBLIC_SERVICE: "sanes prekawis pelayanan publik",
        ArchiveReason.DIRECTED_ELSEWHERE: "prekawis legislatif, peradilan, utawi pidana tumrap lembaga sanes",
        ArchiveReason.IN_COURT: "saweg lumampah ing pengadilan",
        ArchiveReason.UNINTELLIGIBLE: "boten cetha utawi umum sanget",
        ArchiveReason.HATE_OR_ABUSE: "ngemot sesengitan utawi pisuhan",
        ArchiveReason.DUPLICATE: "sami kaliyan laporan sanes saking pelapor",
        ArchiveReason.SPAM_OR_TEST: "spam utawi cobi-cobi",
        ArchiveReason.NOT_COMPLETED: "boten dipunjangkepi ngantos wates wekdal",
    },
    "su": {
        ArchiveReason.OUTSIDE_PUBLIC_SERVICE: "sanés perkawis palayanan publik",
        ArchiveReason.DIRECTED_ELSEWHERE: "perkawis législatif, peradilan, atanapi pidana lembaga sanés",
        ArchiveReason.IN_COURT: "nuju diprosés di pangadilan",
        ArchiveReason.UNINTELLIGIBLE: "teu jelas atanapi umum teuing",
        ArchiveReason.HATE_OR_ABUSE: "ngandung kacua atanapi hinaan",
        ArchiveReason.DUPLICATE: "sami sareng laporan sanés ti palapor",
        ArchiveReason.SPAM_OR_TEST: "spam atanapi nyobian",
        ArchiveReason.NOT_COMPLETED: "teu dilengkepan dugi ka wates waktos",
    },
}
CLOCKS = {
    "id": {
        ClockKind.VERIFICATION: "verifikasi",
        ClockKind.COMPLETION: "keterangan Anda",
        ClockKind.FIRST_RESPONSE: "jawaban pertama",
        ClockKind.SETTLEMENT: "penyelesaian",
        ClockKind.REPLY: "tanggapan Anda",
        ClockKind.REOPENING: "buka kembali",
    },
    "en": {
        ClockKind.VERIFICATION: "verification",
        ClockKind.COMPLETION: "your additions",
        ClockKind.FIRST_RESPONSE: "the first answer",
        ClockKind.SETTLEMENT: "the settlement",
        ClockKind.REPLY: "your reply",
        ClockKind.REOPENING: "reopening",
    },
    "jv": {
        ClockKind.VERIFICATION: "verifikasi",
        ClockKind.COMPLETION: "katrangan panjenengan",
        ClockKind.FIRST_RESPONSE: "wangsulan kapisan",
        ClockKind.SETTLEMENT: "rampungipun",
        ClockKind.REPLY: "tanggapan panjenengan",
        ClockKind.REOPENING: "bikak malih",
    },
    "su": {
        ClockKind.VERIFICATION: "verifikasi",
        ClockKind.COMPLETION: "katerangan Anjeun",
        ClockKind.FIRST_RESPONSE: "waleran kahiji",
        ClockKind.SETTLEMENT: "réngséna",
        ClockKind.REPLY: "tanggapan Anjeun",
        ClockKind.REOPENING: "buka deui",
    },
}
"""In the middle of a sentence, and in an SMS."""
LIMITS = {
    "id": {
        ClockKind.VERIFICATION: "Verifikasi laporan",
        ClockKind.COMPLETION: "Keterangan tambahan dari Anda",
        ClockKind.FIRST_RESPONSE: "Jawaban pertama instansi",
        ClockKind.SETTLEMENT: "Penyelesaian oleh instansi",
        ClockKind.REPLY: "Tanggapan Anda atas jawaban instansi",
        ClockKind.REOPENING: "Membuka kembali laporan",
    },
    "en": {
        ClockKind.VERIFICATION: "Verification of the report",
        ClockKind.COMPLETION: "Your additions",
        ClockKind.FIRST_RESPONSE: "First answer by the agency",
        ClockKind.SETTLEMENT: "Settlement by the agency",
        ClockKind.REPLY: "Your reply to the agency's answer",
        ClockKind.REOPENING: "Reopening the report",
    },
    "jv": {
        ClockKind.VERIFICATION: "Verifikasi laporan",
        ClockKind.COMPLETION: "Katrangan tambahan saking panjenengan",
        ClockKind.FIRST_RESPONSE: "Wangsulan kapisan instansi",
        ClockKind.SETTLEMENT: "Rampungipun laporan dening instansi",
        ClockKind.REPLY: "Tanggapan panjenengan tumrap wangsulan instansi",
        ClockKind.REOPENING: "Mbikak malih laporan",
    },
    "su": {
        ClockKind.VERIFICATION: "Verifikasi laporan",
        ClockKind.COMPLETION: "Katerangan tambahan ti Anjeun",
        ClockKind.FIRST_RESPONSE: "Waleran kahiji instansi",
        ClockKind.SETTLEMENT: "Réngséna laporan ku instansi",
        ClockKind.REPLY: "Tanggapan Anjeun kana waleran instansi",
        ClockKind.REOPENING: "Muka deui laporan",
    },
}
"""At the head of a line."""
KINDS = {
    "id": {
        Classification.SUPERVISION: "Pengaduan berkadar pengawasan",
        Classification.NON_SUPERVISION: "Pengaduan tidak berkadar pengawasan",
        Classification.INFORMATION: "Permintaan informasi",
        Classification.ASPIRATION: "Aspirasi",
    },
    "en": {
        Classification.SUPERVISION: "complaint that calls for an inspection",
        Classification.NON_SUPERVISION: "complaint",
        Classification.INFORMATION: "request for information",
        Classification.ASPIRATION: "aspiration",
    },
}
PURPOSES = {
    "id": {
        Purpose.ACKNOWLEDGE: "Nyatakan sudah diterima",
        Purpose.ASK: "Ajukan pertanyaan kepada pelapor",
        Purpose.ANSWER: "Jawab laporan ini",
        Purpose.COMPLETE: "Nyatakan tuntas, dengan bukti",
        Purpose.RETURN: "Kembalikan dengan alasan",
    },
    "en": {
        Purpose.ACKNOWLEDGE: "Confirm that you have it",
        Purpose.ASK: "Ask the reporter a question",
        Purpose.ANSWER: "Answer this report",
        Purpose.COMPLETE: "State that it is done, with evidence",
        Purpose.RETURN: "Return it with a reason",
    },
}
"""What a link in an office's mail does."""

FILTERS: dict[str, Any] = {
    "date": long_date,
    "number": format_tracking_id,
    "short_date": short_date,
    "day_month": day_month,
    "excerpt": excerpt,
    "paragraphs": paragraphs,
    "sentence": sentence,
    "unbroken": unbroken,
    "linked": linked,
    "headline": headline,
    "working_days": working_days,
}
GLOBALS: dict[str, Any] = {
    "reasons": REASONS,
    "clocks": CLOCKS,
    "limits": LIMITS,
    "kinds": KINDS,
    "statuses": STATUSES,
    "purposes": PURPOSES,
}
