from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.sms import (
    Placing,
    Series,
    assemble,
    clean,
    place,
    read,
    split_keyword,
    without_repetition,
)

NOW = datetime(2026, 7, 6, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "hint", "rest"),
    [
        ("KAB. NGANJUK jalan rusak parah", "KAB. NGANJUK", "jalan rusak parah"),
        ("kab nganjuk jalan rusak parah", "KAB. NGANJUK", "jalan rusak parah"),
        ("KABUPATEN HULU SUNGAI UTARA jalan rusak", "KAB. HULU SUNGAI UTARA", "jalan rusak"),
        ("kab bandung barat jalan rusak", "KAB. BANDUNG BARAT", "jalan rusak"),
        ("KOTA SURABAYA: lampu mati", "KOTA SURABAYA", "lampu mati"),
        ("Kota Surabaya lampu mati", "KOTA SURABAYA", "lampu mati"),
        ("KOTA SURABAYA LAMPU MATI", "KOTA SURABAYA", "LAMPU MATI"),
        ("PROV. JAWA TIMUR bantuan belum cair", "PROV. JAWA TIMUR", "bantuan belum cair"),
        ("Lapor jabar saya ingin bertanya", "JABAR", "saya ingin bertanya"),
        ("LAPOR KAB. NGANJUK jalan rusak", "KAB. NGANJUK", "jalan rusak"),
        ("Lapor KEMENSOS bantuan belum cair", "KEMENSOS", "bantuan belum cair"),
        ("lapor jalan rusak di depan pasar", None, "lapor jalan rusak di depan pasar"),
        ("jalan rusak di kota kami", None, "jalan rusak di kota kami"),
        ("kota", None, "kota"),
        ("", None, ""),
    ],
)
def test_the_keyword_is_what_the_message_begins_with(message, hint, rest):
    assert split_keyword(message) == (hint, rest)


@pytest.mark.parametrize("between", ["", " ", "\n", "  "])
def test_a_text_sent_twice_in_one_message_is_kept_once(between):
    text = "KAB. NGANJUK jalan rusak"
    assert without_repetition(text + between + text) == text


def test_a_short_word_said_twice_stays():
    assert without_repetition("hati-hati") == "hati-hati"


@given(st.text(min_size=1, max_size=40).filter(lambda t: len(t.strip()) >= 10))
def test_what_was_doubled_is_halved(text):
    text = text.strip()
    assert without_repetition(text + text) == text


@given(st.permutations(range(1, 6)))
def test_parts_are_put_in_order_however_they_came(order):
    parts = {number: f"bagian{number}." for number in order}
    assert assemble(parts, 5) == "bagian1.bagian2.bagian3.bagian4.bagian5."


def test_a_missing_part_is_marked_where_it_is_missing():
    assert assemble({1: "awal", 3: "akhir"}, 3) == "awal [bagian 2 hilang] akhir"


def test_a_message_becomes_a_report_with_its_words_unchanged():
    report = read("KAB. NGANJUK jalan rusak di depan pasar lama")
    assert report is not None
    assert report.text == "KAB. NGANJUK jalan rusak di depan pasar lama"
    assert report.title == "jalan rusak di depan pasar lama"
    assert report.agency_hint == "KAB. NGANJUK"


def test_a_long_message_gets_a_short_title():
    report = read("jalan " * 100)
    assert report is not None
    assert len(report.title) <= 61
    assert report.title.endswith("jalan…")


@pytest.mark.parametrize("message", ["", "tes", "KAB. NGANJUK halo", "   "])
def test_a_message_that_says_nothing_is_no_report(message):
    assert read(message) is None


def test_control_characters_are_dropped():
    assert clean("jalan\x00 rusak\x1b\nparah\ud800") == "jalan rusak\nparah"


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    report = read(text)
    assert report is None or (len(report.title) >= 1 and "\x00" not in report.text)


def _series(**changes) -> Series:
    given_values = {"series_id": uuid4(), "total": 3, "parts": {1: "a"}, "last_at": NOW}
    return Series(**{**given_values, **changes})


@pytest.mark.parametrize(
    ("series", "number", "text", "expected"),
    [
        (None, 1, "a", Placing.BEGINS),
        (_series(), 2, "b", Placing.JOINS),
        (_series(), 1, "a", Placing.REPEATED),
        (_series(), 1, "other", Placing.BEGINS),
        (_series(total=2), 2, "b", Placing.BEGINS),
        (_series(settled=True, report_id=uuid4()), 2, "b", Placing.LATE),
        (_series(settled=True, report_id=uuid4()), 1, "a", Placing.REPEATED),
        (_series(settled=True), 2, "b", Placing.REVIVES),
        (_series(last_at=NOW - timedelta(days=2)), 2, "b", Placing.BEGINS),
    ],
)
def test_a_part_belongs_where_its_number_and_time_say(series, number, text, expected):
    assert place(series, number, 3, text, NOW) is expected
