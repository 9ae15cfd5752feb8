"""The completion behind a link in a mail: what was done, files that show it, or why there are none.

Files go to intake, at its own address, with the link as their pass; what was typed beside one comes back.
"""

from collections.abc import Mapping, Sequence
from html import escape

from fastapi.responses import HTMLResponse

from services.routing.domain.commands import Word
from services.routing.domain.leg import Leg
from services.routing.domain.refusal import Refused
from services.routing.links import pages
from services.routing.pages.proof import FILE, LONGEST_REASON, REASON, UNSENT, chosen
from shared.contracts import ResponseKind
from shared.security.codes import format_tracking_id
from shared.security.links import Purpose
from shared.text.substance import Gap, is_physical


def word_of(fields: Mapping[str, str]) -> Word:
    """Raises `Refused` for a file that was chosen and never sent, and for what no form of ours sends."""
    if unsent := fields.get(UNSENT):
        name = unsent[:100]
        raise Refused(
            "file-not-sent",
            f"Berkas {name} belum diunggah. Pilih lagi lalu tekan Unggah.",
            f"The file {name} has not been uploaded. Choose it again and press Upload.",
            field="evidence",
        )
    try:
        files = chosen(fields)
    except ValueError:
        files = ()
    reason = fields.get(REASON, "")[:LONGEST_REASON]
    return Word(ResponseKind.COMPLETION, fields.get("text", ""), evidence=files, without_evidence=reason)


def form(token: str, leg: Leg, fields: Mapping[str, str], faults: Sequence[Gap] = ()) -> HTMLResponse:
    """With what was typed, and each fault beside its field. Looking at it changes nothing."""
    upload = f"/l/{escape(token)}/bukti/{format_tracking_id(leg.created.tracking_id)}"
    boxes = [name for name in fields if name.startswith(f"{FILE}-")]
    ticks = "".join(
        f'<li><label><input type="checkbox" name="{escape(name)}" value="1" checked> '
        f"Berkas {place}</label></li>"
        for place, name in enumerate(boxes, 1)
    )
    wanted = " (wajib, atau sebutkan alasannya di bawah)" if is_physical(leg.created.category) else ""
    inside = [
        '<form method="post">',
        _wrong(faults, "text"),
        '<label for="text">Apa yang dikerjakan, di mana, kapan, dan oleh siapa</label>',
        f'<textarea id="text" name="text" required maxlength="{pages.LONGEST}">',
        f"{escape(fields.get('text', ''))}</textarea>",
        '<p class="small">Kalimat baku saja tidak cukup. Jangan menulis data pribadi pelapor.</p>',
        _wrong(faults, "evidence"),
        f"<ul>{ticks}</ul>" if ticks else "",
        f'<label for="berkas">Foto atau dokumen hasil pekerjaan{wanted}</label>',
        '<input id="berkas" name="file" type="file" accept="image/*,video/mp4,application/pdf">',
        f'<button formaction="{upload}" formenctype="multipart/form-data" formnovalidate>Unggah</button>',
        '<label for="alasan">Bila tidak ada bukti: mengapa? (dibaca pelapor)</label>',
        f'<textarea id="alasan" name="{REASON}" maxlength="{LONGEST_REASON}">',
        f"{escape(fields.get(REASON, ''))}</textarea>",
        '<button name="langkah" value="kirim">Nyatakan tuntas</button></form>',
    ]
    return pages.around(Purpose.COMPLETE, leg, inside, 422 if faults else 200)


def _wrong(faults: Sequence[Gap], field: str) -> str:
    found = [fault for fault in faults if fault.field == field]
    return "".join(pages.wrong_words((fault.text, fault.text_en)) for fault in found)
