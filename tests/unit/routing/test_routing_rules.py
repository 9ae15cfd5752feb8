"""The most specific rule wins, whatever order rules come in, and words of the text count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.domain.agencies import NATIONAL, Agencies, Agency, AgencyKind
from services.routing.domain.choice import Directory, choose, heir
from services.routing.domain.index import categories_of
from services.routing.domain.rules import Matter, Rule, Rules
from services.routing.domain.words import words_of
from shared.calendar import Zone
from shared.contracts import Classification

TODAY = date(2026, 7, 6)
DAY = timedelta(days=1)
CODES = ("a", "b", "c", "35", "35.3578", "35.3578.dishub", "35.dishub")


def agency(code: str, **more) -> Agency:
    return Agency(code, code, AgencyKind.UNIT, Zone.WIB, **more)


KNOWN = Agencies([agency(NATIONAL), *(agency(code) for code in CODES)])


def winner(*rules: Rule, day=TODAY, category="jalan", region="35.78", text="", kind="information"):
    matter = Matter(category, Classification(kind), region, text)
    return choose(Rules(rules, KNOWN), KNOWN, matter, (), day)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jalan2 rusak", ["jalan", "rusak"]),
        ("jalan-jalannya RUSAK!", ["jalan", "rusak"]),
        ("Lampunya padam.", ["lampu", "padam"]),
        ("Tolnya macet; hanya punya satu", ["tol", "macet", "hanya", "punya", "satu"]),
        ("Café Désa\u00a0Maju", ["cafe", "desa", "maju"]),
        ("COVID19, 2024", ["covid19", "2024"]),
        ("«???»", []),
    ],
)
def test_words_are_compared_without_case_doubling_and_suffix(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    "text", ["Lampu merah di simpang itu mati", "Lampu-lampu merahnya mati", "LAMPU  MERAH", "lampu\nmerah"]
)
def test_a_keyword_is_found_however_it_is_written(text):
    said = Rule("said", ("a",), keywords=("lampu merah",))
    assert winner(said, text=text).rule_id == "said"


@pytest.mark.parametrize("text", ["merah lampu", "lampu itu merah", "lampumerah", ""])
def test_a_phrase_is_found_only_as_it_stands(text):
    assert winner(Rule("said", ("a",), keywords=("lampu merah",)), text=text).rule_id is None


def test_a_word_of_the_text_outweighs_the_place():
    place = Rule("place", ("a",), categories=("jalan",), region="35.78")
    said = Rule("said", ("b",), categories=("jalan",), keywords=("tol",))
    assert winner(place, said, text="gerbang tol").rule_id == "said"


def test_a_named_category_outweighs_a_word_of_the_text():
    said = Rule("said", ("b",), keywords=("tol",))
    assert winner(said, Rule("category", ("a",), categories=("jalan",)), text="tol").rule_id == "category"


def test_the_longer_keyword_wins():
    short, long = (
        Rule("a-short", ("a",), keywords=("tol",)),
        Rule("b-long", ("b",), keywords=("gerbang tol",)),
    )
    assert winner(short, long, text="di gerbang tol itu").rule_id == "b-long"


@pytest.mark.parametrize(
    ("candidate", "region", "reached"),
    [
        ("@local.dishub", "35.78", "35.3578.dishub"),
        ("@local.dishub", "35.78.01.1001", "35.3578.dishub"),
        ("@local.dishub", "35", "35.dishub"),
        ("@province.dishub", "35.78", "35.dishub"),
        ("@local", "35.78", "35.3578"),
        ("@province", "35.78.01", "35"),
        ("@local.dishub", None, NATIONAL),
        ("@local.dishub", "99.99", NATIONAL),
    ],
)
def test_a_candidate_may_be_the_unit_of_wherever_it_happened(candidate, region, reached):
    assert winner(Rule("r", (candidate,)), region=region).agency.code == reached


@pytest.mark.parametrize("candidate", ["@kota", "@local.", "@", "@local dishub"])
def test_a_place_that_means_nothing_is_refused(candidate):
    with pytest.raises(ValueError, match="@local"):
        Rules([Rule("r", (candidate,))], KNOWN)


def versions() -> list[Rule]:
    return [
        Rule("r", ("a",), version=1),
        Rule("r", ("b",), version=2, valid_from=TODAY),
        Rule("r", ("b",), version=3, valid_from=TODAY + 2 * DAY, withdrawn=True),
        Rule("r", ("c",), version=4, valid_from=TODAY + 4 * DAY, valid_to=TODAY + 5 * DAY),
    ]


@pytest.mark.parametrize(
    ("after", "reached"), [(-1, "a"), (0, "b"), (1, "b"), (2, NATIONAL), (4, "c"), (5, "c"), (6, NATIONAL)]
)
def test_of_the_versions_that_have_taken_effect_the_latest_counts(after, reached):
    assert winner(*versions(), day=TODAY + after * DAY, region=None).agency.code == reached


def test_a_later_version_of_the_same_day_counts():
    twice = [Rule("r", (code,), version=n, valid_from=TODAY) for n, code in ((1, "a"), (2, "b"))]
    assert winner(*twice).agency.code == "b"


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ((Rule("r", ("a",)), Rule("r", ("b",))), "twice"),
        ((Rule("r", ("a",), valid_from=TODAY, valid_to=TODAY - DAY),), "ends before"),
        ((Rule("r", ("a",), keywords=("!",)),), "no word"),
        ((Rule("r", ("a",), categories=("  ",)),), "no word"),
    ],
)
def test_useless_rules_are_refused(rules, complaint):
    with pytest.raises(ValueError, match=complaint):
        Rules(rules, KNOWN)


RULES = st.lists(
    st.builds(
        Rule,
        id=st.integers(0, 99).map(lambda n: f"r{n:02}"),
        candidates=st.lists(
            st.sampled_from([*CODES, "@local", "@province.dishub"]), min_size=1, max_size=2
        ).map(tuple),
        categories=st.sampled_from([(), ("jalan",), ("jalan", "sosial"), ("sosial",)]),
        classification=st.sampled_from([None, *Classification]),
        region=st.sampled_from([None, "35", "35.78", "35.78.01", "73"]),
        keywords=st.sampled_from([(), ("tol",), ("gerbang tol", "lampu")]),
    ),
    max_size=15,
    unique_by=lambda rule: rule.id,
)
MATTERS = st.builds(
    Matter,
    st.sampled_from(["jalan", "Sosial", "lain"]),
    st.sampled_from(Classification),
    st.sampled_from([None, "35", "35.78", "35.78.01.1001", "73.71", "bukan"]),
    st.sampled_from(["", "macet di gerbang tolnya", "lampu padam"]),
)


def fits(rule: Rule, matter: Matter) -> bool:
    """The rule's conditions one by one, without any index."""
    return (
        (not rule.categories or matter.slug in categories_of(rule))
        and (rule.region is None or rule.region in matter.regions)
        and rule.classification in (None, matter.classification)
        and (not rule.keywords or any(f" {word} " in matter.sentence for word in rule.keywords))
    )


