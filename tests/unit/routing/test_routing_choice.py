"""Which agency gets a case, and that there always is one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.directory import packaged
from services.routing.domain.agencies import NATIONAL, Agencies, Agency, AgencyKind
from services.routing.domain.choice import Directory, Verdict, choose
from services.routing.domain.rules import Matter, Rule, Rules
from shared.calendar import Zone
from shared.contracts import Classification

REVIEWED = packaged().directory
TODAY = date(2026, 7, 6)


def agency(code: str, **more) -> Agency:
    return Agency(code, f"Instansi {code}", AgencyKind.UNIT, Zone.WIB, **more)


def directory(*rules: Rule, agencies: tuple[str, ...] = ()) -> Directory:
    codes = {NATIONAL, *agencies, *(code for rule in rules for code in rule.candidates)}
    known = Agencies(agency(code) for code in codes)
    return Directory(known, Rules(rules, known))


def chosen(
    known: Directory,
    category="jalan",
    region=None,
    excluded=(),
    today=TODAY,
    classification="information",
    text="",
):
    matter = Matter(category, Classification(classification), region, text)
    return choose(known.rules, known.agencies, matter, excluded, today)


def test_a_named_category_outweighs_a_named_place():
    known = directory(Rule("place", ("a",), region="35.78"), Rule("category", ("b",), categories=("jalan",)))
    assert chosen(known, region="35.78").rule_id == "category"


def test_the_smaller_place_wins():
    known = directory(Rule("province", ("a",), region="35"), Rule("city", ("b",), region="35.78"))
    assert chosen(known, region="35.78.01").rule_id == "city"


def test_a_rule_for_a_place_holds_in_every_village_of_it():
    known = directory(Rule("province", ("a",), region="35"))
    assert chosen(known, region="35.78.01.1001").rule_id == "province"


def test_a_rule_for_a_place_does_not_hold_next_door():
    known = directory(Rule("city", ("a",), region="35.78"))
    assert chosen(known, region="35.79").agency.code == NATIONAL


def test_a_named_classification_outweighs_none():
    known = directory(Rule("any", ("a",)), Rule("own", ("b",), classification=Classification.SUPERVISION))
    assert chosen(known, classification="supervision").rule_id == "own"


def test_a_rule_for_another_classification_does_not_fit():
    known = directory(Rule("own", ("b",), classification=Classification.SUPERVISION))
    assert chosen(known, classification="aspiration").rule_id is None


def test_categories_compare_without_case_and_punctuation():
    known = directory(Rule("levy", ("a",), categories=("pungutan-liar",)))
    assert chosen(known, category="Pungutan Liar ").rule_id == "levy"


def test_the_next_candidate_follows_one_that_was_tried():
    known = directory(Rule("road", ("a", "b"), categories=("jalan",)))
    assert chosen(known, excluded={"a"}).agency.code == "b"


def test_after_a_unit_comes_its_city_then_its_province_then_the_national_desk():
    known = directory(Rule("road", ("35.3578.dpubm",)), agencies=("35.3578", "35"))
    tried: list[str] = []
    for _ in range(4):
        tried.append(chosen(known, excluded=tried).agency.code)
    assert tried == ["35.3578.dpubm", "35.3578", "35", NATIONAL]


def test_without_a_rule_the_government_of_the_place_gets_it():
    known = directory(agencies=("35.3578", "35"))
    assert chosen(known, region="35.78.01").agency.code == "35.3578"


def test_the_national_desk_gets_it_even_when_all_were_tried():
    known = directory()
    assert chosen(known, excluded={NATIONAL}).agency.code == NATIONAL


def test_an_agency_that_has_ended_is_passed_over():
    known = REVIEWED
    assert chosen(known, "pendidikan", today=date(2024, 10, 20)).agency.code == "kl.kemendikbudristek"
    assert chosen(known, "pendidikan", today=date(2024, 10, 21)).agency.code == "kl.kemendikdasmen"


def test_the_choice_tells_what_it_passed_over():
    choice = chosen(REVIEWED, "jalan rusak", region="35.78", excluded={"35.3578.dpubm"})
    assert [(step.agency, step.verdict) for step in choice.considered] == [
        ("35.3578.dpubm", Verdict.TRIED),
        ("35.3578", Verdict.CHOSEN),
    ]


def test_the_choice_says_why_in_two_languages():
    choice = chosen(REVIEWED, "jalan rusak", region="35.78")
    assert (choice.why, choice.why_en) == ("aturan surabaya-jalan", "rule surabaya-jalan")


CODES = [agency.code for agency in REVIEWED.agencies]
CATEGORIES = sorted({category for rule in REVIEWED.rules for category in rule.categories})
REGIONS = st.one_of(
    st.none(),
    st.sampled_from(
        ["31", "31.71", "35.78", "35.78.01.1001", "73.71", "91.71", "99.99", "Surabaya", "35.", ""]
    ),
    st.text(max_size=14),
)


@given(
    category=st.one_of(st.sampled_from(CATEGORIES), st.text(max_size=20)),
    classification=st.sampled_from(Classification),
    region=REGIONS,
    excluded=st.sets(st.sampled_from(CODES)),
    today=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_every_case_reaches_an_agency_that_is_valid_that_day(
    category, classification, region, excluded, today
):
    choice = choose(
        REVIEWED.rules, REVIEWED.agencies, Matter(category, classification, region), excluded, today
    )
    assert choice.agency.valid_on(today)
    assert choice.agency.code not in excluded or choice.agency.code == NATIONAL


@pytest.mark.parametrize("rule", list(REVIEWED.rules), ids=lambda rule: rule.id)
def test_every_reviewed_rule_can_win(rule):
    choice = chosen(
        REVIEWED,
        (rule.categories or ("lain",))[0],
        region=rule.region,
        classification=rule.classification or "information",
        text=rule.keywords[0] if rule.keywords else "",
    )
    assert choice.rule_id == rule.id
