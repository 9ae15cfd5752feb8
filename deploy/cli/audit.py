"""`lapor audit`: checks that nothing in the recorded histories was altered, removed or moved."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from deploy.cli import target
from deploy.cli.problems import Problem
from deploy.cli.published import Keys, keys_of
from deploy.cli.screen import screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from deploy.local import detached
from deploy.local.errors import StackError
from services.verification.audit import Checked
from services.verification.audit import verify as verify_everything
from services.verification.domain.inspection import Finding
from services.verification.domain.proof import InvalidProof, check, places_of
from shared.clock import clock_from
from shared.db.database import Database
from shared.security.keys import load_signing_key

audits = typer.Typer(help="Check the tamper-evident histories of cases.", no_args_is_help=True)
MOST_SHOWN = 200

Key = Annotated[
    str | None,
    typer.Option(
        envvar="LAPOR_AUDIT_PUBLIC_KEY",
        help="The published key: a file with what /v1/audit/key answers, or the key itself; if it was "
        "replaced, all of them, joined by commas. Without it: the embedded stack's.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    app.add_typer(audits, name="audit")


@audits.command()
def verify(
    database_url: Annotated[
        str | None,
        typer.Option(
            envvar="LAPOR_DATABASE_URL",
            help="The verification service's database (postgresql+asyncpg://…). "
            "Without it: the embedded stack's.",
            show_default=False,
        ),
    ] = None,
    key: Key = None,
    *,
    processes: Annotated[
        int,
        typer.Option(min=1, max=64, help="How many share a long history. Services go first."),
    ] = os.cpu_count() or 1,
    kept: Annotated[
        Path | None,
        typer.Option(
            "--roots",
            help="What /v1/audit/roots answered once, kept elsewhere: whether these roots are still there.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was found, as JSON.")] = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Recompute every chain and every root, and name each entry that was altered, removed or moved.

    Exits with 1 if anything is wrong. Changes nothing.
    """
    started = time.perf_counter()
    checked, findings = asyncio.run(
        _verify(
            target.database(folder, database_url, "verification"), _keys(key, folder), processes, _kept(kept)
        )
    )
    seconds = time.perf_counter() - started
    if as_json:
        screen().print_json(data={**vars(checked), "findings": [_plain(one) for one in findings]})
    else:
        _show(checked, findings, seconds)
    if findings:
        raise typer.Exit(1)


@audits.command()
def proof(
    file: Annotated[Path, typer.Argument(help="What /v1/audit/proofs answered.")],
    words: Annotated[
        str | None, typer.Option(help="Your own words: the report's text, or what you added later.")
    ] = None,
    key: Key = None,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Check the proof of a report's entries, without a network. Exits with 1 if it proves nothing."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        proven = check(content, _keys(key, folder))
    except (OSError, ValueError) as error:  # InvalidProof is a ValueError too
        known = isinstance(error, InvalidProof)
        raise Problem(f"No proof: {error if known else 'the file cannot be read as one'}.") from error
    screen().print(
        f"[green]Terbukti: {proven.entries} entri di bawah segel nomor {proven.root.number} "
        f"({proven.root.day}).[/green]"
    )
    if words is not None:
        places = places_of(content, words)
        if not places:
            raise Problem("These words are in none of the entries.")
        screen().print(f"[green]Kata-kata itu ada pada entri {', '.join(map(str, places))}.[/green]")


async def _verify(
    database_url: str, keys: Keys, processes: int, kept: list[str]
) -> tuple[Checked, list[Finding]]:
    database, checked = Database(database_url, clock_from(None), pool_size=2), Checked()
    try:
        found = verify_everything(database, keys, checked, processes=processes, kept=kept)
        return checked, [finding async for finding in found]
    finally:
        await database.close()


def _show(checked: Checked, findings: list[Finding], seconds: float) -> None:
    screen().print(
        f"{checked.entries} entri dalam {checked.cases} kasus dan {checked.roots} segel diperiksa "
        f"dalam {seconds:.1f} detik."
    )
    if not findings:
        screen().print("[green]Utuh: tidak ada yang diubah, dihapus, atau dipindahkan.[/green]")
        return
    table = Table("kasus", "entri", "temuan", "keterangan", box=None)
    for one in findings[:MOST_SHOWN]:
        table.add_row(
            str(one.report_id or "segel"), str(one.seq or ""), f"[red]{one.wrong}[/red]", one.detail
        )
    screen().print(table)
    if len(findings) > MOST_SHOWN:
        screen().print(f"… dan {len(findings) - MOST_SHOWN} lagi (--json menyebut semuanya).")


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "wrong": finding.wrong,
        "report_id": str(finding.report_id) if finding.report_id else None,
        "seq": finding.seq,
        "detail": finding.detail,
    }


def _kept(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        return [str(one["statement"]) for one in json.loads(file.read_text(encoding="utf-8"))["roots"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(f"{file} does not hold what /v1/audit/roots answers.") from error


def _keys(given: str | None, folder: Path) -> Keys:
    if given is not None:
        return keys_of(given)
    try:
        private = detached.addresses(folder).secrets["LAPOR_AUDIT_PRIVATE_KEY"]
    except (StackError, KeyError) as error:
        raise Problem(f"Name the key with --key; {folder} holds none.") from error
    return (load_signing_key(private).public_key(),)
