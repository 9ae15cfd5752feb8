"""Published keys as commands are given them: to check what LAPOR signed without asking it."""

from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deploy.cli.problems import Problem
from deploy.local import detached
from deploy.local.errors import StackError
from deploy.local.keys import RECEIPT_PUBLIC_KEY, RECEIPT_RETIRED_KEYS
from shared.security.keys import InvalidKey
from shared.security.published import read_published

Keys = tuple[Ed25519PublicKey, ...]

ReceiptKeys = Annotated[
    str | None,
    typer.Option(
        "--key",
        envvar=RECEIPT_PUBLIC_KEY,
        help="The published keys: a file with what /v1/receipts/keys answers (or …/key), or the keys "
        "themselves, joined by commas. Without it: the embedded stack's.",
        show_default=False,
    ),
]


def receipt_keys(given: str | None, folder: Path) -> Keys:
    """What checks receipts and the record of reveals. Raises Problem."""
    return keys_of(given or _own(folder))


def keys_of(given: str) -> Keys:
    """The keys of a file, or of the text itself. Raises Problem."""
    try:
        text = Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError):
        text = given
    try:
        return read_published(text)
    except InvalidKey as error:
        raise Problem(f"The key cannot be used: {error}.") from error


def _own(folder: Path) -> str:
    try:
        secrets = detached.addresses(folder).secrets
        return f"{secrets[RECEIPT_PUBLIC_KEY]},{secrets.get(RECEIPT_RETIRED_KEYS, '')}"
    except (StackError, KeyError) as error:
        raise Problem(f"Name the key with --key; {folder} holds none.") from error
