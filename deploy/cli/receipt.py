"""`lapor receipt`: checks a reporter's receipt. Works without a network: the receipt and the key suffice."""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from deploy.cli.manifest import manifest_of, show_manifest
from deploy.cli.problems import Problem
from deploy.cli.published import Keys, ReceiptKeys, receipt_keys
from deploy.cli.screen import screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from deploy.local import keys
from deploy.local.errors import StackError
from shared.calendar import Zone
from shared.regions import full_name
from shared.security.receipts import InvalidReceipt, UnknownReceiptKey, description_sha256, verify_receipt

receipts = typer.Typer(help="Check the receipts that reporters get.", no_args_is_help=True)

_JWS = re.compile(r"[\w-]+\.[\w-]*\.[\w-]*", re.ASCII)
"""The form of a receipt (RFC 7515), genuine or not."""
_LABELS = {
    "tracking_id": "Nomor laporan",
    "filed_at": "Diterima",
    "anonymous": "Identitas",
    "place": "Tempat",
    "event_date": "Tanggal kejadian",
    "channel": "Kanal",
    "deadline": "Diperiksa paling lambat",
    "description_sha256": "Sidik isi laporan (SHA-256)",
}


def register(app: typer.Typer) -> None:
    app.add_typer(receipts, name="receipt")


@receipts.command()
def verify(
    receipt: Annotated[str, typer.Argument(help="The receipt's text, a file that holds it, or - for stdin.")],
    key: ReceiptKeys = None,
    *,
    text: Annotated[
        Path | None,
        typer.Option(help="A file with the report's text, to see whether it is the one that was filed."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A file that was sent as evidence, to find it in a signed list of files."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What the receipt says, as JSON.")] = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Tell whether a receipt is genuine, and what it proves. Exits with 1 if it is not.

    A receipt is a signed text (JWS, Ed25519). It does not hold the report's text, only its fingerprint. The
    signed list of a report's files (/v1/reports/…/evidence/manifest) is checked in the same way. It names the
    key that signed it: /v1/receipts/keys holds that one, also after LAPOR has taken a new one.
    """
    written, public = _read(receipt), receipt_keys(key, folder)
    if (listed := manifest_of(public, written)) is not None:
        show_manifest(listed, file, as_json=as_json)
        return
    if file is not None:
        raise Problem("--file needs a genuine list of files (…/evidence/manifest), and this is none.")
    content = _verified(written, public)
    same = None if text is None else _same(text, content)
    if as_json:
        screen().print_json(data=content if same is None else {**content, "text_matches": same})
    else:
        screen().print(_table(content))
        screen().print("[green]Asli: ditandatangani LAPOR! dan tidak diubah.[/green]")
        if same is not None:
            screen().print(
                "[green]Isi laporan sama dengan yang diterima.[/green]"
                if same
                else "[red]Isi laporan berbeda dengan yang diterima.[/red]"
            )
    if same is False:
        raise typer.Exit(1)


@receipts.command()
def rotate(folder: Folder = DEFAULT_FOLDER) -> None:
    """Give the embedded stack a new key to sign receipts with, from its next start on.

    What the old key signed stays genuine: its public half goes on being published, at /v1/receipts/keys.
    """
    try:
        keys.replace_receipt_key(folder / "keys")
    except StackError as error:
        raise Problem(str(error)) from error
    screen().print(
        "Kunci tanda terima diganti; berlaku setelah [bold]lapor down[/bold] dan [bold]lapor up[/bold]."
    )


def _verified(receipt: str, public: Keys) -> dict[str, Any]:
    try:
        return verify_receipt(public, receipt)
    except UnknownReceiptKey as error:
        raise Problem(f"Nobody can tell: {error}. All keys are at /v1/receipts/keys.") from error
    except InvalidReceipt as error:
        raise Problem(f"Not genuine: {error}.") from error


def _same(text: Path, content: dict[str, Any]) -> bool:
    try:
        written = text.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{text} cannot be read: {error}.") from error
    return content["description_sha256"] in {description_sha256(written), description_sha256(written.strip())}


def _read(receipt: str) -> str:
    if receipt == "-":
        return typer.get_text_stream("stdin").read().strip()
    try:
        return Path(receipt).read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:  # a PDF, say, and no forgery
        raise Problem(f"{receipt} is no text: copy the signature out of it, and give that.") from error
    except OSError as error:
        if _JWS.fullmatch("".join(receipt.split())):
            return receipt
        raise Problem(f"{receipt[:200]} is neither a receipt nor a file that can be read.") from error


def _table(content: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False)
    for name, label in _LABELS.items():
        table.add_row(label, _shown(name, content.get(name)))
    return table


def _shown(name: str, value: Any) -> str:
    if name == "anonymous":
        return "dirahasiakan (anonim)" if value else "diketahui LAPOR!, tidak dimuat di sini"
    if value is None:
        return "tidak disebutkan"
    if name in {"filed_at", "deadline"}:
        return f"{datetime.fromisoformat(value).astimezone(Zone.WIB.tz):%d-%m-%Y %H.%M} {Zone.WIB.value}"
    if name == "place":
        return full_name(value)
    return str(value)
