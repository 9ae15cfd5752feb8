"""Every secret of one embedded stack: made once, in one file that only its owner can read. Never printed."""

import json
import os
import secrets
from pathlib import Path

from deploy.local.errors import StackError
from shared.messaging.topology import SERVICES
from shared.security.keys import generate_keys

ADMINISTRATORS = ("LAPOR_PASSWORD_DATABASE_ADMIN", "LAPOR_PASSWORD_BROKER_ADMIN")
SAMPLE_PASSWORD = "LAPOR_SAMPLE_PASSWORD"
"""What the sample officers of an embedded stack sign in with."""
S3_ACCESS_KEY, S3_SECRET_KEY = "LAPOR_S3_ACCESS_KEY", "LAPOR_S3_SECRET_KEY"
RECEIPT_PRIVATE_KEY, RECEIPT_PUBLIC_KEY = "LAPOR_RECEIPT_PRIVATE_KEY", "LAPOR_RECEIPT_PUBLIC_KEY"
RECEIPT_RETIRED_KEYS = "LAPOR_RECEIPT_RETIRED_KEYS"
"""Public halves of those before, joined by commas; nothing as long as there are none."""


def password_of(service: str) -> str:
    """The name of a service's password, the same for its database role and its broker user."""
    return f"LAPOR_PASSWORD_{service.upper()}"


def load_or_make(folder: Path, *, data_exists: bool) -> dict[str, str]:
    """Name → secret. New names are added to an old file; a lost file beside old data raises StackError."""
    path = folder / "secrets.json"
    if not path.exists() and data_exists:
        raise StackError(
            f"{path} is gone, and without it the stored data cannot be opened; start anew with --fresh."
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    kept = json.loads(path.read_text()) if path.exists() else {}
    secrets_now = _joined(_make(), kept)
    if secrets_now != kept:
        _write(path, secrets_now)
    return secrets_now


def load(folder: Path) -> dict[str, str]:
    """What `load_or_make` wrote. Raises StackError if it never did."""
    try:
        found: dict[str, str] = json.loads((folder / "secrets.json").read_text())
    except OSError as error:
        raise StackError("No embedded stack was ever started here; `lapor up` starts one.") from error
    return found


def replace_receipt_key(folder: Path) -> None:
    """Sign with a new key from the next start on; what the old one signed still counts. Raises StackError."""
    kept, new = load(folder), generate_keys()
    retired = [kept[RECEIPT_PUBLIC_KEY], *filter(None, kept.get(RECEIPT_RETIRED_KEYS, "").split(","))]
    pair = {name: new[name] for name in (RECEIPT_PRIVATE_KEY, RECEIPT_PUBLIC_KEY)}
    _write(folder / "secrets.json", {**kept, **pair, RECEIPT_RETIRED_KEYS: ",".join(retired)})


def _joined(new: dict[str, str], kept: dict[str, str]) -> dict[str, str]:
    """What is kept stays; channels that an old file does not know are given their secrets."""
    name = "LAPOR_CHANNEL_SECRETS"
    channels = {**json.loads(new[name]), **json.loads(kept.get(name, "{}"))}
    return {**new, **kept, name: json.dumps(channels)}


def _make() -> dict[str, str]:
    passwords = [*ADMINISTRATORS, *map(password_of, SERVICES)]
    return {
        **generate_keys(),
        **{name: secrets.token_hex(16) for name in passwords},
        SAMPLE_PASSWORD: f"contoh-{secrets.token_hex(6)}",
        S3_ACCESS_KEY: f"lapor{secrets.token_hex(6)}",
        S3_SECRET_KEY: secrets.token_hex(20),
    }


def _write(path: Path, content: dict[str, str]) -> None:
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
    temporary.replace(path)
