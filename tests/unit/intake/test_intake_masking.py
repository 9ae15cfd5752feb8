import time

import pytest

from services.intake.domain.masking import mask


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
    hostile = ["1." * 5000, "a" * 10_000, "1 " * 5000, "a.b" * 3333 + "@", "1" * 10_000, "Rp 1.000" * 1250]
    started = time.perf_counter()
    for text in hostile:
        mask(text)
    assert time.perf_counter() - started < 1
