"""Files of rules as `lapor rules` reads and plays them, without anything that runs."""

from datetime import date

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from deploy.cli.problems import Problem
from deploy.cli.rule_files import play_examples, read_rules, sendable

TODAY = date(2026, 7, 6)
GOOD = """
rules:
  - {id: jalan, categories: [jalan], candidates: ["@local.dishub"], valid_from: 2026-01-01}
tests:
  - {category: jalan, region: "35.78", agency: 35.3578.dishub}
  - {category: jalan, region: "35.78", agency: kl.kemenpu}
"""


@pytest.fixture
def file(tmp_path):
    def written(text: str):
        path = tmp_path / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_every_reviewed_example_reaches_its_agency():
    played = play_examples(read_rules(None), TODAY)
    assert len(played) >= 12
    assert [one.case for one in played if not one.passed] == []


def test_an_example_that_goes_elsewhere_is_told(file):
    played = play_examples(read_rules(file(GOOD)), TODAY)
    assert [(one.passed, one.reached) for one in played] == [
        (True, "35.3578.dishub"),
        (False, "35.3578.dishub"),
    ]


def test_the_command_fails_for_an_example_that_goes_elsewhere(file):
    result = CliRunner().invoke(app, ["rules", "test", str(file(GOOD))])
    assert (result.exit_code, "35.3578.dishub instead of kl.kemenpu" in result.output) == (1, True)


def test_the_command_passes_for_the_reviewed_rules():
    assert CliRunner().invoke(app, ["rules", "test"]).exit_code == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rules: [{id: r, candidates: [kl.tidak-ada]}]", "unknown agency 'kl.tidak-ada'"),
        ("rules: [{id: r, candidates: [nasional], region: Surabaya}]", "no region code"),
        ("rules: [{candidates: [nasional]}]", "'id'"),
        ("rules: [{id: r, candidates: [nasional], classification: berat}]", "berat"),
        ("rules: [", "no YAML"),
        ("- satu", "no file of rules"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(file, text, complaint):
    with pytest.raises(Problem, match=complaint):
        read_rules(file(text))


def test_a_file_without_rules_has_nothing_to_replay(file):
    with pytest.raises(Problem, match="holds no rules"):
        sendable(file("rules: []"))


def test_what_is_replayed_is_as_if_it_were_in_force_already(file):
    assert sendable(file(GOOD)) == [{"id": "jalan", "categories": ["jalan"], "candidates": ["@local.dishub"]}]
