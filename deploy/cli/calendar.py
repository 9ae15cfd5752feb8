"""`lapor calendar`: the free days that deadlines jump over, and what became known of them when."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from deploy.cli.acts import KnownAt
from deploy.cli.clock_page import free_days
from deploy.cli.decree import DAYS, Region, amend
from deploy.cli.gateway import GatewayUrl, Token, gateway
from deploy.cli.moments import day, moment, spoken
from deploy.cli.months import Sheet, year_of
from deploy.cli.screen import Json, plain_table, screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from shared.calendar import Zone
from shared.security.tokens import Role

calendar = typer.Typer(
    help="Look at the free days that deadlines jump over, and put on record what an act of law changed.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(calendar, name="calendar")
    calendar.command()(amend)


@calendar.command()
def show(
    *,
    year: Annotated[
        int | None, typer.Option(help="Which year; without it: this one.", show_default=False)
    ] = None,
    region: Region = None,
    known_at: KnownAt = None,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Show a year: its months with the free days marked, and each free day with its act."""
    then = moment(known_at, "--known-at") if known_at else None
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        found = lapor.get(DAYS, year=year, region=region, known_at=then)
    year = year or datetime.fromisoformat(found["now"]).astimezone(Zone.WIB.tz).year
    days = [one for one in found["days"] if one["date"].startswith(f"{year:04}")]
    console = screen()
    if json:
        console.print_json(data={**found, "days": days})
        return
    free = {date.fromisoformat(one["date"]): one["name"] for one in days}
    console.print(_heading(found, year, free))
    console.print(year_of(year, free, day(found["now"][:10], "now"), min(console.width, 124)))
    console.print(Text(), free_days(days), sep="\n")


def _heading(found: dict[str, Any], year: int, free: Mapping[date, str]) -> Text:
    where = f"daerah {found['region']}" if found["region"] else "nasional"
    known = spoken(date.fromisoformat(found["known_through"]))
    text = Text.assemble((f"Kalender {where} {year}", "bold"), (f"  versi {found['version']}", "dim"))
    whole = Sheet(date(year - 1, 12, 31), date(year, 12, 31), date(year, 1, 1), free=free)
    text.append(f"  {len(whole.counted())} hari kerja · working days", "dim")
    text.append(f"\nLengkap sampai · complete through {known}", "dim")
    if found["known_at"]:
        text.append(f", menurut yang diketahui · as known at {found['known_at']}", "dim")
    return text.append("\n")


@calendar.command()
def diff(
    *,
    since: Annotated[str, typer.Option(help="After this moment, or this day's end: 2026-08-01.")],
    until: Annotated[
        str | None, typer.Option(help="Up to this moment or day; without it: now.", show_default=False)
    ] = None,
    region: Region = None,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Show what became known about free days between two moments, whatever days they were about."""
    end = moment(until, "--until") if until else None
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        found = lapor.get(f"{DAYS}/diff", since=moment(since, "--since"), until=end, region=region)
    console = screen()
    if json:
        console.print_json(data=found)
        return
    table = plain_table("known since", "", "day", "name", "scope", "act")
    for change in found["changes"]:
        added, one = change["change"] == "added", change["day"]
        known = datetime.fromisoformat(change["known_at"]).astimezone(Zone.WIB.tz)
        table.add_row(
            f"{known:%Y-%m-%d %H.%M} WIB",
            Text("+ libur · free", "red") if added else Text("− kerja · working", "green"),
            spoken(date.fromisoformat(one["date"])),
            f"{one['name']} · {one['name_en']}" if one["name"] else "",
            change["scope"],
            Text(change["by"], "dim"),
        )
    console.print(table if found["changes"] else "Nothing became known.")
