import time

import pytest

from shared.text.masking import mask


@pytest.mark.parametrize(
    "number",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "+62 812-3456-7890",
        "6281234567890",
        "62.812.3456.7890",
        "(021) 555-12345",
        "0812.345.678",
    ],
)
def test_a_telephone_number_keeps_four_digits(number):
    masked = mask(f"hubungi {number} segera")
    assert sum(c.isdigit() for c in masked) == 4
    assert masked.startswith("hubungi ")
    assert masked.endswith(" segera")


@pytest.mark.parametrize("number", ["3578011234560001", "3578 0112 3456 0001", "35.78.01.123456.0001"])
def test_an_identity_number_keeps_four_digits(number):
    assert sum(c.isdigit() for c in mask(f"NIK {number}")) == 4


def test_a_number_glued_to_a_word_is_masked():
    assert mask("rek1234567890") == "rek1234xxxxxx"


@pytest.mark.parametrize(
    "address",
    ["siti.aminah@contoh.co.id", "siti@contoh.id", "siti [at] contoh [dot] id", "siti(at)contoh.id"],
)
def test_an_email_address_is_masked(address):
    masked = mask(f"surel saya {address} terima kasih")
    assert "***@***" in masked
    assert "contoh" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "pungutan Rp 1.500.000.000 di kantor",
        "pungutan Rp1500000000 di kantor",
        "dana 1.250.000.000 rupiah",
        "pada 17-08-2026 10.30 pagi",
        "pada 2026-08-17 pukul 09:15",
        "kode pos 60111 dan RT 03 RW 07",
        "kirim SMS ke 1708",
    ],
)
def test_amounts_dates_and_short_numbers_stay(text):
    assert mask(text) == text


def test_a_number_after_a_date_is_still_masked():
    assert "7890" not in mask("sejak 17-08-2026 081234567890")


