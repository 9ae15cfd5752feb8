"""Freezes the `holidays` package into the reviewed file that deadlines are computed from.

``python -m shared.calendar.snapshot`` prints what has changed (exit 1 if anything has); ``--write`` renews
the file. The package is a source for this review and is never asked at run time.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import holidays
import yaml

from shared.calendar.days import DATA, DayKind

TARGET = DATA / "indonesia.yaml"
_CATEGORIES = {"public": DayKind.NATIONAL, "government": DayKind.JOINT_LEAVE}
_ESTIMATE = {"id": " (perkiraan)", "en_US": " (estimated)"}
_HEADER = """\
# Written by `python -m shared.calendar.snapshot --write` from the package and decrees.yaml: do not edit.
# Licence of the dates and names: LICENSE-holidays.txt.
"""


def render(acts: dict[str, Any]) -> str:
    """The holiday file as text, from the installed package and the hand-kept acts."""
    yearly = [{**act, "known_through": date(year, 12, 31)} for year, act in acts["yearly"].items()]
    decrees = [*yearly, *acts["amendments"]]
    lines = [
        _HEADER.rstrip(),
        "id: indonesia",
        f"version: {_quoted(acts['version'])}",
        f"first_day: {acts['first_day']}",
        f"known_through: {acts['known_through']}",
        f"provenance: {_quoted(_provenance())}",
        "decrees:",
        *(_decree_line(d) for d in decrees),
        "days:",
        *_day_lines(acts),
    ]
    return "\n".join(lines) + "\n"


def _provenance() -> str:
    return f"holidays {version('holidays')}, ID, categories public and government"


def _decree_line(decree: dict[str, Any]) -> str:
    through = f"known_through: {decree['known_through']}, " if "known_through" in decree else ""
    return (
        f"  - {{id: {decree['id']}, decided: {decree['decided']}, {through}"
        f"title: {_quoted(decree['title'])}}}"
    )


def _day_lines(acts: dict[str, Any]) -> Iterator[str]:
    years = range(acts["first_day"].year, acts["known_through"].year + 1)
    amended = {day: act["id"] for act in acts["amendments"] for day in act["days"]}
    moving = frozenset(acts["estimated"])
    found: dict[date, str] = {}
    for category, kind in _CATEGORIES.items():
        names = {
            lang: holidays.country_holidays("ID", years=years, categories=(category,), language=lang)
            for lang in _ESTIMATE
        }
        for day, name in names["id"].items():
            estimated = name.endswith(_ESTIMATE["id"]) or day in moving
            line = _line(
                date=day.isoformat(),
                kind=kind.value,
                name=_quoted(_title(name, "id")),
                name_en=_quoted(_title(names["en_US"][day], "en_US")),
                decree=amended.get(day, acts["yearly"][day.year]["id"]),
                **({"estimated": "true"} if estimated else {}),
            )
            found.setdefault(day, line)  # a national holiday outranks joint leave on the same day
    missing = [str(day) for day in {*amended, *moving} if day not in found]
    if missing:
        raise SystemExit(
            f"the package does not know these days of decrees.yaml: {', '.join(sorted(missing))}"
        )
    for act in acts["amendments"]:
        found |= {day["date"]: _withdrawn(day, act, acts) for day in act.get("withdraws", ())}
    yield from (found[day] for day in sorted(found))


def _withdrawn(day: dict[str, Any], act: dict[str, Any], acts: dict[str, Any]) -> str:
    """A day that the package does not list any more: it was free until the act."""
    return _line(
        date=day["date"].isoformat(),
        kind=day["kind"],
        name=_quoted(day["name"]),
        name_en=_quoted(day["name_en"]),
        decree=acts["yearly"][day["date"].year]["id"],
        withdrawn=act["id"],
    )


def _line(**fields: str) -> str:
    return "  - {" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}"


def _title(name: str, language: str) -> str:
    return name.removesuffix(_ESTIMATE[language])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m shared.calendar.snapshot", description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the file instead of showing the change")
    parser.add_argument("--acts", type=Path, default=DATA / "decrees.yaml", help="the hand-kept decrees")
    options = parser.parse_args()
    text = render(yaml.safe_load(options.acts.read_text(encoding="utf-8")))
    if options.write:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    before = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    change = list(difflib.unified_diff(before.splitlines(True), text.splitlines(True), "reviewed", "package"))
    sys.stdout.writelines(change or ["No change.\n"])
    return 1 if change else 0


if __name__ == "__main__":
    sys.exit(main())
