"""What somebody is asked who is to follow something, in the languages of messages; one SMS each."""

WORDS = {
    "id": "LAPOR! Ada yang meminta kabar laporan {about} untuk kontak ini. Jika itu Anda, buka {link} "
    "dalam {days} hari. Jika bukan, abaikan.",
    "en": "LAPOR! Somebody asked for news of reports ({about}) to this contact. If it was you, open {link} "
    "within {days} days. If not, do nothing.",
    "jv": "LAPOR! Wonten ingkang nyuwun kabar laporan {about} kagem kontak punika. Menawi panjenengan, "
    "bikak {link} salebetipun {days} dinten.",
    "su": "LAPOR! Aya nu ménta béja laporan {about} pikeun kontak ieu. Upami éta Anjeun, buka {link} "
    "dina {days} poé. Upami sanés, antep.",
}
QUESTION = ("Kirim kabar ini ke kontak Anda?", "Send this news to your contact?")
DONE = (
    "Kontak Anda dikonfirmasi. Setiap kabar memuat tautan untuk berhenti.",
    "Your contact is confirmed. Every message has a link that ends it.",
)
