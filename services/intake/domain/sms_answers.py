"""What an SMS is answered: one message of 160 plain characters, in Indonesian, polite, and naming nobody."""

import unicodedata
from datetime import date

from services.intake.domain import labels
from services.intake.domain.sms_commands import WORDS, Verb
from services.intake.domain.view import Tracked, running
from services.intake.domain.words import Word
from shared.calendar import Zone
from shared.security.codes import format_tracking_id

LENGTH = 160
"""Characters of one SMS in the GSM alphabet; everything said here is within its ASCII part."""

HELP = (
    "LAPOR! STATUS/TERIMA/CABUT nomor; TAMBAH/BALAS/KEBERATAN/BANDING nomor teks; NILAI nomor 1-5. "
    "SMS tanpa kata itu menjadi laporan baru."
)
TOO_SHORT = (
    "LAPOR! SMS terlalu pendek untuk ditindaklanjuti. Tulis apa yang terjadi, di mana, kapan. "
    "Contoh: KOTA SURABAYA lampu jalan Darmo padam 3 hari"
)
NOT_FOUND = (
    "LAPOR! Nomor laporan tidak ditemukan, atau bukan dari nomor HP ini. Periksa kembali nomornya. "
    "Kirim BANTUAN untuk daftar perintah."
)
ALREADY_APPEALED = "banding hanya satu kali dan sudah diajukan. Keputusan berikutnya bersifat akhir."
ALREADY_SAID = "sudah kami terima sebelumnya. Tunggu sampai status laporan berubah."

_TAKEN = {
    Word.SUPPLEMENT: "tambahan Anda kami terima. Terima kasih.",
    Word.REPLY: "balasan Anda kami teruskan ke instansi. Terima kasih.",
    Word.ACCEPTANCE: "penyelesaian Anda terima. Laporan akan ditutup. Terima kasih.",
    Word.OBJECTION: "keberatan Anda kami teruskan. Instansi akan menjawab lagi.",
    Word.WITHDRAWAL: "laporan akan dicabut sesuai permintaan Anda.",
    Word.APPEAL: "banding Anda kami terima. Petugas lain akan memeriksa kembali.",
    Word.RATING: "penilaian Anda kami terima. Terima kasih.",
}
_VERB_OF = {word: verb for verb, word in WORDS.items()}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def status(tracked: Tracked) -> str:
    """Where the report stands, who has it, and what it waits for until when."""
    state = tracked.progress
    with_whom = next((leg.agency_name for leg in reversed(state.legs) if leg.agency_name), None)
    text = state.status.label + (f", {with_whom}" if with_whom and not state.status.final else "")
    due = [deadline for deadline in running(tracked) if deadline.due_at is not None]
    if due:
        first = min(due, key=lambda deadline: deadline.due_at)  # type: ignore[arg-type, return-value]
        assert first.due_at is not None
        day = Zone(first.zone).date_of(first.due_at)
        text += f". Batas {labels.CLOCKS[first.clock][0]}: {_date(day)}"
    return about(tracked.report.tracking_id, f"{text}.")


def taken(tracking_id: str, word: Word) -> str:
    return about(tracking_id, _TAKEN[word])


def not_possible(tracking_id: str, status_label: str, fitting: frozenset[Word]) -> str:
    """What cannot be said now, and the commands that can."""
    can = ", ".join(sorted(_VERB_OF[word] for word in fitting)) or Verb.STATUS.value
    return about(
        tracking_id, f"status {status_label}, perintah itu belum/tidak berlaku. Yang dapat dikirim: {can}."
    )


def about(tracking_id: str, text: str) -> str:
    return fitted(f"LAPOR! {format_tracking_id(tracking_id)}: {text}")


def fitted(text: str) -> str:
    """`text` in plain characters and cut, between words, to one SMS."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if len(plain) <= LENGTH:
        return plain
    head = plain[: LENGTH - 2]
    return head[: head.rfind(" ")].rstrip(" ,.;:") + ".."


def _date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
