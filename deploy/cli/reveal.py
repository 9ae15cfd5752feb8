"""`lapor reveal`: gives officers their part of the key that opens identities, moves to a new key, and checks
the record of reveals.

The key itself is to lie in a safe: only `enrol` and `rewrap` need it, and no service holds it.
"""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from deploy.cli.gateway import GatewayUrl, Token, gateway
from deploy.cli.problems import Problem
from deploy.cli.published import ReceiptKeys, receipt_keys
from deploy.cli.screen import screen
from deploy.cli.target import DEFAULT_FOLDER, Folder, database
from deploy.local import detached
from deploy.local.errors import StackError
from services.intake.identity import record
from services.intake.identity.chain import Wrong
from services.intake.identity.rotation import rewrap_identities
from shared.clock import SystemClock
from shared.db.database import Database
from shared.security.envelopes import Opener
from shared.security.holders import format_code, lock, new_code
from shared.security.keys import InvalidKey, load_seal_private_keys
from shared.security.sealing import IdentitySealer, key_id
from shared.security.tokens import Role

PRIVATE = "LAPOR_REVEAL_PRIVATE_KEY"
PUBLIC = "LAPOR_REVEAL_PUBLIC_KEY"

_WRONG = {
    Wrong.ALTERED: "was altered, moved or removed",
    Wrong.UNSIGNED: "is not signed, though one before it is",
    Wrong.FORGED: "was not signed by LAPOR: somebody wrote it anew",
    Wrong.UNKNOWN_KEY: "is signed with a key that is not among those given; all are at /v1/receipts/keys",
}

reveals = typer.Typer(
    help="Keys of the officers who may open an identity together, and the record of what they did.",
    no_args_is_help=True,
)

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        help=f"A file with the private key (several: one a line). Without it: {PRIVATE}, or the embedded "
        "stack's own.",
        show_default=False,
    ),
]


DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="LAPOR_DATABASE_URL",
        help="Intake's own database address. Without it: the embedded stack's.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    app.add_typer(reveals, name="reveal")


@reveals.command()
def enrol(
    officer: Annotated[str, typer.Argument(help="The officer's id, as in their token.")],
    key_file: KeyFile = None,
    folder: Folder = DEFAULT_FOLDER,
    url: GatewayUrl = None,
    token: Token = None,
) -> None:
    """Give an officer a code with which to approve reveals. It is printed once and kept nowhere.

    The officer approves other officers' requests with it, and alone can open nothing. Run again, the officer
    gets a new code and the old one is void.
    """
    (key, *_rest), code = _private_keys(folder, key_file), new_code()
    body = {"key_id": key_id(key.public_key()).hex(), "locked": lock(key, officer, code)}
    with gateway(folder, url, token, Role.NATIONAL_ADMIN) as lapor:
        lapor.put(f"/v1/reveals/holders/{officer}", body)
    screen().print(
        f"Kode untuk [bold]{officer}[/bold], ditampilkan sekali ini saja:\n\n  {format_code(code)}\n"
    )


@reveals.command()
def rewrap(
    new_key: Annotated[
        str | None,
        typer.Option(envvar=PUBLIC, help="The new public key. Without it: the embedded stack's."),
    ] = None,
    key_file: KeyFile = None,
    database_url: DatabaseUrl = None,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Wrap all identities to a new key, with the old private one. May be stopped and run again.

    When it says that none is left, enrol the officers anew and destroy the old key: then old copies of the
    database open to nobody.
    """
    try:
        opener, sealer = (
            Opener(_private_keys(folder, key_file)),
            IdentitySealer(new_key or _own(folder, PUBLIC)),
        )
    except InvalidKey as error:
        raise Problem(f"A key cannot be used: {error}.") from error
    renewed, skipped = asyncio.run(_rewrap(database(folder, database_url, "intake"), opener, sealer))
    screen().print(f"{renewed} wrapped anew; {skipped} could not be opened with the keys given.")
    if skipped:
        raise typer.Exit(1)


@reveals.command()
def verify(
    database_url: DatabaseUrl = None,
    folder: Folder = DEFAULT_FOLDER,
    key: ReceiptKeys = None,
    unsigned: Annotated[
        int,
        typer.Option(
            min=0,
            help="How many of the first entries were recorded before entries were signed, as you noted.",
        ),
    ] = 0,
    noted: Annotated[
        str | None,
        typer.Option(
            "--noted",
            metavar="NUMBER:HASH",
            help="The last entry as an earlier run named it: finds a record that was written anew since.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check the record's chain and signatures, and name the first entry that was altered, forged or removed.

    Exits with 1 if there is one. Changes nothing. Note its last line outside of the system: whoever may write
    to the database could take the newest entries away.
    """
    keys = receipt_keys(key, folder)
    kept = asyncio.run(_recorded(database(folder, database_url, "intake")))
    if (broken := kept.broken(keys)) is not None:
        raise Problem(f"Entry {broken.number} of the record of reveals {_WRONG[broken.wrong]}.")
    if kept.unsigned > unsigned:
        raise Problem(
            f"The first {kept.unsigned} entries are not signed. If as many were recorded before entries were "
            f"signed, say --unsigned {kept.unsigned}; otherwise somebody wrote them anew."
        )
    if noted is not None and not kept.still_has(*_noted(noted)):
        raise Problem(f"The record was written anew: it no longer holds the entry {noted}.")
    screen().print(f"[green]Utuh: {len(kept.kept)} entri, tidak ada yang diubah atau dihapus.[/green]")
    if kept.unsigned:
        screen().print(
            f"{kept.unsigned} entri pertama tanpa tanda tangan, dari sebelum tanda tangan diterapkan."
        )
    if kept.kept:
        screen().print(f"{len(kept.kept)}:{kept.kept[-1].digest.hex()}", soft_wrap=True)


def _noted(text: str) -> tuple[int, bytes]:
    number, _, digest = text.partition(":")
    try:
        return int(number), bytes.fromhex(digest)
    except ValueError as error:
        raise Problem("--noted is the last line of an earlier run: a number, a colon, a hash.") from error


async def _recorded(url: str) -> record.Record:
    intake = Database(url, SystemClock(), pool_size=1)
    try:
        async with intake.reading() as tx:
            return await record.read(tx)
    finally:
        await intake.close()


async def _rewrap(url: str, opener: Opener, sealer: IdentitySealer) -> tuple[int, int]:
    intake = Database(url, SystemClock(), pool_size=1)
    try:
        return await rewrap_identities(intake, opener, sealer)
    finally:
        await intake.close()


def _private_keys(folder: Path, key_file: Path | None) -> list[X25519PrivateKey]:
    try:
        text = key_file.read_text(encoding="utf-8") if key_file else os.environ.get(PRIVATE)
        return load_seal_private_keys(",".join((text or _own(folder, PRIVATE)).split()))
    except OSError as error:
        raise Problem(f"{key_file} cannot be read: {error.strerror}.") from error
    except InvalidKey as error:
        raise Problem(f"The private key cannot be used: {error}.") from error


def _own(folder: Path, name: str) -> str:
    try:
        return detached.addresses(folder).secrets[name]
    except (StackError, KeyError) as error:
        raise Problem(f"{name} is not set, and {folder} holds no such key.") from error