def test_masking_takes_linear_time():
    hostile = [
        "Pak " * 2500,
        "Pak A" + " B" * 5000,
        "nama saya " * 1000,
        "nol " * 2500,
        "rek " * 2500,
        "A. " * 3333,
        "1." * 5000,
        "a" * 10_000,
        "1 " * 5000,
        "a.b" * 3333 + "@",
        "1" * 10_000,
        "Rp 1.000" * 1250,
        "0 8 " * 3000,
        "0" + "," * 9000,
        "a at b dot " * 1000,
        "terima kasih\nA " * 800,
        "Saya " + "A " * 5000,
        " ".join(f"bernama Si{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(650)),
    ]
    slow = [text[:20] for text in hostile if _seconds(text) > 9 * _seconds(text[: len(text) // 4]) + 0.01]
    assert slow == []


def _seconds(text: str) -> float:
    """Of the processor; where time is quadratic, four times as much takes sixteen times as long."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        mask(text)
        taken.append(time.process_time() - started)
    return min(taken)


@pytest.mark.parametrize(
    "text",
    [
        "transfer ke rek BCA 1234567 hari itu",
        "no. rekening: 12-345-67 atas permintaan petugas",
        "NIK saya 357801",
        "nomor paspor A1234567",
        "NIP 19800101",
    ],
)
def test_a_short_number_after_the_word_for_an_account_is_hidden(text):
    assert not any(c.isdigit() for c in mask(text))


@pytest.mark.parametrize(
    "text",
    [
        "hubungi nol delapan satu dua tiga empat lima enam tujuh",
        "hubungi kosong delapan, satu dua, tiga empat lima",
        "hubungi 08l2 345 678 9O",
        "hubungi O812-3456-7890",
    ],
)
def test_a_telephone_number_in_words_or_with_letters_for_digits_is_hidden(text):
    assert mask(text) == "hubungi [nomor]"


@pytest.mark.parametrize(
    "text", ["satu dua orang petugas", "BPJS tahun 2024 ditolak", "SIM saya 3 kali ditolak"]
)
def test_small_numbers_in_words_and_after_a_card_stay(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Pak Joko Susilo meminta uang", "Pak [nama] meminta uang"),
        ("pak joko meminta uang", "pak [nama] meminta uang"),
        ("Pak Lurah Joko meminta uang", "Pak Lurah [nama] meminta uang"),
        ("bu guru Ani menolak", "bu guru [nama] menolak"),
        ("nama saya Siti Aminah dari Malang", "nama saya [nama] dari Malang"),
        ("nama saya siti aminah", "nama saya [nama]"),
        ("Nama: Rudi Salam\nAlamat: Malang", "Nama: [nama]\nAlamat: Malang"),
        ("rekening a.n. Budi Santoso", "rekening a.n. [nama]"),
        ("oknum berinisial AB", "oknum berinisial [nama]"),
        ("Sdr. Muhammad Rizki bin Abdullah", "Sdr. [nama]"),
        ("BAPAK JOKO WIDODO", "BAPAK [nama]"),
        ("Drs. H. Ahmad Fauzi menolak", "[nama] menolak"),
        ("Lurah Siti Aminah menarik pungli", "Lurah [nama] menarik pungli"),
        ("Kepala sekolah Bapak Budi Santoso meminta uang", "Kepala sekolah Bapak [nama] meminta uang"),
        ("Kepala Desa Bpk. Sutrisno", "Kepala Desa Bpk. [nama]"),
        ("Camat Ibu Sari menolak", "Camat Ibu [nama] menolak"),
        ("kades Budi minta uang", "kades [nama] minta uang"),
        ("Kepala Desa Joko Susilo", "Kepala Desa [nama]"),
        ("Lurah Bambang Sutrisno", "Lurah [nama]"),
        ("Bupati Bogor Ade Yasin hadir", "Bupati Bogor [nama] hadir"),
        ("LURAH SITI AMINAH", "LURAH [nama]"),
    ],
)
def test_a_name_that_the_words_around_it_introduce_is_hidden(text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Pak Bambang Sutejo minta uang. Bambang pergi, Sutejo diam.",
            "Pak [nama] minta uang. [nama] pergi, [nama] diam.",
        ),
        ("Hubungi Siti Aminah, rekening a.n. Siti Aminah", "Hubungi [nama], rekening a.n. [nama]"),
        ("saya bernama bambang; bambang dan BAMBANG", "saya bernama [nama]; [nama] dan [nama]"),
        ("pak bambang marah, kata Bambang", "pak [nama] marah, kata [nama]"),
        ("bang ojek menolak, tukang ojek lain mau", "bang [nama] menolak, tukang ojek lain mau"),
        ("Nama anak saya Dimas. Dimas sakit", "Nama anak saya [nama]. [nama] sakit"),
        ("dokter dr. Andi Ma'ruf; kata Ma'ruf", "dokter [nama]; kata [nama]"),
        ("Pak Untung datang, untung tidak lama", "Pak [nama] datang, untung tidak lama"),
        ("Bu Mawar tinggal di Jalan Mawar 7", "Bu [nama] tinggal di Jalan Mawar 7"),
        ("Pak Lurah Budi dan Lurah lain", "Pak Lurah [nama] dan Lurah lain"),
    ],
)
def test_a_name_that_was_introduced_once_is_hidden_wherever_it_stands(text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Pak Lurah menolak",
        "lurah setempat menolak, camat juga",
        "Lurah Kebon Jeruk menolak",
        "Kepala Desa Sukamaju menolak",
        "Wali Kota Surabaya dan Gubernur Jawa Timur",
        "Bupati Bogor Jawa Barat",
        "Kepala Sekolah SMPN 3 Malang",
        "Kepala Dinas Perhubungan",
        "Gubernur DKI Jakarta",
        "Yth. Bapak Presiden Republik Indonesia",
        "Bapak/Ibu yang terhormat",
        "ibu hamil tidak dilayani",
        "lampu di Jalan H. Agus Salim padam",
        "pindah ke Ibu Kota Nusantara",
        "Pak RT 03 dan Pak RW 07",
        "anggaran dana desa belum cair",
    ],
)
def test_offices_places_and_salutations_stay(text):
    assert mask(text) == text
