"""The filing form: what it makes of what was typed, and what it says is wrong."""

from dataclasses import replace

import pytest

from services.intake.pages import typed
from services.intake.pages.typed import STEPS, Typed

FILLED = {
    "text": "Jalan di depan pasar berlubang sejak dua minggu lalu.",
    "title": "Jalan berlubang",
    "place": "Depan pasar",
}


def form(**values: str) -> Typed:
    empty = typed.empty("id")
    return replace(empty, values={**empty.values, **FILLED, **values})


def test_what_was_typed_becomes_a_report():
    report, errors = typed.report_of(form(region="35.78", anonymous="1"))
    assert errors == {}
    assert (report.title, report.place.region, report.anonymous) == ("Jalan berlubang", "35.78", True)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "", "Cerita Anda wajib diisi."),
        ("text", "pendek", "Cerita Anda terlalu pendek (paling sedikit 20 karakter)."),
        ("title", "", "Judul wajib diisi."),
        ("event_date", "kemarin", "Tanggal kejadian bukan tanggal yang benar (TTTT-BB-HH)."),
        ("email", "sari di rumah", "Alamat surel bukan alamat surel yang benar."),
        ("region", "99.99", "Wilayah bukan kode wilayah yang dikenal, misalnya 35.78."),
    ],
)
def test_what_is_wrong_is_a_sentence_under_its_field(field, value, words):
    _, errors = typed.report_of(form(**{field: value}))
    assert errors[field][0] == words


def test_nobody_is_told_of_a_step_they_have_not_seen():
    _, errors = typed.report_of(form(text="", email="salah"))
    assert set(typed.errors_until(errors, "story")) == {"text"}


@pytest.mark.parametrize("step", [*STEPS, "tidak ada"])
def test_the_step_is_one_there_is(step):
    assert Typed({}, step, "k").at(step if step in STEPS else STEPS[0]).step in STEPS


def test_a_place_that_is_no_known_region_is_kept_in_words():
    report, _ = typed.report_of(form(region_name="Kampung Baru"))
    assert report.place.description == "Depan pasar, Kampung Baru"


def test_a_region_is_asked_about_once():
    first = form(region_name="Gubeng")
    assert typed.region_to_choose(first) == "Gubeng"
    assert typed.region_to_choose(first.where("35.78.08", "Gubeng, Surabaya")) is None


def test_another_filing_of_the_same_form_has_another_key():
    first = form()
    assert first.filed_anew().key != first.key
