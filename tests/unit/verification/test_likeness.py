"""Sketches find what resembles; likeness says how much, and why not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.verification.domain.likeness import LEAST, Kind, Report, compare
from services.verification.domain.mentions import people_in, places_in
from services.verification.domain.sketch import PAIRS, sketch, words_of
from shared.contracts import Place
from shared.text.names import names_in

MONDAY = datetime(2026, 7, 6, 3, tzinfo=UTC)
LAMP = "Lampu penerangan di depan SD Negeri 3 Jalan Mawar padam sejak seminggu, malam gelap, rawan begal."
SAME = "Sudah seminggu lampu penerangan di Jalan Mawar dekat sekolah padam, kalau malam gelap rawan begal."
OTHER = "Antrean pendaftaran di loket BPJS tidak tertib, petugas datang terlambat dan nomor antrean habis."


def report(text: str, *, region: str | None = "35.78.01", days: int = 0, **place) -> Report:
    return Report("", text, Place(region=region, **place), None, MONDAY + timedelta(days=days))


def kinds(one: Report, other: Report, sign: int) -> set[Kind]:
    return {reason.kind for reason in compare(one, other).reasons if reason.weight * sign > 0}


def agreeing(one: Report, other: Report) -> list[bool]:
    bands = [sketch(each.words, each.place.region) for each in (one, other)]
    assert bands[0] is not None
    assert bands[1] is not None
    return [a == b for a, b in zip(*bands, strict=True)]


# sketches


def test_a_sketch_is_the_same_in_every_process():
    assert sketch(frozenset({"lampu", "jalan"}), "35.78") == sketch(
        frozenset({"jalan", "lampu"}), "35.78.01.1001"
    )
    assert (sketch(frozenset({"lampu", "jalan"}), "35.78") or ())[:3] == (
        -1568711270,
        -564166673,
        -1662785619,
    )


def test_the_same_matter_in_other_words_agrees_in_a_band():
    assert any(agreeing(report(LAMP), report(SAME)))


def test_another_matter_in_the_same_town_agrees_in_none():
    assert not any(agreeing(report(LAMP), report(OTHER)))


def test_the_same_words_in_another_town_agree_in_the_bands_without_a_place_alone():
    found = agreeing(report(LAMP), report(LAMP, region="73.71"))
    assert found == [n < PAIRS for n in range(len(found))]


def test_small_words_and_names_of_people_are_no_words_of_a_sketch():
    assert words_of("Saya melapor bahwa Pak Bambang Sutrisno dan 081234567890 ada di jalan") == [
        "melapor",
        "jalan",
    ]


@settings(max_examples=20)
@given(st.text(max_size=200), st.none() | st.from_regex(r"\d\d\.\d\d", fullmatch=True))
def test_any_text_has_a_sketch_or_no_words(text, region):
    words = frozenset(words_of(text))
    found = sketch(words, region)
    assert (found is None) == (not words)
    assert all(-(2**31) <= band < 2**31 for band in found or ())


# likeness


def test_the_same_matter_told_by_two_people_is_a_candidate_with_its_reasons():
    assert compare(report(LAMP), report(SAME, days=2)).score >= LEAST
    assert kinds(report(LAMP), report(SAME, days=2), +1) >= {Kind.WORDS, Kind.REGION, Kind.TIME, Kind.PLACES}


def test_another_matter_in_the_same_village_on_the_same_day_is_no_candidate():
    assert compare(report(LAMP), report(OTHER)).score < LEAST


TEMPLATE = (
    "Bantuan sosial untuk {who} di {where} sampai sekarang belum cair padahal sudah terdaftar di kelurahan."
)


@pytest.mark.parametrize(
    ("who", "where", "region", "against"),
    [
        ("Ibu Siti Aminah", "Desa Sukamaju", "35.78.01", Kind.PEOPLE),
        ("Ibu Ratna Dewi", "Desa Karangrejo", "35.78.01", Kind.PLACES),
        ("Ibu Ratna Dewi", "Desa Sukamaju", "73.71.02", Kind.REGION),
    ],
)
def test_a_template_about_others_weighs_less_than_a_copy(who, where, region, against):
    mine = report(TEMPLATE.format(who="Ibu Ratna Dewi", where="Desa Sukamaju"))
    copy = report(TEMPLATE.format(who="Ibu Ratna Dewi", where="Desa Sukamaju"))
    look_alike = report(TEMPLATE.format(who=who, where=where), region=region)
    assert against in kinds(mine, look_alike, -1)
    assert compare(mine, look_alike).score < compare(mine, copy).score


@pytest.mark.parametrize(("north", "sign"), [(0.0005, 1), (0.09, -1)])
def test_metres_count_where_both_places_are_known(north, sign):
    one = report(LAMP, latitude=-7.25, longitude=112.75)
    other = report(LAMP, latitude=-7.25 + north, longitude=112.75)
    assert Kind.DISTANCE in kinds(one, other, sign)


@settings(max_examples=20)
@given(st.text(max_size=120), st.text(max_size=120))
def test_likeness_does_not_depend_on_which_came_first_by_more_than_its_phrases(one, other):
    there, back = compare(report(one), report(other)), compare(report(other), report(one))
    assert 0 <= there.score <= 1
    assert abs(there.score - back.score) <= 0.2


# what is mentioned


def test_places_are_told_apart_by_their_kind():
    assert places_in("di Jl. Mawar, Desa Sukamaju, kota Surabaya") == {
        "street": {"mawar"}, "village": {"sukamaju"}, "town": {"surabaya"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("menurut Pak Bambang Sutrisno itu biasa", ["Bambang Sutrisno"]),
        ("Pak Lurah tidak ada", []),
        ("atas nama Siti Aminah", ["Siti Aminah"]),
        ("di Jalan Haji Agus Salim", []),
    ],
)
def test_names_are_those_that_are_hidden_from_the_public(text, names):
    assert names_in(text) == names


def test_people_are_compared_word_by_word():
    assert people_in("Pak Bambang Sutrisno") & people_in("bapak Bambang") == {"bambang"}
