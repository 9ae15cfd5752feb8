"""Deadlines in sentences that a citizen understands, in Indonesian first and in English. Words only."""

from collections.abc import Callable, Sequence
from datetime import date

from shared.calendar import Day, DayKind, Deadline, Zone
from shared.calendar.days import WEEKDAYS, WEEKDAYS_EN
from shared.contracts import ClockKind

LABELS: dict[ClockKind, tuple[str, str]] = {
    ClockKind.VERIFICATION: ("verifikasi", "verification"),
    ClockKind.COMPLETION: ("kelengkapan dari pelapor", "the reporter's additions"),
    ClockKind.FIRST_RESPONSE: ("tanggapan pertama instansi", "the agency's first response"),
    ClockKind.SETTLEMENT: ("penyelesaian oleh instansi", "settlement by the agency"),
    ClockKind.REPLY: ("tanggapan pelapor", "the reporter's reply"),
    ClockKind.REOPENING: ("pembukaan kembali", "reopening"),
    ClockKind.OMBUDSMAN: ("sebelum dapat diteruskan ke Ombudsman", "going on to the Ombudsman"),
}
GENERAL = ("yang ditanyakan", "in question")

_MONTHS = [
    names.split()
    for names in (
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
        "January February March April May June July August September October November December",
    )
]


def long_date(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {_short(day, 0)}"


def long_date_en(day: date) -> str:
    return f"{WEEKDAYS_EN[day.weekday()]}, {_short(day, 1)}"


def _short(day: date, language: int) -> str:
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def deadline_sentence(
    label: str, days: int, deadline: Deadline, zone: Zone, given_back: Sequence[date]
) -> str:
    text = (
        f"Batas waktu {label} berakhir {long_date(deadline.due_date)} pukul 24.00 {zone}: "
        f"{days} hari kerja sesudah {long_date(deadline.start_date)}."
    )
    if skipped := deadline.skipped:
        text += f" Tidak dihitung: {_listed(skipped, 'hari akhir pekan', lambda day: day.name, 0)}."
    if given_back:
        text += f" Dikembalikan karena jeda: {len(given_back)} hari kerja."
    return text


def deadline_sentence_en(
    label: str, days: int, deadline: Deadline, zone: Zone, given_back: Sequence[date]
) -> str:
    text = (
        f"The limit for {label} ends on {long_date_en(deadline.due_date)} at 24:00 {zone}: "
        f"{_many(days, 'working day')} after {long_date_en(deadline.start_date)}."
    )
    if skipped := deadline.skipped:
        text += f" Not counted: {_listed(skipped, 'weekend days', lambda day: day.name_en, 1)}."
    if given_back:
        text += f" Given back for pauses: {_many(len(given_back), 'working day')}."
    return text


PROVISIONAL = (
    " Tanggal ini sementara: hari libur setelahnya masih dapat ditetapkan atau bergeser.",
    " This date is provisional: a holiday may still be decreed or moved.",
)


def paused_sentence(label: str, left: int) -> str:
    return f"Hitungan batas waktu {label} sedang berhenti; tersisa {left} hari kerja."


def paused_sentence_en(label: str, left: int) -> str:
    return f"The limit for {label} is paused; {_many(left, 'working day')} left."


UNKNOWN = (
    "Batas waktu ini berada di luar kalender yang diketahui.",
    "This limit lies outside the calendar that is known.",
)


def _listed(skipped: Sequence[Day], weekend: str, name: Callable[[Day], str], language: int) -> str:
    """Weekends as a number, every other day with its name and date."""
    weekends = sum(day.kind is DayKind.WEEKEND for day in skipped)
    parts = [f"{weekends} {weekend}"] if weekends else []
    parts += [
        f"{name(day)} ({_short(day.date, language)})" for day in skipped if day.kind is not DayKind.WEEKEND
    ]
    return ", ".join(parts)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
