"""Clocks in sentences that a citizen understands, in Indonesian first and in English. Words only."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from shared.calendar import Day, DayKind, Deadline, Unit, Zone
from shared.calendar.days import WEEKDAYS, WEEKDAYS_EN
from shared.contracts import ClockKind

Both = tuple[str, str]
"""The same in Indonesian and in English."""


class Amount(NamedTuple):
    """So many days, and of which kind."""

    days: int
    unit: Unit


LABELS: dict[ClockKind, Both] = {
    ClockKind.VERIFICATION: ("verifikasi", "verification"),
    ClockKind.COMPLETION: ("kelengkapan dari pelapor", "the reporter's additions"),
    ClockKind.FIRST_RESPONSE: ("tanggapan pertama instansi", "the agency's first response"),
    ClockKind.SETTLEMENT: ("penyelesaian oleh instansi", "settlement by the agency"),
    ClockKind.REPLY: ("tanggapan pelapor", "the reporter's reply"),
    ClockKind.REOPENING: ("pembukaan kembali", "reopening"),
    ClockKind.OMBUDSMAN: ("sebelum dapat diteruskan ke Ombudsman", "going on to the Ombudsman"),
}
GENERAL: Both = ("yang ditanyakan", "in question")

_INDONESIAN, _ENGLISH = 0, 1
_WEEKDAYS = (WEEKDAYS, WEEKDAYS_EN)
_MONTHS = [
    names.split()
    for names in (
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
        "January February March April May June July August September October November December",
    )
]
_UNITS = {
    Unit.WORKING_DAYS: (("hari kerja", "hari kerja"), ("working day", "working days")),
    Unit.CALENDAR_DAYS: (("hari kalender", "hari kalender"), ("calendar day", "calendar days")),
}

UNKNOWN: Both = (
    "Batas waktu ini berada di luar kalender yang diketahui.",
    "This limit lies outside the calendar that is known.",
)
PROVISIONAL: Both = (
    " Tanggal ini sementara: hari libur setelahnya masih dapat ditetapkan atau bergeser.",
    " This date is provisional: a holiday may still be decreed or moved.",
)


def deadline(label: Both, limit: Amount, due: Deadline, zone: Zone, given_back: Sequence[date] = ()) -> Both:
    """When a limit ends, what was not counted, what a pause gave back, and whether it may yet move."""
    text = _both(
        lambda lang: (
            "Batas waktu {label} berakhir {due} pukul 24.00 {zone}: {limit} sesudah {start}.",
            "The limit for {label} ends on {due} at 24:00 {zone}: {limit} after {start}.",
        )[lang].format(
            label=label[lang],
            due=long_date(due.due_date, lang),
            zone=zone,
            limit=_count(limit, lang),
            start=long_date(due.start_date, lang),
        )
    )
    if skipped := due.skipped:
        text = together(text, _both(lambda lang: _not_counted(skipped, lang)))
    if given_back:
        text = together(text, _both(lambda lang: _given_back(given_back, lang)))
    return together(text, PROVISIONAL) if due.provisional else text


def remaining(left: Amount) -> Both:
    """What is left of a limit that runs."""
    if left.days == 0:
        return " Hari ini hari terakhir.", " Today is the last day."
    return _both(lambda lang: (" Tersisa {count}.", " {count} left.")[lang].format(count=_count(left, lang)))


def overdue(by: Amount) -> Both:
    """How long ago a limit that still runs has passed; 0 days where no working day has passed since."""
    if by.days <= 0:
        return " Batas ini sudah terlewati.", " This limit has passed."
    return _both(
        lambda lang: (
            " Batas ini sudah terlewati {count} yang lalu.",
            " This limit passed {count} ago.",
        )[lang].format(count=_count(by, lang))
    )


def stopped(day: date, late: Amount | None) -> Both:
    """When a clock stopped, and by how much (`late`) it was over its limit; None if it was not."""
    if late is None:
        return _both(
            lambda lang: (
                " Hitungan berhenti {day}, dalam batas waktu.",
                " The clock stopped on {day}, within the limit.",
            )[lang].format(day=long_date(day, lang))
        )
    return _both(
        lambda lang: (
            " Hitungan berhenti {day}, {count} sesudah batas waktu.",
            " The clock stopped on {day}, {count} after the limit.",
        )[lang].format(day=long_date(day, lang), count=_count(late, lang))
    )


def paused(label: Both, since: date, left: Amount) -> Both:
    """A clock that stands still, and what is left of it."""
    return _both(
        lambda lang: (
            "Hitungan batas waktu {label} berhenti sejak {since}; tersisa {left}.",
            "The limit for {label} has been paused since {since}; {left} left.",
        )[lang].format(label=label[lang], since=long_date(since, lang), left=_count(left, lang))
    )


def long_date(day: date, language: int = _INDONESIAN) -> str:
    """With its weekday, in Indonesian if nothing is said."""
    return f"{_WEEKDAYS[language][day.weekday()]}, {_short(day, language)}"


def long_date_en(day: date) -> str:
    """The same in English."""
    return long_date(day, _ENGLISH)


def _short(day: date, language: int) -> str:
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def _not_counted(skipped: Sequence[Day], language: int) -> str:
    """Weekends as a number, every other day with its name and date."""
    weekends = sum(day.kind is DayKind.WEEKEND for day in skipped)
    noun = ("hari akhir pekan", "weekend day" if weekends == 1 else "weekend days")[language]
    parts = [f"{weekends} {noun}"] if weekends else []
    parts += [
        f"{(day.name, day.name_en)[language]} ({_short(day.date, language)})"
        for day in skipped
        if day.kind is not DayKind.WEEKEND
    ]
    return f" {('Tidak dihitung', 'Not counted')[language]}: {', '.join(parts)}."


def _given_back(days: Sequence[date], language: int) -> str:
    lead = ("Dikembalikan karena jeda", "Given back for pauses")[language]
    return f" {lead}: {_count(Amount(len(days), Unit.WORKING_DAYS), language)}."


def _count(amount: Amount, language: int) -> str:
    return f"{amount.days} {_UNITS[amount.unit][language][amount.days != 1]}"


def _both(say: Callable[[int], str]) -> Both:
    return say(_INDONESIAN), say(_ENGLISH)


def together(first: Both, second: Both) -> Both:
    """One sentence after the other."""
    return first[0] + second[0], first[1] + second[1]