def rank(rule: Rule) -> tuple:
    return (bool(rule.categories), bool(rule.keywords), len(rule.region or ""), bool(rule.classification))


@given(rules=RULES, matter=MATTERS)
def test_the_index_finds_exactly_the_rules_that_fit_most_specific_first(rules, matter):
    found = list(dict.fromkeys(Rules(rules, KNOWN).matching(matter, TODAY)))
    assert {rule.id for rule in found} == {rule.id for rule in rules if fits(rule, matter)}
    assert [rank(rule) for rule in found] == sorted(map(rank, found), reverse=True)


@given(rules=RULES, matter=MATTERS, data=st.data())
def test_the_order_in_which_rules_are_written_changes_nothing(rules, matter, data):
    shuffled = Rules(data.draw(st.permutations(rules)), KNOWN)
    choices = [choose(known, KNOWN, matter, (), TODAY) for known in (Rules(rules, KNOWN), shuffled)]
    assert choices[0] == choices[1]


@st.composite
def trees(draw) -> Agencies:
    """Agencies that end and are succeeded, in chains and splits, some of which lead nowhere."""
    count = draw(st.integers(1, 7))
    found = [agency(NATIONAL)]
    for number in range(count):
        ends = draw(st.sampled_from([None, TODAY - DAY, TODAY]))
        heirs = draw(st.sets(st.integers(number + 1, count), max_size=3)) if ends else set()
        successors = tuple(f"k{n}" for n in sorted(heirs) if n < count)
        found.append(agency(f"k{number}", valid_to=ends, successors=successors))
    return Agencies(found)


@given(known=trees(), data=st.data())
def test_mergers_and_splits_leave_no_case_without_a_valid_agency(known, data):
    codes = [one.code for one in known if one.code != NATIONAL]
    picks = st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True)
    rules = Rules([Rule("r", tuple(data.draw(picks)))], known)
    excluded = data.draw(st.sets(st.sampled_from(codes)))
    day = TODAY + data.draw(st.integers(-1, 2)) * DAY
    choice = choose(rules, known, Matter("x", Classification.INFORMATION, None), excluded, day)
    assert choice.agency.valid_on(day)
    assert choice.agency.code not in excluded


def test_of_several_successors_the_rules_choose():
    known = Agencies(
        [
            agency(NATIONAL),
            agency("lama", valid_to=TODAY, successors=("satu", "dua")),
            agency("satu"),
            agency("dua"),
        ]
    )
    rules = Rules([Rule("jalan", ("dua",), categories=("jalan",))], known)
    cases = [Matter(category, Classification.INFORMATION, None) for category in ("jalan", "lain")]
    directory = Directory(known, rules)
    assert [heir(directory, "lama", matter, (), TODAY + DAY) for matter in cases] == ["dua", "satu"]
