"""Who else can help: found in what people write, and never where an office's service is meant."""

from pathlib import Path

import pytest
import yaml

from services.intake.questions.phrases import Spelling, parts_of
from services.intake.questions.scope import FILE, FIRST, out_of_scope

SENTENCES = yaml.safe_load((Path(__file__).parents[2] / "corpora/scope_sentences.yaml").read_text())
RULES = yaml.safe_load(FILE.read_text())
PARTS = {
    (row["code"], phrase): parts_of(phrase, RULES["sets"])
    for row in RULES["rules"]
    for kind in ("any", "certain", "unless")
    for phrase in row.get(kind, ())
}


def told(sentence, title=""):
    found = out_of_scope(title, sentence)
    return found and found.code


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
        found = out_of_scope("", text)
        assert found.text and found.text_en and all(place.name and place.name_en for place in found.where)


@pytest.mark.parametrize(("code", "sentences"), SENTENCES["elsewhere"].items())
def test_a_first_sentence_that_others_handle_is_met_by_its_rule(code, sentences):
    assert {one: told(one) for one in sentences if told(one) != code} == {}


def test_a_first_sentence_about_a_public_service_is_let_pass():
    assert {one: told(one) for one in SENTENCES["here"] if told(one)} == {}


@pytest.mark.parametrize("title", ["Mohon bantuan", "Pengaduan", "Tolong segera ditindaklanjuti"])
def test_a_title_that_says_nothing_changes_nothing(title):
    met = [one for sentences in SENTENCES["elsewhere"].values() for one in sentences]
    assert {one: told(one, title) for one in met if not told(one, title)} == {}
    assert {one: told(one, title) for one in SENTENCES["here"] if told(one, title)} == {}


def test_what_is_not_met_and_what_is_asked_in_vain_is_known():
    """Whoever mends one of them moves it to its place."""
    assert [one for one in SENTENCES["not_met"] if told(one)] == []
    assert [one for one in SENTENCES["asked"] if not told(one)] == []


def test_the_tables_hold_enough_of_both():
    met = [one for sentences in SENTENCES["elsewhere"].values() for one in sentences]
    assert (len(set(met)) >= 60, len(set(SENTENCES["here"])) >= 80) == (True, True)
    assert len(SENTENCES["not_met"]) <= len(met) // 15 and len(SENTENCES["asked"]) <= 1


@pytest.mark.parametrize(
    "written",
    ["motorku dicuri", "mtr sy di curi", "Motornya dicuriiii", "motor saya semalam sekitar jam dua dicuri"],
)
def test_a_theft_is_met_however_it_is_spelled(written):
    assert told(written) == "crime"


@pytest.mark.parametrize(
    "written", ["rumah saya kemaligan", "rumah saya kemalnigan", "rumah saya kemalinngan"]
)
def test_a_slip_in_a_long_word_is_read_over(written):
    assert told(written) == "crime"


def test_another_letter_is_another_word():
    assert told("tempat pencucian motor menutup trotoar") is None


def test_two_sentences_are_not_read_as_one():
    assert told("Motor dinas parkir di trotoar. Kabel telepon dicuri") is None


def test_what_is_said_late_and_by_the_way_is_not_what_it_is_about():
    story = "trotoar sempit " * FIRST
    assert (told(f"{story} motor saya dicuri"), told(f"motor saya dicuri {story}")) == (None, "crime")


@pytest.mark.parametrize(
    "text",
    ["k" + "ae" * 4_998 + "n", "anak " * 2_000, "." * 10_000, "\ufdfa" * 10_000],
    ids=["one word", "one word often", "no word", "a sign that is many letters"],
)
def test_the_longest_text_of_any_kind_is_read(text):
    assert told(text, title=text[:200]) is None


def test_no_phrase_holds_a_word_that_is_read_as_another():
    spelling = Spelling((part for parts in PARTS.values() for part in parts), RULES["spellings"])
    groups = {
        " ".join(words)
        for parts in PARTS.values()
        for part in parts
        for element in part.elements
        for group in (element or {}).values()
        for words in group
    }
    assert {group: spelling.read(group) for group in groups if spelling.read(group) != group.split()} == {}


@pytest.mark.parametrize("phrase", ["motor ~", "~ motor", "", "motor & ", "<sihir> saya"])
def test_a_phrase_that_makes_no_sense_is_refused(phrase):
    with pytest.raises(ValueError, match=r"is no set|begin and end"):
        parts_of(phrase, {})


def test_every_rule_has_a_name_of_its_own():
    codes = [row["code"] for row in RULES["rules"]]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("row", RULES["rules"], ids=lambda row: row["code"])
def test_every_way_on_can_be_called_opened_or_found_by_its_name(row):
    for place in row["where"]:
        assert place["name"] and place["name_en"]
        assert place.get("call", "") in place["name"].replace("-", "")
        assert place.get("call", "1").isdigit() and place.get("url", "https://").startswith("https://")
