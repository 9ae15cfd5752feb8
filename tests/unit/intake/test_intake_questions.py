"""Answers to a category's questions: what is asked, what is kept, and what is refused by name."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.intake.questions.catalogue import catalogue
from services.intake.questions.checking import check, shown

TODAY = date(2026, 7, 6)
ROOT = Path(__file__).parents[3]
values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30))


def refused(category, **answers):
    wrong = check(catalogue().of(category), answers, TODAY)[1]
    return {field: message for field, message, _ in wrong}


def test_every_category_is_one_that_routing_has_a_rule_for_or_the_rest():
    rules = yaml.safe_load((ROOT / "services/routing/data/rules.yaml").read_text())["rules"]
    routed = {category for rule in rules for category in rule.get("categories", ())}
    assert set(catalogue().categories) - routed == {"lainnya"}


def test_every_open311_service_is_a_category():
    listed = yaml.safe_load((ROOT / "services/intake/data/open311_services.yaml").read_text())["services"]
    assert {service["service_code"] for service in listed} <= set(catalogue().categories)


def test_a_question_is_only_asked_where_its_condition_holds():
    questions = catalogue().of("kependudukan")
    assert "dokumen-lain" not in [q.code for q in shown(questions, {"jenis-dokumen": "ktp"})]
    assert "dokumen-lain" in [q.code for q in shown(questions, {"jenis-dokumen": "lain"})]


def test_an_answer_to_a_question_that_was_not_asked_is_refused():
    assert refused("kependudukan", **{"jenis-dokumen": "ktp", "dokumen-lain": "x"}) == {
        "answers.dokumen-lain": "tidak ditanyakan pada kategori ini"
    }


@pytest.mark.parametrize("missing", [None, ""])
def test_a_required_answer_is_required(missing):
    assert refused("bantuan-sosial", **{"program-bantuan": missing}) == {
        "answers.program-bantuan": "wajib diisi"
    }


@pytest.mark.parametrize("number", [-1, 10**13, True, "5", float("nan"), float("inf")])
def test_a_number_is_a_number_within_its_bounds(number):
    assert list(refused("pungutan-liar", jumlah=number)) == ["answers.jumlah"]


@pytest.mark.parametrize("day", ["2026-07-07", "kemarin", "2026-13-01", 20260101, "20260101", "2026-W01-1"])
def test_a_date_is_a_day_that_has_been(day):
    assert list(refused("sampah", **{"sejak-kapan": day})) == ["answers.sejak-kapan"]


@pytest.mark.parametrize("text", ["x" * 81, "a\x00b", "a\nb", 5])
def test_a_text_is_one_line_that_fits(text):
    assert list(refused("transportasi", trayek=text)) == ["answers.trayek"]


def test_a_choice_is_kept_in_words():
    kept, wrong = check(catalogue().of("bantuan-sosial"), {"program-bantuan": "pkh"}, TODAY)
    assert (kept[0].value, wrong) == ("Program Keluarga Harapan (PKH)", [])


@given(st.sampled_from(sorted(catalogue().categories)), st.data())
def test_whatever_is_sent_is_kept_or_refused_by_name(category, data):
    questions = catalogue().of(category)
    names = st.sampled_from(sorted({q.code for q in questions} | {"lain"}))
    answers = data.draw(st.dictionaries(names, values, max_size=6))
    kept, wrong = check(questions, answers, TODAY)
    named = {answer.question for answer in kept} | {field.removeprefix("answers.") for field, _, _ in wrong}
    assert {code for code, value in answers.items() if value not in (None, "")} <= named
    assert not {answer.question for answer in kept} & {
        field.removeprefix("answers.") for field, _, _ in wrong
    }
