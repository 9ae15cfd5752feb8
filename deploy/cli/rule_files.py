"""Files of rules as the commands read them, against the agencies of this release. Needs nothing that runs."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from deploy.cli.problems import Problem
from services.routing.domain.choice import Directory, choose
from services.routing.domain.rules import Matter, Rules
from services.routing.reviewed import DATA, packaged, read_yaml, rules_in
from shared.contracts import Classification


@dataclass(frozen=True)
class RuleFile:
    directory: Directory
    count: int
    examples: list[dict[str, Any]]


@dataclass(frozen=True)
class Played:
    """A case of the file, the agency it should reach, and the one it reached."""

    case: str
    expected: str
    reached: str
    why: str

    @property
    def passed(self) -> bool:
        return self.expected == self.reached


def read_rules(path: Path | None) -> RuleFile:
    """Raises Problem, saying where, for a file that cannot be read or holds an unsound rule."""
    file = _load(path or DATA / "rules.yaml")
    agencies = packaged().directory.agencies
    try:
        rules = list(rules_in(file))
        directory = Directory(agencies, Rules(rules, agencies))
    except ValueError as error:
        raise Problem(f"{path or 'rules.yaml'}: {error}.") from error
    return RuleFile(directory, len(rules), list(file.get("tests") or ()))


def play_examples(read: RuleFile, day: date) -> list[Played]:
    """Every case under `tests:`, with what became of it."""
    played = []
    for row in read.examples:
        matter = Matter(
            str(row["category"]),
            Classification(row.get("classification", Classification.NON_SUPERVISION)),
            row.get("region"),
            str(row.get("text", "")),
        )
        choice = choose(read.directory.rules, read.directory.agencies, matter, (), day)
        case = ", ".join(str(value) for name, value in row.items() if name != "agency")
        played.append(Played(case, str(row["agency"]), choice.agency.code, choice.why_en))
    return played


def sendable(path: Path) -> list[dict[str, Any]]:
    """The rules of a file as the API takes them; Problem if there are none."""
    rows = _load(path).get("rules") or []
    if not rows:
        raise Problem(f"{path} holds no rules.")
    return [{name: value for name, value in row.items() if name != "valid_from"} for row in rows]


def _load(path: Path) -> dict[str, Any]:
    try:
        loaded = read_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Problem(f"{path} is no YAML: {error}.") from error
    if not isinstance(loaded, dict):
        raise Problem(f"{path} is no file of rules: it must say `rules:` and a list.")
    return loaded
