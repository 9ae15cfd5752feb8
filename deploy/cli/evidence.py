"""`lapor evidence`: opens a sealed original, as a court may demand. Every opening is recorded.

The key that opens originals is to lie in a safe: it is needed here alone, and no service holds it.
"""

import asyncio
import os
from hashlib import sha256
from pathlib import Path
from typing import Annotated, BinaryIO, cast
from uuid import UUID

import typer
from minio import Minio
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from deploy.cli.problems import Problem
from deploy.cli.screen import screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from deploy.local import detached
from deploy.local.addresses import Addresses
from deploy.local.errors import StackError
from deploy.provision.objectstore import ObjectStore
from services.intake.evidence.originals import Original, record_opening
from shared.clock import SystemClock
from shared.db.database import Database
from shared.security.envelopes import Unsealable
from shared.security.files import FileOpener
from shared.security.keys import InvalidKey

PRIVATE = "LAPOR_EVIDENCE_PRIVATE_KEY"
BUCKET = "lapor-originals"

evidence = typer.Typer(help="Files that reporters sent.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(evidence, name="evidence")


@evidence.callback()
def _group() -> None:
    """A group, although it has one command yet."""


@evidence.command()
def original(
    evidence_id: Annotated[UUID, typer.Argument(help="The file's id, as the list of evidence shows it.")],
    *,
    target: Annotated[Path, typer.Option("--out", help="Where to write it; must not exist yet.")],
    officer: Annotated[str, typer.Option(help="Who opens it; recorded.")],
    key_file: Annotated[
        Path | None,
        typer.Option(help=f"A file with the private key. Without it: {PRIVATE}, or the embedded stack's."),
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(envvar="LAPOR_DATABASE_URL", help="Intake's own database address.", show_default=False),
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Write a file as its reporter sent it, with everything it says about them. Handle it accordingly.

    The clean copy that officers see by the web is enough for nearly everything.
    """
    if target.exists():
        raise Problem(f"{target} exists already.")
    opener = _opener(folder, key_file)
    url = database_url or _addresses(folder).database_url("intake")
    found = asyncio.run(_recorded(url, evidence_id, officer))
    if found is None:
        raise Problem("There is no sealed original with that id.")
    digest = _write(_store(folder), found, opener, target)
    same = digest == found.sha256
    screen().print(f"{target}: {found.content_type}, SHA-256 {digest}")
    if not same:
        raise Problem("Its hash is not the one that was recorded when it was received.")
    screen().print("[green]Sama dengan yang diterima dari pelapor.[/green]")


async def _recorded(url: str, evidence_id: UUID, officer: str) -> Original | None:
    database = Database(url, SystemClock(), pool_size=1)
    try:
        async with database.transaction() as tx:
            return await record_opening(tx, evidence_id, officer)
    finally:
        await database.close()


def _write(store: ObjectStore, found: Original, opener: FileOpener, target: Path) -> str:
    client = Minio(
        store.endpoint, store.access_key, store.secret_key, secure=store.secure, region="us-east-1"
    )
    digest, response = sha256(), None
    try:
        response = client.get_object(BUCKET, found.original_key)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in opener.open(found.evidence_id, cast("BinaryIO", response)):
                digest.update(piece)
                file.write(piece)
    except Unsealable as error:
        target.unlink(missing_ok=True)
        raise Problem(f"It does not open: {error}.") from error
    except (MinioException, HTTPError) as error:
        raise Problem(f"The object store refused: {type(error).__name__}.") from error
    finally:
        if response is not None:
            response.close()
    return digest.hexdigest()


def _opener(folder: Path, key_file: Path | None) -> FileOpener:
    try:
        text = key_file.read_text(encoding="utf-8") if key_file else os.environ.get(PRIVATE)
        return FileOpener(text or _addresses(folder).secrets[PRIVATE])
    except OSError as error:
        raise Problem(f"{key_file} cannot be read: {error.strerror}.") from error
    except InvalidKey as error:
        raise Problem(f"The key cannot be used: {error}.") from error


def _store(folder: Path) -> ObjectStore:
    if endpoint := os.environ.get("LAPOR_S3_ENDPOINT"):
        return ObjectStore(
            endpoint, os.environ["LAPOR_S3_ACCESS_KEY"], os.environ["LAPOR_S3_SECRET_KEY"],
            secure=os.environ.get("LAPOR_S3_SECURE", "true") != "false",
        )  # fmt: skip
    return _addresses(folder).s3


def _addresses(folder: Path) -> Addresses:
    try:
        return detached.addresses(folder)
    except StackError as error:
        raise Problem(f"Name keys and addresses, or run it beside the stack: {error}") from error
