"""What a message is answered, in Indonesian, polite, and naming nobody; cut to what its channel carries."""

import unicodedata
from datetime import date

from services.intake.domain import labels
from services.intake.domain.commands import WORDS, Verb
from services.intake.domain.report import VERIFIERS, Report
from services.intake.domain.view import Tracked, running
from services.intake.domain.words import Word
from shared.calendar import Zone
from shared.contracts import Channel
from shared.security.codes import format_access_code, format_tracking_id

LENGTHS = {Channel.SMS: 160, Channel.WHATSAPP: 4_096, Channel.TELEGRAM: 4_096}
"""Characters of one message: of an SMS in the GSM alphabet, whose ASCII part is all that is said there."""
LONGEST = 10_000
"""Where a channel itself knows no limit."""

HELP = (
    "LAPOR! STATUS/TERIMA/CABUT nomor; TAMBAH/BALAS/KEBERATAN/BANDING nomor teks; NILAI nomor 1-5. "
    "Pesan tanpa kata itu menjadi laporan baru."
)
TOO_SHORT = (
    "LAPOR! Pesan terlalu pendek untuk ditindaklanjuti. Tulis apa yang terjadi, di mana, kapan. "
    "Contoh: KOTA SURABAYA lampu jalan Darmo padam 3 hari"
)
WORDS_ONLY = (
    "LAPOR! Suara, stiker, dan kontak tidak dapat kami baca. Tulis laporannya dengan kata-kata: "
    "apa yang terjadi, di mana, kapan."
)
NOT_FOUND = (
    "LAPOR! Nomor laporan tidak ditemukan, atau bukan dari pengirim ini. Periksa kembali nomornya. "
    "Kirim BANTUAN untuk daftar perintah."
)
BY_REPLY = "Untuk menambah atau menjawab, balas surel kami tentang laporan itu."
TOO_OFTEN = (
    "LAPOR! Hari ini sudah banyak laporan dari Anda; yang ini belum kami catat sebagai laporan. "
    "Silakan kirim lagi besok."
)
TEXT_FIRST = (
    "LAPOR! Kiriman Anda kami terima. Tulis laporannya dalam satu pesan: apa yang terjadi, di mana, kapan. "
    "Berkas yang dikirim dalam satu jam ini ikut dilampirkan."
)
PLACE_FIRST = (
    "LAPOR! Lokasi belum dapat dicatat karena belum ada laporan. Tulis dahulu laporannya, "
    "lalu kirim lagi lokasinya."
)
ALREADY_APPEALED = "banding hanya satu kali dan sudah diajukan. Keputusan berikutnya bersifat akhir."
ALREADY_SAID = (
    "sudah kami terima sebelumnya; isi yang baru tidak dicatat. "
    "Selama laporan terbuka, kirim TAMBAH nomor teks."
)

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
    """Where the report stands, what it waits for until when, and who has it, or of several has yet to answer:
    a long name is cut first.
    """
    state = tracked.progress
    with_whom = ", ".join(leg.agency_name for leg in state.awaited or state.with_agencies if leg.agency_name)
    text = state.status.label
    due = [deadline for deadline in running(tracked) if deadline.due_at is not None]
    if due:
        first = min(due, key=lambda deadline: deadline.due_at)  # type: ignore[arg-type, return-value]
        assert first.due_at is not None
        day = Zone(first.zone).date_of(first.due_at)
        text += f". Batas {labels.CLOCKS[first.clock][0]}: {_date(day)}"
    if with_whom and not state.status.final:
        text += f". {'Menunggu jawaban' if state.awaited else 'Instansi'}: {with_whom}"
    return about(tracked.report.tracking_id, f"{text}.")


def filed(report: Report, access_code: str | None, *, evidence_refused: int = 0) -> str:
    """That a report was filed, what to keep of it, and what happens next; in both languages."""
    shown, day = format_tracking_id(report.tracking_id), _date(VERIFIERS.date_of(report.deadline))
    lines = [f"LAPOR! Laporan Anda kami terima dengan nomor {shown}."]
    if access_code:
        lines.append(
            f"Kode akses: {format_access_code(access_code)}. Simpan dan jangan dibagikan: "
            "siapa pun yang memegangnya dapat membuka laporan ini."
        )
    lines.append(
        f"Petugas memeriksa laporan paling lambat {day}, lalu meneruskannya ke instansi yang berwenang. "
        + (_BY_MAIL if report.filing.channel is Channel.EMAIL else _BY_MESSAGE.format(shown=shown))
    )
    if evidence_refused:
        lines.append(f"{evidence_refused} lampiran tidak dapat diterima: {EVIDENCE_KINDS}.")
    lines.append(f"(Your report was received as {shown} and will be verified by {day}.)")
    return "\n".join(lines)


def with_refused(text: str, files_refused: int) -> str:
    """An answer that also tells how many files came too many, or too large."""
    if not files_refused:
        return text
    return f"{text} {files_refused} lampiran tidak dapat diterima: {EVIDENCE_KINDS}."


def joined(tracking_id: str) -> str:
    return about(tracking_id, "kiriman Anda ditambahkan ke laporan ini.")


def not_kept(tracking_id: str, reason: str) -> str:
    return about(tracking_id, f"satu lampiran tidak dapat disimpan. {reason}")


_BY_MESSAGE = (
    "Kirim STATUS {shown} untuk melihat kemajuannya, TAMBAH {shown} dan teks untuk melengkapinya, "
    "BANTUAN untuk perintah lain."
)
_BY_MAIL = (
    "Balas surel ini untuk melengkapinya; tulis STATUS pada baris pertama untuk melihat kemajuannya. "
    "Alamat balasannya hanya untuk laporan ini: jangan dibagikan."
)
EVIDENCE_KINDS = "kirim JPEG, PNG, WebP, HEIC, MP4, PDF, DOCX, XLSX, atau ODT"


def taken(tracking_id: str, word: Word) -> str:
    return about(tracking_id, _TAKEN[word])


def not_possible(tracking_id: str, status_label: str, fitting: frozenset[Word]) -> str:
    """What cannot be said now, and the commands that can."""
    can = ", ".join(sorted(_VERB_OF[word] for word in fitting if word in _VERB_OF)) or Verb.STATUS.value
    return about(
        tracking_id, f"status {status_label}, perintah itu belum/tidak berlaku. Yang dapat dikirim: {can}."
    )


def about(tracking_id: str, text: str) -> str:
    return f"LAPOR! {format_tracking_id(tracking_id)}: {text}"


def fitted(text: str, channel: Channel) -> str:
    """`text` cut, between words, to one message of the channel; for SMS in plain characters."""
    longest = LENGTHS.get(channel, LONGEST)
    if channel is Channel.SMS:
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if len(text) <= longest:
        return text
    head = text[: longest - 2]
    return head[: head.rfind(" ")].rstrip(" ,.;:") + ".."


def _date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
