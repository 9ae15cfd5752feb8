"""What there is to look at: every page's name, its address, and as whom it is looked at."""

from dataclasses import dataclass

from deploy.demo.office import Office
from deploy.screenshots import acting

OWNER, ACCOUNT = "pelapor", "pelapor-berakun"


@dataclass(frozen=True)
class Look:
    """One page. `who` is a sample officer's name, the report's OWNER, or a reporter's ACCOUNT; None: anybody.

    `opened`: with every part unfolded. `first`: what is done on it before.
    """

    name: str
    path: str
    who: str | None = None
    opened: bool = False
    first: acting.Act | None = None


WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
KEPT = {
    ("depan", 1440, "light"), ("depan", 360, "dark"), ("lapor", 360, "light"), ("laporan", 768, "light"),
    ("perkara", 1440, "light"), ("perkara", 360, "light"), ("kinerja", 1440, "light"),
    ("kinerja", 360, "dark"),
    ("antrean", 1440, "light"), ("kasus", 1440, "light"), ("serupa", 1440, "light"), ("meja", 360, "light"),
    ("disposisi", 1440, "dark"), ("pengawasan", 768, "light"), ("konsol", 1440, "dark"),
}  # fmt: skip
"""What stands in the documentation: few, and small."""


def looks(office: Office) -> list[Look]:
    """Every page, with what the office has left on it."""
    case, leg = f"/petugas/kasus/{office.waiting.report_id}", f"/petugas/disposisi/{office.leg_id}"
    secret = f"/petugas/kasus/{office.secret.report_id}"
    answered = office.answered.tracking_id
    asking = f"/petugas/identitas/baru?nomor={office.waiting.tracking_id}"
    console, dead = "/petugas/konsol", "/petugas/konsol/pesan-gagal"
    return [
        Look("depan", "/"),
        Look("lapor", "/lapor"),
        Look("lapor-salah", "/lapor", first=acting.pressed("#langkah button[value=next]")),
        Look("lapor-tempat", "/lapor", first=acting.filing("place")),
        Look("lapor-bukti", "/lapor", first=acting.filing("evidence")),
        Look("lapor-identitas", "/lapor", first=acting.filing("identity")),
        Look("lapor-periksa", "/lapor", first=acting.filing("check")),
        Look("lapor-terkirim", "/lapor", first=acting.filed),
        Look("lapor-lanjut", "/lapor/lanjut"),
        Look("akun-pelapor", "/akun", ACCOUNT, opened=True),
        Look("akun-pengaturan", "/akun/pengaturan", ACCOUNT, opened=True),
        Look("lacak", "/lacak"),
        Look("laporan", "/laporan"),
        Look("laporan-kosong", "/laporan?q=tidak+ada+yang+cocok"),
        Look("perkara", f"/lacak/{answered}"),
        Look("kinerja", "/kinerja"),
        Look("tenggat", "/tenggat?clock=verification&start=2026-07-06T09:00:00%2B07:00"),
        Look("cara-kerja", "/tentang"),
        Look("bukan-untuk-ini", "/bukan-untuk-ini"),
        Look("privasi", "/privasi"),
        Look("luring", "/luring"),
        Look("masuk-akun", "/akun/masuk"),
        Look("tidak-ada", "/halaman-yang-tidak-ada"),
        Look("masuk", "/petugas/masuk"),
        Look("antrean", "/petugas/antrean", "ratna"),
        Look("antrean-saringan", "/petugas/antrean?channel=x&region=entah", "ratna"),
        Look("antrean-pengawas", "/petugas/antrean", "sari"),
        Look("antrean-arsip", "/petugas/antrean", "ratna", first=acting.archived),
        Look("kasus", case, "ratna"),
        Look("kasus-terbuka", case, "ratna", opened=True),
        Look("kasus-rahasia", secret, "ratna"),
        Look("kasus-terjawab", f"/petugas/kasus/{office.answered.report_id}", "ratna"),
        Look("serupa", f"{case}/serupa", "ratna"),
        Look("pembaca", f"{secret}/pembaca", "sari"),
        Look("catatan-baca", "/petugas/pembaca", "tari"),
        Look("catatan-baca-kosong", "/petugas/pembaca?petugas=tidak.ada", "tari"),
        Look("catatan-baca-instansi", "/petugas/pengawasan/pembaca", "sari"),
        Look("akun", "/petugas/akun", "ratna"),
        Look("akun-satu", "/petugas/akun/wulan", "ratna"),
        Look("akun-auditor", "/petugas/akun", "tari"),
        Look("saya", "/petugas/saya", "ratna"),
        Look("identitas-baru", asking, "ratna"),
        Look("identitas-kode", asking, "ratna", first=acting.asked),
        Look("identitas", "/petugas/identitas", "ratna"),
        Look("identitas-satu", "/petugas/identitas", "ratna", first=acting.pressed(".reveals h2 a >> nth=0")),
        Look("identitas-catatan", "/petugas/identitas/catatan", "sari"),
        Look("berkas", f"/petugas/bukti/{office.waiting.tracking_id}", "ratna"),
        Look("hitungan", f"/petugas/tenggat/{office.answered.report_id}", "ratna", opened=True),
        Look("kalender", "/petugas/kalender", "ratna"),
        Look("kalender-hari", "/petugas/kalender/hari", "ratna"),
        Look("kalender-dampak", "/petugas/kalender/hari", "ratna", first=acting.amended(office.workday)),
        Look("kalender-batas", "/petugas/kalender/batas", "ratna"),
        Look("meja", "/petugas/disposisi", "wulan"),
        Look("meja-kosong", "/petugas/disposisi?tampilan=lambat", "made"),
        Look("disposisi", leg, "wulan"),
        Look("disposisi-terbuka", leg, "wulan", opened=True),
        Look("disposisi-pratinjau", leg, "wulan", first=acting.answered),
        Look("instansi", "/petugas/instansi", "bagus"),
        Look("pengawasan", "/petugas/pengawasan", "sari"),
        Look("konsol", console, "joko"),
        Look("pesan-gagal", dead, "joko"),
        Look("pesan-gagal-satu", f"{dead}/satu?antrean=sla.facts&nomor={office.letter}", "joko"),
        Look("pesan-gagal-ulangi", f"{dead}/periksa?semua=true&aksi=ulangi", "joko"),
        Look("pesan-gagal-buang", f"{dead}/periksa?semua=true&aksi=buang", "joko"),
        Look("bukan-peran", "/petugas/konsol", "wulan"),
        Look("pelacakan", f"/lacak/{answered}", OWNER, opened=True),
        Look("tanda-terima", f"/tanda-terima/{answered}", OWNER),
    ]
