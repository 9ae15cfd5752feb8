"""What the steps of a reveal are called on its pages: Indonesian first, English beside it."""

from datetime import datetime

from services.intake.api.reveal_bodies import RevealLine
from services.intake.identity.store import RevealState

Words = tuple[str, str]

WAITING, READY, SHOWN, REFUSED, EXPIRED = "waiting", "ready", "shown", "refused", "expired"

STANDINGS: dict[str, Words] = {
    WAITING: ("Menunggu petugas kedua", "Waiting for a second officer"),
    READY: ("Disetujui, belum dilihat", "Approved, not yet seen"),
    SHOWN: ("Sudah dilihat", "Seen"),
    REFUSED: ("Ditolak", "Refused"),
    EXPIRED: ("Kedaluwarsa", "Expired"),
}

STEPS: dict[str, Words] = {
    "asked": ("Diminta", "Asked for"),
    "approved": ("Disetujui", "Approved"),
    "refused": ("Ditolak", "Refused"),
    "shown": ("Dilihat", "Seen"),
    "denied": ("Percobaan ditolak sistem", "Attempt denied"),
    "enrolled": ("Pemegang kunci didaftarkan", "Key holder enrolled"),
}

DENIALS: dict[str, Words] = {
    "account-too-new": ("akun baru dibuat atau diubah petugas lain", "account made or changed lately"),
    "outside-scope": ("di luar kewenangan", "outside the officer's scope"),
    "nothing-sealed": ("tidak ada identitas tersimpan", "no identity is kept"),
    "two-persons": ("memutuskan permintaan sendiri", "own request"),
    "reveal-decided": ("sudah diputuskan", "decided already"),
    "reveal-expired": ("waktunya lewat", "its time was over"),
    "not-a-key-holder": ("bukan pemegang kunci", "holds no key"),
    "wrong-code": ("kode tidak cocok", "code did not match"),
    "not-yours": ("bukan pemintanya", "was not the one who asked"),
    "already-shown": ("sudah pernah dilihat", "seen already"),
    "not-approved": ("belum disetujui", "not approved"),
}


def standing(line: RevealLine, now: datetime) -> str:
    """Where a request stands for people: a time that is over counts at once, whoever has noted it."""
    if line.state is RevealState.ASKED:
        return EXPIRED if now > line.approve_until else WAITING
    if line.state is RevealState.APPROVED:
        return EXPIRED if line.collect_until is None or now > line.collect_until else READY
    return {RevealState.SHOWN: SHOWN, RevealState.REFUSED: REFUSED, RevealState.VOID: EXPIRED}[line.state]
