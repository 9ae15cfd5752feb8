"""The signed list of a report's files, for `lapor receipt verify`: what it says, and if a file is in it."""

from hashlib import file_digest
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from deploy.cli.problems import Problem
from deploy.cli.published import Keys
from deploy.cli.screen import screen
from shared.security.receipts import InvalidReceipt, verify_manifest


def manifest_of(keys: Keys, text: str) -> dict[str, Any] | None:
    """What a list of files says; None if the text is no genuine list."""
    try:
        return verify_manifest(keys, text)
    except InvalidReceipt:
        return None


def show_manifest(content: dict[str, Any], file: Path | None, *, as_json: bool) -> None:
    """Print it, and what a file is in it. Exits with 1 if the file is not in it."""
    match = None if file is None else matching(content, file)
    if as_json:
        screen().print_json(data=content if file is None else {**content, "file_matches": match})
    else:
        screen().print(_table(content))
        screen().print("[green]Asli: ditandatangani LAPOR! dan tidak diubah.[/green]")
        if file is not None:
            screen().print(_sentence(file, match))
    if file is not None and match is None:
        raise typer.Exit(1)


def matching(content: dict[str, Any], file: Path) -> str | None:
    """`received` or `shown` and the id of the evidence that a file is, byte for byte; None if it is none."""
    try:
        with file.open("rb") as opened:
            digest = file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror}.") from error
    for listed in content["files"]:
        if listed["sha256"] == digest:
            return f"received {listed['evidence_id']}"
        if listed.get("shown", {}).get("sha256") == digest:
            return f"shown {listed['evidence_id']}"
    return None


def _sentence(file: Path, match: str | None) -> str:
    if match is None:
        return f"[red]{file.name} tidak ada dalam daftar ini, atau telah diubah.[/red]"
    what = "berkas asli yang diterima" if match.startswith("received") else "salinan bersih yang ditampilkan"
    return f"[green]{file.name} adalah {what} ({match.partition(' ')[2]}).[/green]"


def _table(content: dict[str, Any]) -> Table:
    table = Table(title=f"Bukti laporan {content['tracking_id']}", title_justify="left")
    for name in ("Bukti", "Diterima", "Jenis", "Byte", "SHA-256 asli", "Keadaan"):
        table.add_column(name, overflow="fold")
    for one in content["files"]:
        state = f"{one['state']} ({one['reason']})" if "reason" in one else one["state"]
        table.add_row(
            one["evidence_id"], one["received_at"], one["content_type"], f"{one['size']:,}",
            one["sha256"] or "belum dihitung", state,
        )  # fmt: skip
    return table
