"""Numbers, addresses and names in the odd forms that people give them, and what only looks like one."""

import pytest

from shared.text.masking import mask


@pytest.mark.parametrize(
    "number",
    [
        "0812 - 3456 - 7890",
        "0812, 3456, 7890",
        "0812_3456_7890",
        "0812*3456*7890",
        "0812...3456...7890",
        "0812 3456\n7890",
        "0812\u200b3456\u200b7890",
        "0812\u202f3456\u20097890",
        "⓪⑧①②③④⑤⑥⑦⑧⑨⓪",
        "0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣0️⃣",
        "０８１２３４５６７８９０",
    ],
)
def test_a_telephone_number_is_found_whatever_stands_between_its_digits(number):
    assert sum(c.isdigit() for c in mask(f"hubungi {number} segera")) == 4


@pytest.mark.parametrize(
    "text",
    [
        "hubungi noldelapansatuduatigaempat",
        "hubungi 08 satu dua tiga empat 5678",
        "hubungi nol 8 satu 2 tiga 4 lima 6 tujuh 8",
        "hubungi nol delapan satu 2345678",
    ],
)
def test_a_telephone_number_partly_in_words_is_hidden(text):
    assert mask(text) == "hubungi [nomor]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("telp 555123", "telp xxxxxx"),
        ("rekening BCA 1234 - 5678 - 90", "rekening BCA 1234 - xxxx - xx"),
        ("NPWP 08.254.294.3-407.000", "NPWP 08.25x.xxx.x-xxx.xxx"),
        ("paspor: X 123456", "paspor: X xxxxxx"),
        ("mobil L 1234 AB", "mobil L xxxx AB"),
        ("nopol: AB-1234-CD", "nopol: AB-xxxx-CD"),
    ],
)
def test_a_number_that_its_word_introduces_is_crossed_out(text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize(
    "address",
    [
        "budi @ contoh.id",
        "budi at contoh dot id",
        "budi {at} contoh {dot} id",
        "budi＠contoh.id",
        "budi@gmail",
    ],
)
def test_an_email_address_is_found_however_it_is_hidden(address):
    assert mask(f"ke {address}") == "ke b***@***"


@pytest.mark.parametrize(
    "text",
    [
        "buka 08.00 - 12.00, 13.00 - 16.00",
        "kejadian 08.15, 09.20, 10.30",
        "tidak cair 2020, 2021, 2022, 2023",
        "hp 2.500.000 hilang",
        "luas 20 m2, 30 m2",
        "motor 2 unit",
    ],
)
def test_times_years_and_counts_stay(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mohon dibantu. Terima kasih.\n\nSiti Aminah", "Mohon dibantu. Terima kasih.\n\n[nama]"),
        ("Hormat saya,\nSiti Aminah\nMalang", "Hormat saya,\n[nama]\nMalang"),
        ("Nama:\nSiti Aminah", "Nama:\n[nama]"),
        ("Pelapor: Siti Aminah", "Pelapor: [nama]"),
        ("Saya, Siti Aminah, warga Malang", "Saya, [nama], warga Malang"),
        ("nama saya pak joko", "nama saya pak [nama]"),
        ('nama saya "Siti"', 'nama saya "[nama]"'),
        ("istri saya Dewi ditolak", "istri saya [nama] ditolak"),
        ("pak\u00a0joko meminta", "pak [nama] meminta"),
        ("Pak  Joko", "Pak  [nama]"),
        ("bpk.Joko", "bpk.[nama]"),
        ("Dr Andi Wijaya menolak", "Dr [nama] menolak"),
        ("bidan Sari meminta uang", "bidan [nama] meminta uang"),
        ("Briptu Agus Setiawan", "Briptu [nama]"),
        ("ketua RT Slamet", "ketua RT [nama]"),
        ("ketua RT Bapak Slamet", "ketua RT Bapak [nama]"),
    ],
)
def test_a_name_is_found_where_letters_and_people_put_it(text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Anak Saya Ditolak Puskesmas",
        "Dokter Jarang Datang",
        "dokter Puskesmas Sukun",
        "RSUP Dr. Sardjito",
        "RS dr Soetomo antre",
        "Selamat pagi pak\nLampu jalan mati",
        "beasiswa dr Provinsi Jawa Barat",
        "surat sudah di ttd. Tapi belum terbit",
        "Salam hormat,\n\nBPJS Ketenagakerjaan",
        "mohon Bapak/Ibu membantu",
        "nama saya hilang dari daftar",
        "Pak RT setempat",
        "saya Warga Malang, mohon dibantu",
    ],
)
def test_what_only_looks_like_an_introduction_stays(text):
    assert mask(text) == text
