"""Why a file that looked allowed is not kept after all. The code travels in `evidence.rejected`."""

from shared.labelled import Labelled


class Reason(Labelled):
    """Each has a sentence for its sender in `label` and `label_en`."""

    TYPE = "type", "Jenis berkas tidak diterima.", "This type of file is not accepted."
    DAMAGED = (
        "damaged",
        "Berkas rusak atau tidak lengkap. Silakan kirim ulang.",
        "The file is damaged or incomplete. Please send it again.",
    )
    ENCRYPTED = (
        "encrypted",
        "Berkas terkunci kata sandi. Kirim tanpa kata sandi.",
        "The file is locked with a password. Send it without one.",
    )
    TOO_LARGE = "too_large", "Berkas melebihi batas ukuran.", "The file is larger than allowed."
    BOMB = (
        "bomb",
        "Isi berkas jauh lebih besar daripada ukurannya.",
        "The file's content is far larger than the file.",
    )
    MACROS = (
        "macros",
        "Dokumen memuat program (makro atau objek tertanam).",
        "The document holds programs (macros or embedded objects).",
    )
    MALWARE = "malware", "Berkas memuat program berbahaya.", "The file holds a malicious program."
    DUPLICATE = (
        "duplicate",
        "Berkas yang sama sudah ada pada laporan.",
        "The report has the same file already.",
    )
    LOST = (
        "lost",
        "Berkas tidak tersimpan utuh di pihak kami. Silakan kirim ulang.",
        "We did not keep the file whole. Please send it again.",
    )
    UNREADABLE = (
        "unreadable",
        "Berkas tidak dapat diperiksa, sehingga tidak dapat dipakai.",
        "The file could not be examined and so cannot be used.",
    )


class Refused(Exception):
    """The file is not to be used; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
