"""`lapor policies`: the limits that clocks are held to, and recording that an act of law set another."""

from datetime import datetime
from operator import itemgetter
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.cli.acts import Author, Decided, DryRun, KnownAt, Source, Yes, put_on_record
from deploy.cli.gateway import GatewayUrl, Token, gateway
from deploy.cli.moments import day, moment
from deploy.cli.problems import Problem
from deploy.cli.screen import Json, plain_table, screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from shared.calendar import Basis, Unit, Zone
from shared.contracts import Classification, ClockKind
from shared.security.tokens import Role

PATH = "/v1/policies"

policies = typer.Typer(
    help="Look at the limits that clocks are held to, and put on record that an act of law set another.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(policies, name="policies")


@policies.command("list")
def list_limits(
    *,
    known_at: KnownAt = None,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Show every limit, the clock it is for, and by which act; and the hours in which staff are reminded."""
    found = _read(known_at, folder, gateway_url, token)
    console = screen()
    if json:
        console.print_json(data=found)
        return
    console.print(Text.assemble(("Batas waktu · limits", "bold"), (f"  versi {found['version']}", "dim")))
    console.print(_limits(found["limits"]))
    for hours in found["working_hours"]:
        console.print(
            f"Jam kerja · working hours {hours['opens'][:5]} to {hours['closes'][:5]}, "
            f"since {hours['effective_from']} ({hours['source']})",
            style="dim",
        )


@policies.command()
def show(
    clock: Annotated[ClockKind, typer.Argument(help="Which clock.")],
    *,
    known_at: KnownAt = None,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Show one clock: its limits since when, and who is reminded when it is overdue."""
    found = _read(known_at, folder, gateway_url, token)
    limits = [one for one in found["limits"] if one["clock"] == clock]
    ladders = [one for one in found["escalation"] if clock in one["clocks"]]
    console = screen()
    if json:
        console.print_json(data={"version": found["version"], "limits": limits, "escalation": ladders})
        return
    console.print(Text.assemble((clock.value, "bold"), (f"  versi {found['version']}", "dim")))
    console.print(_limits(limits) if limits else "No limit is known for it.")
    for ladder in ladders:
        console.print(f"Pengingat · reminders since {ladder['effective_from']} ({ladder['source']})")
        for step in ladder["steps"]:
            console.print(f"  {step['after_days']} working days after the deadline: {step['step']}")


@policies.command()
def amend(
    clock: Annotated[ClockKind, typer.Argument(help="Which clock.")],
    days: Annotated[int, typer.Argument(help="The limit from then on.", min=1)],
    *,
    source: Source,
    decided: Decided,
    effective_from: Annotated[str, typer.Option(help="From this day on clocks that start take it up.")],
    classification: Annotated[
        Classification | None, typer.Option(help="For these cases only; settlement needs one.")
    ] = None,
    agency: Annotated[
        str | None, typer.Option(help="Under this path only, where it is stricter: 35.3578.")
    ] = None,
    unit: Annotated[Unit, typer.Option(help="What is counted.")] = Unit.WORKING_DAYS,
    basis: Annotated[Basis, typer.Option(help="How firm the ground is.")] = Basis.LAW,
    applies_to_running: Annotated[
        bool, typer.Option("--applies-to-running", help="Clocks that run already take it up, too.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    officer: Author = "petugas",
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Put a new limit on record. Tells first how many open clocks will move, and asks.

    It edits no other: of one rule, the latest in effect holds. The recompute begins by itself.
    """
    body = {
        "clock": clock,
        "days": days,
        "source": source,
        "decided": str(day(decided, "--decided")),
        "effective_from": str(day(effective_from, "--effective-from")),
        "classification": classification,
        "agency": agency,
        "unit": unit,
        "basis": basis,
        "applies_to_running": applies_to_running,
    }
    if clock is ClockKind.SETTLEMENT and classification is None:
        raise Problem("--classification is needed: settlement has a limit for each.")
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN, officer) as lapor:
        put_on_record(lapor, "policy", PATH, body, _tell, dry_run=dry_run, yes=yes)


def _read(known_at: str | None, folder: Any, gateway_url: str | None, token: str | None) -> dict[str, Any]:
    then = moment(known_at, "--known-at") if known_at else None
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        found: dict[str, Any] = lapor.get(PATH, known_at=then)
    return found


def _limits(limits: list[dict[str, Any]]) -> Table:
    table = plain_table("clock", "for", "limit", "since", "known since", "act")
    for one in sorted(limits, key=itemgetter("clock", "effective_from")):
        scope = " ".join(filter(None, (one["classification"], one["agency"])))
        table.add_row(
            one["clock"],
            scope or Text("all", "dim"),
            f"{one['days']} {one['unit'].replace('_', ' ')}",
            one["effective_from"] + (", running too" if one["applies_to_running"] else ""),
            _known(one["known_at"]),
            Text(f"{one['source']} ({one['basis']})", "dim"),
        )
    return table


def _known(at: str | None) -> str:
    return f"{datetime.fromisoformat(at).astimezone(Zone.WIB.tz):%Y-%m-%d %H.%M} WIB" if at else "always"


def _tell(console: Console, amendment: dict[str, Any]) -> None:
    limit = amendment["limit"]
    unit = limit["unit"].replace("_", " ")
    console.print(f"{limit['clock']}: {limit['days']} {unit} from {limit['effective_from']} on.")
