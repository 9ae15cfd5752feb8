"""Who else can help: found in what people write, and never where an office's service is meant."""

import pytest

from services.intake.questions.scope import out_of_scope


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tolong, rumah terbakar di gang sebelah!", "emergency"),
        ("Ada yang butuh ambulans sekarang di Jalan Melati", "emergency"),
        ("Motor saya dicuri tadi malam di depan rumah.", "crime"),
        ("Perkara saya sedang disidangkan, mohon dibantu.", "in-court"),
        ("Teman saya tidak bayar utang sejak tahun lalu", "private-dispute"),
        ("Barang tidak sampai padahal sudah saya bayar", "consumer"),
    ],
)
def test_what_others_handle_is_told_apart(text, code):
    assert out_of_scope("Mohon bantuan", text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "Jalan berlubang di depan pasar sudah tiga bulan tidak diperbaiki.",
        "Motor saya dicuri dan laporan polisi saya tidak pernah ditindaklanjuti.",
        "Rumah terbakar bulan lalu dan pemadam terlambat datang.",
        "Petugas pengadilan meminta uang untuk salinan putusan pengadilan.",
        "Lampu jalan padam; kemarin hampir terjadi kecelakaan.",
        "",
    ],
)
def test_complaints_about_a_public_service_belong_here(text):
    assert out_of_scope("Keluhan", text) is None


@pytest.mark.parametrize(
    "text", ["Toko sebelah SEDANG  DIRAMPOK!!!", "sedang-dirampok", "Kami sedang\ndirampok."]
)
def test_case_and_punctuation_do_not_matter(text):
    assert out_of_scope("", text).certain


def test_a_word_inside_another_is_not_that_word():
    assert out_of_scope("", "Refundasi dan toko onlinewan") is None


def test_only_phrases_that_leave_no_doubt_are_certain():
    assert not out_of_scope("", "Motor saya dicuri").certain


def test_danger_to_life_comes_first():
    assert out_of_scope("Motor saya dicuri", "dan sekarang saya sedang disandera").code == "emergency"


def test_every_redirection_says_where_to_go_in_both_languages():
    for text in ("rumah terbakar", "saya ditipu", "putusan pengadilan", "utang piutang", "refund"):
        told = out_of_scope("", text)
        assert told.text and told.text_en and all(place.name and place.name_en for place in told.where)
