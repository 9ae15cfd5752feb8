"""`lapor rules`: why a case goes where it goes, whether rules are sound, what a change would have done."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from deploy.cli.gateway import GatewayUrl, Token, gateway
from deploy.cli.moments import moment
from deploy.cli.problems import Problem
from deploy.cli.rule_files import Played, play_examples, read_rules, sendable
from deploy.cli.screen import Json, plain_table, right, screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from services.routing.domain.lint import Finding, lint
from shared.calendar import Zone
from shared.clock import SystemClock
from shared.security.tokens import Role

RulesFile = Annotated[
    Path | None,
    typer.Argument(help="A file like rules.yaml; without it: the reviewed rules of this release."),
]

rules = typer.Typer(
    help="See why a case goes where it goes, test rules, and replay past cases against changed ones.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(rules, name="rules")


@rules.command()
def explain(
    *,
    category: Annotated[str, typer.Option(help="The case's category, e.g. «Jalan rusak».")],
    classification: Annotated[
        str, typer.Option(help="supervision, non_supervision, information or aspiration.")
    ] = "non_supervision",
    region: Annotated[str | None, typer.Option(help="Where, by the ministry's code, e.g. 35.78.")] = None,
    text: Annotated[str, typer.Option(help="What the report says; keywords are looked for in it.")] = "",
    on: Annotated[str | None, typer.Option(help="On this day; without it: today.")] = None,
    tried: Annotated[
        list[str] | None, typer.Option(help="An agency that has had it; may be repeated.")
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Tell which agency a case would go to, which rule won, and why the others lost."""
    case = {
        "category": category,
        "classification": classification,
        "region": region,
        "text": text,
        "on": on,
        "excluded": tried or [],
    }
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
        outcome = lapor.post("/v1/rules/dry-run", case)
    console = screen()
    if json:
        console.print_json(data=outcome)
        return
    console.print(Text.assemble((outcome["agency"], "bold"), "  ", outcome["agency_name"]))
    console.print(f"  {outcome['why']} · {outcome['why_en']}\n")
    table = plain_table("rule", "version", "", "why")
    for one in outcome["ranked"]:
        mark = Text("won", "green") if one["won"] else Text("lost", "dim")
        table.add_row(one["rule"], str(one["version"]), mark, f"{one['why']} · {one['why_en']}")
    for one in outcome["near"]:
        wanted = Text(f"{one['condition']} ≠ {one['wanted']}", "dim")
        table.add_row(one["rule"], str(one["version"]), Text("no fit", "dim"), wanted)
    console.print(table)
    steps = " → ".join(f"{step['agency']} ({step['verdict']})" for step in outcome["considered"])
    console.print(f"\nConsidered: {steps}")


@rules.command("test")
def run_tests(
    file: RulesFile = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Fail for what is doubtful, too.")] = False,
    live: Annotated[bool, typer.Option("--live", help="The rules that are served now.")] = False,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Test rules: their form, the cases in their file, and what is unreachable or in conflict.

    Without --live nothing needs to run. Fails if a case in the file reaches another agency than it should.
    """
    console = screen()
    if live:
        with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
            found = [Finding(**one) for one in lapor.get("/v1/rules/findings")["findings"]]
        failed: list[Played] = []
    else:
        today = Zone.WIB.date_of(SystemClock().now())
        read = read_rules(file)
        found, played = lint(read.directory, today), play_examples(read, today)
        failed = [one for one in played if not one.passed]
        console.print(f"{read.count} rules, {len(played)} cases played.")
    for one in failed:
        console.print(Text(f"✗ {one.case}: {one.reached} instead of {one.expected} ({one.why})", "red"))
    for finding in found:
        console.print(
            Text.assemble((f"! {finding.rule}: ", "yellow"), f"{finding.message} · {finding.message_en}")
        )
    if failed or (strict and found):
        raise typer.Exit(1)
    console.print("The rules hold." if not found else f"The rules hold; doubtful: {len(found)}.")


@rules.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A file like rules.yaml with the rules that would change.")],
    *,
    since: Annotated[
        str | None, typer.Option(help="Cases recorded since then; without it: the last 30 days.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="… and up to then; without it: now.")] = None,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Tell what changed rules would have done to the cases of the last month. Changes nothing.

    The rules in force are kept, except that those of the file take the place of their namesakes.
    """
    body: dict[str, Any] = {"rules": sendable(file)}
    body |= {"since": moment(since, "--since")} if since else {}
    body |= {"until": moment(until, "--until")} if until else {}
    totals: Counter[str] = Counter()
    moves: Counter[tuple[str, str, str, str]] = Counter()
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
        while True:
            page = lapor.post("/v1/rules/replay", body)
            totals.update({name: page[name] for name in ("cases", "by_officers", "moved")})
            for one in page["moves"]:
                key = (one["before"], one["after"], one["rule_before"] or "–", one["rule_after"] or "–")
                moves[key] += one["count"]
            if page["next"] is None:
                break
            body |= {"after": page["next"], "until": page["until"]}
    _tell_replay(totals, moves, json=json)


def _tell_replay(totals: Counter[str], moves: Counter[tuple[str, str, str, str]], *, json: bool) -> None:
    console = screen()
    columns = ("before", "after", "rule_before", "rule_after")
    if json:
        listed = [
            dict(zip(columns, key, strict=True)) | {"count": count} for key, count in moves.most_common()
        ]
        console.print_json(data={**totals, "moves": listed})
        return
    if not totals["cases"]:
        raise Problem("No case was recorded in that time.")
    table = plain_table(*right("cases"), *(column.replace("_", " ") for column in columns))
    for key, count in moves.most_common():
        table.add_row(str(count), *key)
    if moves:
        console.print(table)
    console.print(
        f"\n{totals['moved']} of {totals['cases']} cases would have gone elsewhere; "
        f"{totals['by_officers']} went where an officer chose, whatever the rules say."
    )
