"""`lapor agencies`: the agencies that cases can be sent to, looked up, exported, and changed by a table."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from deploy.cli.gateway import GatewayUrl, Token, gateway
from deploy.cli.problems import Problem
from deploy.cli.screen import Json, plain_table, screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from shared.security.tokens import Role

PAGE = 1000

agencies = typer.Typer(
    help="Look agencies up, export them, and change them by a table.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(agencies, name="agencies")


@agencies.command("list")
def list_agencies(
    *,
    under: Annotated[
        str | None, typer.Option(help="Only this agency and what lies below it, e.g. 35.3578.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="province, regency, city, ministry, unit …")] = None,
    q: Annotated[str | None, typer.Option("--name", help="Words of the name.")] = None,
    on: Annotated[str | None, typer.Option(help="Only those valid on this day, e.g. 2025-10-08.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 100,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """List agencies in the order of their paths."""
    found: list[dict[str, Any]] = []
    after: str | None = None
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        while len(found) < limit:
            size = min(PAGE, limit - len(found))
            page = lapor.get("/v1/agencies", under=under, kind=kind, q=q, on=on, after=after, limit=size)
            found += page["agencies"]
            if (after := page["next"]) is None:
                break
    console = screen()
    if json:
        console.print_json(data=found)
        return
    table = plain_table("code", "kind", "name", "zone", "valid", "successors")
    for one in found:
        table.add_row(
            one["code"], one["kind"], Text(one["name"]), one["zone"], _days(one), " ".join(one["successors"])
        )
    console.print(table)
    console.print(f"\n{len(found)} agencies." + (" There are more: raise --limit." if after else ""))


@agencies.command()
def show(
    code: Annotated[str, typer.Argument(help="The agency's path, e.g. 35.3578.dishub.")],
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Show one agency: its place in the tree, its calendar, who coordinates it, its units."""
    with gateway(folder, gateway_url, token, Role.OPERATOR) as lapor:
        one = lapor.get(f"/v1/agencies/{code}")
    console = screen()
    if json:
        console.print_json(data=one)
        return
    console.print(
        Text.assemble((one["name"], "bold"), ("" if one["valid"] else "  (tidak berlaku · not valid)", "red"))
    )
    for label, value in (
        ("code", one["code"]),
        ("kind", one["kind"]),
        ("parent", one["parent"]),
        ("coordinator", one["coordinator"]),
        ("zone", one["zone"]),
        ("calendar", one["calendar"] or "nasional · national"),
        ("valid", _days(one) or "selalu · always"),
        ("successors", " ".join(one["successors"])),
        ("units", " ".join(one["units"])),
    ):
        if value:
            console.print(f"  {label:<12} {value}")


@agencies.command()
def export(
    to: Annotated[Path | None, typer.Argument(help="File to write; without it: the screen.")] = None,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Write all agencies as a CSV table, ready to be changed and imported again."""
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
        table = lapor.download("/v1/agencies/export")
    if to is None:
        typer.echo(table, nl=False)
        return
    to.write_text(table, encoding="utf-8", newline="")
    typer.echo(f"{table.count(chr(10)) - 1} agencies written to {to}.")


@agencies.command("import")
def import_table(
    table: Annotated[Path, typer.Argument(help="CSV file; columns as `lapor agencies export` writes them.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    officer: Annotated[str, typer.Option(help="Who the change is recorded for.")] = "petugas",
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Add and change agencies from a table: all of it or, if a row is wrong, nothing.

    Rows that the table lacks stay. An agency is ended by its valid_to; its open dispositions go to its
    successors the day after.
    """
    try:
        data = table.read_bytes()
    except OSError as error:
        raise Problem(f"{table} cannot be read: {error.strerror}.") from error
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN, officer) as lapor:
        done = lapor.upload("/v1/agencies/import", data, "text/csv", dry_run=dry_run)
    console = screen()
    if json:
        console.print_json(data=done)
        return
    for change in done["changes"]:
        mark = ("+ ", "green") if change["new"] else ("~ ", "yellow")
        console.print(Text.assemble(mark, change["code"], "  ", (change["name"], "dim")))
        for one in change["fields"]:
            console.print(Text(f"    {one['field']}: {one['before'] or '–'} → {one['after'] or '–'}"))
    told = len(done["changes"])
    if (more := done["added"] + done["changed"] - told) > 0:
        console.print(f"… and {more} more.")
    verb = "would be" if dry_run else "were"
    console.print(
        f"{done['added']} {verb} added, {done['changed']} changed, {done['unchanged']} stay as they are."
    )


def _days(one: dict[str, Any]) -> str:
    if not one["valid_from"] and not one["valid_to"]:
        return ""
    return f"{one['valid_from'] or '…'} – {one['valid_to'] or '…'}"
