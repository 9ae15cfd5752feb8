"""`python -m deploy.compose.keys`: makes every secret of a deployment once and hands each container its own.

Run again, it keeps what there is; with `--new-receipt-key` it replaces that one. Never prints a secret.
"""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local import keys
from deploy.local.environment import own_secrets
from deploy.local.keys import S3_ACCESS_KEY, S3_SECRET_KEY, password_of
from shared.messaging.topology import SERVICES

DATABASE = "postgres:5432/lapor"
BROKER = "rabbitmq:5672/"
MANAGEMENT = "rabbitmq:15672"
NEW_RECEIPT_KEY = "--new-receipt-key"
"""Where the containers find each other: names and ports of `docker-compose.yml`."""


def environments(secrets: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Container → the settings that only it may know. Only notify can open a sealed contact."""
    return {
        "postgres": {"POSTGRES_PASSWORD": secrets["LAPOR_PASSWORD_DATABASE_ADMIN"]},
        "rabbitmq": {"RABBITMQ_DEFAULT_PASS": secrets["LAPOR_PASSWORD_BROKER_ADMIN"]},
        "minio": {"MINIO_ROOT_USER": secrets[S3_ACCESS_KEY], "MINIO_ROOT_PASSWORD": secrets[S3_SECRET_KEY]},
        "operator": _operator(secrets),
        "console": _console(secrets),
        **{service: _service(service, secrets) for service in SERVICES},
    }


def _service(service: str, secrets: Mapping[str, str]) -> dict[str, str]:
    login = f"{service}:{secrets[password_of(service)]}"
    return {
        "LAPOR_DATABASE_URL": f"postgresql+asyncpg://{login}@{DATABASE}",
        "LAPOR_BROKER_URL": f"amqp://{login}@{BROKER}",
        "LAPOR_TOKEN_PUBLIC_KEY": secrets["LAPOR_TOKEN_PUBLIC_KEY"],
        **own_secrets(service, secrets),
    }


def _operator(secrets: Mapping[str, str]) -> dict[str, str]:
    broker = f"lapor:{secrets['LAPOR_PASSWORD_BROKER_ADMIN']}"
    shared = ("LAPOR_TOKEN_PRIVATE_KEY", "LAPOR_CHANNEL_SECRETS", S3_ACCESS_KEY, S3_SECRET_KEY)
    return {
        "LAPOR_ADMIN_DATABASE_URL": f"postgresql+asyncpg://postgres:{secrets['LAPOR_PASSWORD_DATABASE_ADMIN']}@{DATABASE}",
        "LAPOR_ADMIN_BROKER_URL": f"amqp://{broker}@{BROKER}",
        "LAPOR_MANAGEMENT_URL": f"http://{broker}@{MANAGEMENT}",
        **{name: secrets[name] for name in (*shared, *map(password_of, SERVICES))},
    }


def _console(secrets: Mapping[str, str]) -> dict[str, str]:
    """The broker as its administrator, and the key that checks tokens: it can sign none."""
    told = _operator(secrets)
    return {
        **{name: told[name] for name in ("LAPOR_ADMIN_BROKER_URL", "LAPOR_MANAGEMENT_URL")},
        "LAPOR_TOKEN_PUBLIC_KEY": secrets["LAPOR_TOKEN_PUBLIC_KEY"],
    }


def as_shell(settings: Mapping[str, str]) -> str:
    """Lines that a shell reads back unchanged, whatever the values hold."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items())


def main(arguments: Sequence[str] = ()) -> None:
    folder = Path(os.environ.get("LAPOR_KEYS_FOLDER", "/keys"))
    if NEW_RECEIPT_KEY in arguments:
        keys.replace_receipt_key(folder / "all")
    all_of_them = environments(keys.load_or_make(folder / "all", data_exists=False))
    for container, settings in all_of_them.items():
        _write(folder / container / "env", as_shell(settings))
    print(f"secrets of {len(all_of_them)} containers are in place", file=sys.stderr)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(text)
    # Each folder is a volume that one container mounts, whose user is not known here.
    temporary.chmod(0o444)
    temporary.replace(path)


if __name__ == "__main__":
    main(sys.argv[1:])
