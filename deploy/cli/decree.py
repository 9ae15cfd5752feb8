"""`lapor calendar amend`: what an act of law changed, tried first and recorded when somebody has said yes."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console

from deploy.cli.acts import Author, Decided, DryRun, Source, Yes, put_on_record
from deploy.cli.gateway import GatewayUrl, Token, gateway
from deploy.cli.moments import day, spoken
from deploy.cli.problems import Problem
from deploy.cli.target import DEFAULT_FOLDER, Folder
from shared.security.tokens import Role

DAYS = "/v1/calendars/indonesia"
Region = Annotated[
    str | None,
    typer.Option(
        help="A province (35), a regency or city (35.78), or an agency's path. Without it: the nation.",
        show_default=False,
    ),
]


class Kind(StrEnum):
    """Why nobody works on a day."""

    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"
    REGIONAL = "regional"


def amend(
    *,
    source: Source,
    decided: Decided,
    add: Annotated[
        list[str] | None,
        typer.Option(help='A day that becomes free: "2026-08-18 Cuti bersama / Joint leave". Repeatable.'),
    ] = None,
    kind: Annotated[Kind, typer.Option(help="Of the added days.")] = Kind.JOINT_LEAVE,
    estimated: Annotated[
        bool, typer.Option("--estimated", help="The added days hang on a sighting of the moon.")
    ] = False,
    remove: Annotated[
        list[str] | None, typer.Option(help="A day that is a working day again. Repeatable.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            help="A YAML file with `added` and `removed` as in the API, for a whole year.", exists=True
        ),
    ] = None,
    known_through: Annotated[
        str | None, typer.Option(help="The act completes the nation's free days up to here.")
    ] = None,
    region: Region = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    officer: Author = "petugas",
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Put on record what an act of law changed. Tells first how many open clocks will move, and asks.

    A date that is both removed and added is replaced. The recompute begins by itself: `lapor sla recomputes`.
    """
    body = {
        "source": source,
        "decided": str(day(decided, "--decided")),
        "region": region,
        "added": [new_day(one, kind, estimated=estimated) for one in add or ()],
        "removed": [str(day(one, "--remove")) for one in remove or ()],
        "known_through": str(day(known_through, "--known-through")) if known_through else None,
    }
    if file is not None:
        body |= _from_file(file)
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN, officer) as lapor:
        put_on_record(lapor, "calendar", DAYS, body, _tell, dry_run=dry_run, yes=yes)


def new_day(typed: str, kind: Kind, *, estimated: bool) -> dict[str, Any]:
    when, _, names = typed.strip().partition(" ")
    name, _, name_en = (part.strip() for part in names.partition("/"))
    if not name or not name_en:
        raise Problem(
            f'--add needs a day and both names, "2026-08-18 Cuti bersama / Joint leave"; not {typed!r}.'
        )
    return {
        "date": str(day(when, "--add")),
        "kind": kind,
        "name": name,
        "name_en": name_en,
        "estimated": estimated,
    }


def _from_file(file: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Problem(f"{file} is no YAML: {error}") from None
    if not isinstance(found, dict):
        raise Problem(f"{file} holds no `added` or `removed`.")
    added = [{**one, "date": str(one.get("date"))} for one in found.get("added") or ()]
    removed = [str(one) for one in found.get("removed") or ()]
    return {"added": added, "removed": removed}


def _tell(console: Console, amendment: dict[str, Any]) -> None:
    for one in amendment["added"]:
        console.print(
            f"[red]+[/red] {spoken(date.fromisoformat(one['date']))}: {one['name']} · {one['name_en']}"
        )
    for one in amendment["removed"]:
        console.print(f"[green]−[/green] {spoken(date.fromisoformat(one))}")
    if amendment["known_through"]:
        console.print(f"Complete through {amendment['known_through']}.")
