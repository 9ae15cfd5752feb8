"""The pages behind links in mails: plain HTML, Indonesian first, no script and nothing fetched from anywhere.

Whatever they show is escaped here; they never say who reported.
"""

from html import escape

from fastapi.responses import HTMLResponse

from services.routing.domain.commands import QUESTION, REASON, SUBSTANCE
from services.routing.domain.leg import Leg
from shared.calendar import Zone
from shared.security.codes import format_tracking_id
from shared.security.links import Purpose
from shared.web.plain import plain_page

LONGEST = 10_000
"""Characters of an answer."""
LONGEST_QUESTION = 2_000
LONGEST_REASON = 1_000

TITLES = {
    Purpose.ACKNOWLEDGE: ("Nyatakan laporan diterima", "Acknowledge this report"),
    Purpose.ASK: ("Ajukan pertanyaan kepada pelapor", "Ask the reporter"),
    Purpose.ANSWER: ("Jawab laporan", "Answer this report"),
    Purpose.COMPLETE: ("Nyatakan tuntas", "State that it is done"),
    Purpose.RETURN: ("Kembalikan laporan", "Return this report"),
}
DONE = {
    Purpose.ACKNOWLEDGE: (
        "Terima kasih. Tercatat bahwa instansi Anda sudah menerima laporan ini.",
        "Thank you. It is recorded that your agency has this report.",
    ),
    Purpose.ASK: (
        "Terima kasih. Pertanyaan Anda diteruskan kepada pelapor; batas waktu berhenti sampai dijawab.",
        "Thank you. Your question goes to the reporter; your deadlines stand still until it is answered.",
    ),
    Purpose.ANSWER: (
        "Terima kasih. Jawaban Anda sudah tercatat dan diteruskan kepada pelapor.",
        "Thank you. Your answer is recorded and goes to the reporter.",
    ),
    Purpose.COMPLETE: (
        "Terima kasih. Tercatat bahwa tindak lanjut sudah tuntas; pelapor dikabari.",
        "Thank you. It is recorded that the work is done; the reporter is told.",
    ),
    Purpose.RETURN: (
        "Laporan sudah dikembalikan beserta alasannya, dan diteruskan ke instansi berikutnya.",
        "The report has been returned with your reason and goes to the next agency.",
    ),
}


def form(
    purpose: Purpose, leg: Leg, *, typed: str = "", wrong: tuple[str, str] | None = None
) -> HTMLResponse:
    """What the link is for, the report, and one button. Looking at it changes nothing."""
    body = [wrong_words(wrong) if wrong else "", '<form method="post">', _fields(purpose, typed)]
    body += [f'<button type="submit">{TITLES[purpose][0]}</button>', "</form>"]
    return around(purpose, leg, body, 422 if wrong else 200)


def around(purpose: Purpose, leg: Leg, body: list[str], status: int) -> HTMLResponse:
    """A form with what it is about. `body` is markup in which everything foreign was escaped."""
    title, title_en = TITLES[purpose]
    return _page(title, [_about(leg), *body, _en(title_en)], status)


def done(purpose: Purpose, leg: Leg) -> HTMLResponse:
    """What was done, without the report's text: the page may stay open on an office's screen."""
    return _page(TITLES[purpose][0], [_sentence(*DONE[purpose]), _about(leg, text=False)])


def told(title: str, words: str, words_en: str, status: int) -> HTMLResponse:
    """Why the link does nothing (any more), kindly."""
    return _page(title, [_sentence(words, words_en)], status)


def _about(leg: Leg, *, text: bool = True) -> str:
    created = leg.created
    day = Zone(created.zone).date_of(created.occurred_at)
    rows = {
        "Nomor": format_tracking_id(created.tracking_id),
        "Instansi": created.agency_name,
        "Diterima": f"{day:%d-%m-%Y}",
    }
    if not created.secret:
        rows |= {"Judul": created.title, "Kategori": created.category}
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows.items())
    if not text:
        return f"<dl>{listed}</dl>"
    if created.secret:
        hint = "Laporan ini rahasia: isinya tidak ditampilkan lewat tautan. Masuk untuk membacanya."
        return f'<dl>{listed}</dl><p class="small">{hint}</p>'
    return f"<dl>{listed}</dl><blockquote>{escape(created.text)}</blockquote>"


def _fields(purpose: Purpose, typed: str) -> str:
    if purpose is Purpose.ACKNOWLEDGE:
        return ""
    label, least, most = {
        Purpose.ASK: ("Pertanyaan kepada pelapor", QUESTION, LONGEST_QUESTION),
        Purpose.ANSWER: ("Jawaban untuk pelapor", SUBSTANCE, LONGEST),
        Purpose.RETURN: ("Alasan pengembalian", REASON, LONGEST_REASON),
    }[purpose]
    field = (
        f'<label for="text">{label}</label>'
        f'<textarea id="text" name="text" required minlength="{least}" maxlength="{most}">'
        f"{escape(typed)}</textarea>"
    )
    if purpose is not Purpose.RETURN:
        return f'{field}<p class="small">Jangan menulis data pribadi pelapor.</p>'
    return (
        f'{field}<label for="agency">Instansi yang berwenang, bila Anda tahu kodenya (boleh kosong)</label>'
        '<input id="agency" name="agency" maxlength="120" autocomplete="off" pattern="[a-z0-9.\\-]*">'
    )


def _sentence(words: str, words_en: str) -> str:
    return f'<p>{escape(words)}</p><p lang="en">{escape(words_en)}</p>'


def wrong_words(words: tuple[str, str]) -> str:
    """What is wrong, in two languages."""
    return f'<div class="wrong" role="alert">{_sentence(*words)}</div>'


def _en(words: str) -> str:
    return f'<p lang="en">{escape(words)}</p>'


def _page(title: str, body: list[str], status: int = 200) -> HTMLResponse:
    return plain_page(title, "".join(body), status)
