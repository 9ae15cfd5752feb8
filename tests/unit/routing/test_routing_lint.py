"""What is doubtful about rules, why one of them wins, and what a change would have done."""

from datetime import date
from uuid import UUID

from services.routing.directory import packaged
from services.routing.domain.agencies import NATIONAL, Agencies, Agency, AgencyKind
from services.routing.domain.choice import Directory
from services.routing.domain.explaining import explain
from services.routing.domain.lint import Doubt, lint
from services.routing.domain.replay import PastCase, replay, with_rules
from services.routing.domain.rules import Matter, Rule, Rules
from shared.calendar import Zone
from shared.contracts import Classification

TODAY = date(2026, 7, 6)
KINDS = list(Classification)


def directory(*rules: Rule) -> Directory:
    codes = {NATIONAL, *(code for rule in rules for code in rule.candidates if code[0] != "@")}
    ended = {"lama": ("baru",), "mati": ()}
    agencies = Agencies(
        Agency(
            code,
            code,
            AgencyKind.UNIT,
            Zone.WIB,
            valid_to=date(2025, 1, 1) if code in ended else None,
            successors=ended.get(code, ()),
        )
        for code in codes | ({"baru"} if "lama" in codes else set())
    )
    return Directory(agencies, Rules(rules, agencies))


def doubts(*rules: Rule) -> set[tuple[Doubt, str]]:
    return {(finding.doubt, finding.rule) for finding in lint(directory(*rules), TODAY)}


def test_the_reviewed_rules_are_all_reachable_and_in_no_conflict():
    found = {finding.doubt for finding in lint(packaged().directory, TODAY)}
    assert not found & {Doubt.UNREACHABLE, Doubt.CONFLICT, Doubt.NO_AGENCY}


def test_a_twin_that_comes_second_is_unreachable_and_in_conflict():
    twins = (Rule("a", ("x",), categories=("jalan",)), Rule("b", ("y",), categories=("jalan",)))
    assert doubts(*twins) == {(Doubt.CONFLICT, "b"), (Doubt.UNREACHABLE, "b")}


def test_rules_that_share_one_category_conflict_about_that_one():
    rules = (
        Rule("a", ("x",), categories=("jalan", "air")),
        Rule("b", ("y",), categories=("jalan", "listrik")),
    )
    assert doubts(*rules) == {(Doubt.CONFLICT, "b")}


def test_rules_that_share_a_keyword_conflict():
    rules = (
        Rule("a", ("x",), keywords=("Lampu merah",)),
        Rule("b", ("y",), keywords=("lampu merahnya", "tol")),
    )
    assert doubts(*rules) == {(Doubt.CONFLICT, "b")}


def test_a_rule_whose_every_classification_has_its_own_is_unreachable():
    own = [Rule(f"own-{kind}", ("x",), categories=("jalan",), classification=kind) for kind in KINDS]
    assert (Doubt.UNREACHABLE, "general") in doubts(*own, Rule("general", ("y",), categories=("jalan",)))


def test_a_general_rule_beside_a_special_one_is_no_doubt():
    rules = (
        Rule("a", ("x",), categories=("jalan",)),
        Rule("b", ("y",), categories=("jalan",), region="35.78"),
    )
    assert doubts(*rules) == set()


def test_a_rule_without_a_living_agency_is_told():
    assert doubts(Rule("r", ("mati",))) == {(Doubt.NO_AGENCY, "r")}


def test_a_rule_that_lives_by_a_successor_is_told():
    assert doubts(Rule("r", ("lama",))) == {(Doubt.ENDED, "r")}


def test_an_explanation_names_what_each_loser_lacked():
    known = directory(
        Rule("win", ("x",), categories=("jalan",), region="35.78"),
        Rule("wide", ("y",), categories=("jalan",)),
        Rule("word", ("y",), keywords=("tol",)),
        Rule("near", ("y",), categories=("jalan",), region="73.71"),
        Rule("far", ("y",), categories=("sosial",), region="73.71"),
    )
    found = explain(known, Matter("jalan", KINDS[0], "35.78", "di tol"), (), TODAY)
    assert [(one.rule, one.won) for one in found.ranked] == [("win", True), ("wide", False), ("word", False)]
    assert [one.why_en for one in found.ranked[1:]] == [
        "less specific than win: place",
        "less specific than win: category",
    ]
    assert [(one.rule, one.condition) for one in found.near] == [("near", "region")]


def test_an_explanation_tells_a_rule_whose_agencies_had_it_already():
    known = directory(Rule("first", ("x",), categories=("jalan",)), Rule("second", ("y",)))
    found = explain(known, Matter("jalan", KINDS[0], None), {"x"}, TODAY)
    assert [(one.rule, one.won) for one in found.ranked] == [("first", False), ("second", True)]


def case(number: int, category: str, *, by_officer: bool = False) -> PastCase:
    return PastCase(UUID(int=number), Matter(category, KINDS[0], None), by_officer)


def test_a_replay_counts_what_would_have_gone_elsewhere():
    known = directory(Rule("jalan", ("x",), categories=("jalan",)), Rule("rest", ("y",)))
    changed = with_rules(known, [Rule("jalan", ("y",), categories=("jalan",))], TODAY)
    cases = [case(1, "jalan"), case(2, "jalan"), case(3, "air"), case(4, "jalan", by_officer=True)]
    result = replay(cases, known, changed, TODAY)
    assert (result.cases, result.by_officers, result.moved) == (4, 1, 2)
    (move,) = result.moves
    assert (move.before, move.after, move.count, move.examples) == ("x", "y", 2, [UUID(int=1), UUID(int=2)])


def test_a_replay_without_a_rule_shows_what_the_next_one_does():
    known = directory(Rule("jalan", ("x",), categories=("jalan",)), Rule("rest", ("y",)))
    changed = with_rules(known, [Rule("jalan", (), withdrawn=True)], TODAY)
    assert replay([case(1, "jalan")], known, changed, TODAY).moves[0].rule_after == "rest"


def test_the_same_rules_move_nothing():
    known = packaged().directory
    same = with_rules(known, [], TODAY)
    cases = [case(n, category) for n, category in enumerate(("jalan", "sosial", "listrik", "apa saja"))]
    assert replay(cases, known, same, TODAY).moved == 0
