"""Regions: every one there is, found by its code, by its name, and by a name with typing errors."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process

from shared.regions import Level, atlas, far_from, search
from shared.regions.coordinates import boxes
from shared.regions.search import EVERYDAY, plain_name


def test_all_regions_are_there():
    assert len(atlas()) == 91_599
    assert [region.level for region in atlas().lineage("35.78.08.1001")] == list(Level)


@given(st.integers(0, 91_598))
def test_every_region_is_found_by_its_own_code_and_lies_in_its_parent(index):
    region = atlas().at(index)
    assert atlas().find(region.code) == region
    above = atlas().lineage(region.code)
    assert above[-1] == region and len(above) == region.level + 1
    assert region.name == region.name.strip() != ""


@given(st.text(max_size=15) | st.from_regex(r"\d\d(\.\d\d){0,2}(\.\d{4})?", fullmatch=True))
def test_a_code_is_found_exactly_if_it_exists(text):
    region = atlas().find(text)
    assert region is None or region.code == text


def test_the_provinces_hold_all_regencies_and_cities():
    assert sum(len(atlas().children(province.code)) for province in atlas().children()) == 514


def test_a_village_holds_nothing():
    assert atlas().children("35.78.08.1001") == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("surabaya", "35.78"),
        ("surabya", "35.78"),
        ("kota surabaya", "35.78"),
        ("kota bandung", "32.73"),
        ("Kab. Bandung", "32.04"),
        ("kecamatan cimahi", "32.08.24"),
        ("Kab. Aceh Selatn", "11.01"),
        ("jawa tmur", "35"),
        ("gubeng surabaya", "35.78.08"),
        ("gubeng, surabya", "35.78.08"),
        ("kebayoran bru", "31.74.07"),
        ("tanah abang jakarta pusat", "31.71.07"),
        ("kota bandng", "32.73"),
        ("kab. bandng", "32.04"),
        ("jogja", "34"),
        ("kota jogja", "34.71"),
        ("solo", "33.72"),
        ("jakarta", "31"),
        ("laweyan solo", "33.72.01"),
        ("tebet, jaksel", "31.74.01"),
    ],
)
def test_the_region_that_was_meant_comes_first(typed, code):
    assert search(typed, 3)[0].region.code == code


def test_every_everyday_name_stands_for_a_region_there_is():
    with EVERYDAY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows and [row for row in rows if atlas().find(row["code"]) is None] == []
    assert [row for row in rows if row["name"] != plain_name(row["name"])] == []


def test_an_unfinished_name_is_found():
    assert "35.78" in [match.region.code for match in search("surab", 10)]


def test_the_larger_of_two_with_one_name_comes_first():
    assert [match.region.level for match in search("gubeng", 2)] == [Level.DISTRICT, Level.VILLAGE]


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "zzzzqqq", "\x00", "😀"])
def test_what_is_no_name_finds_nothing(typed):
    assert search(typed) == []


@given(st.text(max_size=120))
def test_whatever_is_typed_there_are_no_more_than_asked_for_and_the_likest_come_first(typed):
    scores = [match.score for match in search(typed, 5)]
    assert len(scores) <= 5 and scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("typed", "most"), [("gubeng", 1), ("wonokromo, surabya", 1), ("a b c d e", 5), ("a b c d e f " * 8, 1)]
)
def test_a_search_looks_through_all_names_few_times(monkeypatch, typed, most):
    looked = []
    extract = process.extract
    monkeypatch.setattr(process, "extract", lambda *given, **how: looked.append(1) or extract(*given, **how))
    search(typed)
    assert len(looked) <= most


def test_there_is_a_box_around_every_province():
    assert set(boxes()) == {province.code for province in atlas().children()}


@pytest.mark.parametrize(
    ("code", "point", "far"),
    [
        ("35.78", (-7.2575, 112.7521), False),
        ("35.78.08.1001", (-7.2575, 112.7521), False),
        ("35.78", (-6.2, 106.8), True),
        ("91.71", (-2.53, 140.72), False),
        ("11", (5.55, 95.32), False),
        ("99", (0, 0), False),
    ],
)
def test_a_point_is_far_only_outside_the_province(code, point, far):
    assert far_from(code, *point) is far
