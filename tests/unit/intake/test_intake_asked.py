"""The questions of a topic on the filing form: what is shown, read and refused."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.intake.drafts.codes import InvalidDraftCode, draft_id_of, format_code, new_code, parse_code
from services.intake.pages import asked, typed
from services.intake.questions.catalogue import catalogue
from services.intake.questions.scope import out_of_scope

NOW = datetime(2026, 7, 6, 3, tzinfo=UTC)


def values(category: str, **answers: str) -> dict[str, str]:
    empty = typed.empty("id")
    given = {asked.PREFIX + code.replace("_", "-"): text for code, text in answers.items()}
    return {**empty.values, "category": category, **given}


def told(typed_values: dict[str, str]) -> dict[str, str]:
    errors = typed.told(typed_values, asked.errors(typed_values, NOW))
    return {name: words[0] for name, words in errors.items()}


def test_every_question_has_a_field_that_the_form_keeps():
    questions = {one.code for each in catalogue().questions.values() for one in each}
    assert {asked.PREFIX + code for code in questions} <= set(typed.KEPT)


@pytest.mark.parametrize(
    ("written", "read"),
    [("150000", 150_000), ("150.000", 150_000), ("Rp 1.500.000", 1_500_000), ("1,500,000", 1_500_000)],
)
def test_an_amount_is_read_as_people_write_it(written, read):
    assert asked.answers(values("pungutan-liar", jumlah=written)) == {"jumlah": read}


@pytest.mark.parametrize("written", ["seratus ribu", "1.50", "-5", "1e9", "9" * 30, "١٢٣"])
def test_what_is_no_amount_is_refused_beside_its_field(written):
    assert told(values("pungutan-liar", jumlah=written)) == {"q-jumlah": "Jawaban harus berupa bilangan."}


def test_a_required_answer_that_is_missing_is_named():
    assert told(values("bantuan-sosial")) == {"q-program-bantuan": "Jawaban wajib diisi."}


def test_an_answer_to_another_topics_question_is_kept_on_the_form_and_not_sent():
    typed_values = values("lainnya", jumlah="5000", jenis_dokumen="ktp")
    assert (asked.answers(typed_values), told(typed_values)) == ({}, {})


def test_a_question_that_follows_from_an_answer_is_asked_next():
    before = values("kependudukan", jenis_dokumen="lain")
    seen = {**before, "asked": "jenis-dokumen,tanggal-pengajuan,diminta-uang"}
    assert [one.code for one in asked.unasked(seen)] == ["dokumen-lain"]


def test_an_answer_that_tells_of_danger_leads_to_who_can_help_now():
    given = asked.answers(values("infrastruktur", bahaya="ya"))
    found = out_of_scope("Jalan berlubang", "Jalan di depan pasar berlubang.", given)
    assert (found.code, found.certain) == ("danger", False)


def test_a_draft_holds_nothing_of_who_reports():
    filled = replace(
        typed.empty("id"), values={**values("lainnya"), "name": "Sari", "phone": "0812", "email": "s@x"}
    )
    assert set(filled.unpersonal()) == {"category", "language"}


def test_a_code_is_read_in_any_case_with_spaces_and_dashes():
    code = new_code()
    assert parse_code(f" {format_code(code).lower().replace('-', ' ')} ") == code


@pytest.mark.parametrize("text", ["", "ABCD", "O" * 28, "\x00" * 28, "ß" * 28, "A" * 29])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(InvalidDraftCode):
        parse_code(text)


def test_a_code_names_its_draft_as_the_pages_script_does():
    assert str(draft_id_of("A" * 28)) == "aa891e01-7f7b-0a33-3270-611fcc859d39"
