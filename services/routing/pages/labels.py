"""What things are called on the desk's pages: Indonesian first, English beside it."""

from services.routing.domain.leg import LegState
from shared.contracts import CaseStatus, Classification, ReporterWord

Label = tuple[str, str]

_STATES_EN = {
    LegState.CREATED: "New",
    LegState.DELEGATED: "Delegated",
    LegState.ACKNOWLEDGED: "Acknowledged",
    LegState.ANSWERED: "Answered",
    LegState.COMPLETED: "Completed",
    LegState.RETURNED: "Returned",
    LegState.REDIRECTED: "Redirected",
    LegState.SETTLED: "Closed",
}
STATES: dict[str, Label] = {state.value: (state.label, _STATES_EN[state]) for state in LegState}

CLASSIFICATIONS: dict[str, Label] = {one.value: (one.label, one.label_en) for one in Classification}
CASES: dict[str, Label] = {status.value: (status.label, status.label_en) for status in CaseStatus}

STEPS: dict[str, Label] = {
    "disposition.created": ("Dikirim ke instansi", "Sent to the agency"),
    "disposition.acknowledged": ("Diterima instansi", "Acknowledged by the agency"),
    "disposition.delegated": ("Didelegasikan ke unit", "Delegated to a unit"),
    "disposition.asked": ("Instansi bertanya kepada pelapor", "The agency asked the reporter"),
    "disposition.responded": ("Instansi menanggapi", "The agency answered"),
    "disposition.completed": ("Instansi menyatakan tuntas", "The agency stated completion"),
    "disposition.returned": ("Dikembalikan", "Returned"),
    "disposition.redirected": ("Dialihkan ke instansi lain", "Redirected to another agency"),
    "disposition.reporter-said": ("Kata pelapor", "The reporter's words"),
}

WORDS: dict[str, Label] = {
    ReporterWord.SUPPLEMENT: ("Pelapor melengkapi laporan", "The reporter added details"),
    ReporterWord.REPLY: ("Pelapor membalas", "The reporter replied"),
    ReporterWord.OBJECTION: ("Pelapor keberatan", "The reporter objected"),
    ReporterWord.ACCEPTANCE: ("Pelapor menerima hasilnya", "The reporter accepted the result"),
    ReporterWord.WITHDRAWAL: ("Pelapor mencabut laporan", "The reporter withdrew the report"),
    ReporterWord.RATING: ("Pelapor memberi nilai", "The reporter gave a rating"),
    ReporterWord.SILENCE: (
        "Waktu pelapor untuk menjawab sudah habis",
        "The reporter's time to answer is over",
    ),
}

KINDS: dict[str, Label] = {
    "acknowledgement": ("Penerimaan", "Acknowledgement"),
    "response": ("Tanggapan", "Answer"),
    "return": ("Pengembalian", "Return"),
    "delegation": ("Delegasi", "Delegation"),
    "question": ("Pertanyaan", "Question"),
    "completion": ("Penuntasan", "Completion"),
    "redirection": ("Pengalihan", "Redirection"),
}


def step_label(entry: dict[str, object]) -> Label:
    """A step of a leg's history; the reporter's words say which."""
    word = entry.get("word")
    if word is not None:
        return WORDS.get(str(word), STEPS["disposition.reporter-said"])
    kind = str(entry["type"])
    return STEPS.get(kind, (kind, kind))


def actor_label(actor: str | None) -> Label | None:
    """By which way it came; None where the system itself did it."""
    if not actor:
        return None
    way, _, who = actor.partition(".")
    if way == "agency" and who:
        return ("lewat sistem instansi", "by the agency's system")
    if way == "link" and who:
        return ("lewat tautan surel", "by a link in a mail")
    return (f"oleh {actor}", f"by {actor}")
