"""`lapor suggest evaluate`: figures of a labelled file, and a sentence where it cannot be read."""

import csv
import json

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app

KINDS = (("Lampu jalan padam dan gelap", "dishub"), ("Air ledeng keruh dan berbau", "pdam"))


@pytest.fixture
def labelled(tmp_path):
    file = tmp_path / "reports.csv"
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, ["isi", "unit"])
        writer.writeheader()
        for n in range(60):
            text, unit = KINDS[n % 2]
            writer.writerow({"isi": f"{text} nomor{n}", "unit": unit})
    return file


def evaluate(*arguments):
    return CliRunner().invoke(app, ["suggest", "evaluate", *map(str, arguments)])


def test_it_learns_from_the_first_part_and_tests_on_the_rest(labelled):
    answer = evaluate(labelled, "--text", "isi", "--label", "unit", "--train", "0.5", "--json")
    figures = json.loads(answer.output)
    assert (figures["learned"], figures["tested"], figures["labels"]) == (30, 30, 2)
    assert (figures["accuracy"], figures["macro_f1"], figures["top_3"]) == (1.0, 1.0, 1.0)


def test_a_missing_column_is_named_with_those_there_are(labelled, capsys):
    answer = evaluate(labelled)
    assert answer.exit_code == 1
    assert "no column agency, text; it has: isi, unit" in answer.output + answer.stderr


def test_too_few_reports_are_refused(tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("text,agency\nLampu padam,dishub\n")
    assert evaluate(file).exit_code == 1
