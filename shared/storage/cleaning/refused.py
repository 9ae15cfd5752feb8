"""Why a file that looked allowed is not kept after all. The code travels in `evidence.rejected`."""

from enum import StrEnum


class Reason(StrEnum):
    """Each has a sentence for its sender in `label` and `label_en`."""

    TYPE = "type"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    BOMB = "bomb"
    MACROS = "macros"
    MALWARE = "malware"
    DUPLICATE = "duplicate"
    LOST = "lost"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def label_en(self) -> str:
        return _LABELS[self][1]


_LABELS = {
    Reason.TYPE: ("Jenis berkas tidak diterima.", "This type of file is not accepted."),
    Reason.DAMAGED: (
        "Berkas rusak atau tidak lengkap. Silakan kirim ulang.",
        "The file is damaged or incomplete. Please send it again.",
    ),
    Reason.ENCRYPTED: (
        "Berkas terkunci kata sandi. Kirim tanpa kata sandi.",
        "The file is locked with a password. Send it without one.",
    ),
    Reason.TOO_LARGE: ("Berkas melebihi batas ukuran.", "The file is larger than allowed."),
    Reason.BOMB: (
        "Isi berkas jauh lebih besar daripada ukurannya.",
        "The file's content is far larger than the file.",
    ),
    Reason.MACROS: (
        "Dokumen memuat program (makro atau objek tertanam).",
        "The document holds programs (macros or embedded objects).",
    ),
    Reason.MALWARE: ("Berkas memuat program berbahaya.", "The file holds a malicious program."),
    Reason.DUPLICATE: ("Berkas yang sama sudah ada pada laporan.", "The report has the same file already."),
    Reason.LOST: (
        "Berkas tidak tersimpan utuh di pihak kami. Silakan kirim ulang.",
        "We did not keep the file whole. Please send it again.",
    ),
    Reason.UNREADABLE: (
        "Berkas tidak dapat diperiksa, sehingga tidak dapat dipakai.",
        "The file could not be examined and so cannot be used.",
    ),
}


class Refused(Exception):
    """The file is not to be used; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
